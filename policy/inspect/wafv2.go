package inspect

const WebACLType = "aws:wafv2/webAcl:WebAcl"
