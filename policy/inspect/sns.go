package inspect

const TopicType = "aws:sns/topic:Topic"
