package inspect

const SecretType = "aws:secretsmanager/secret:Secret"
