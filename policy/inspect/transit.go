package inspect

var TargetGroups = Elb("targetGroup:TargetGroup")
