package inspect

const KeyType = "aws:kms/key:Key"
