package keys

// A Class of data, with a key of its own. Its value is part of logical names and aliases and never changes:
// a key under another name is another key.
type Class string

// The classes.
const (
	Data     Class = "data"
	Logs     Class = "logs"
	Secrets  Class = "secrets"
	Backups  Class = "backups"
	Frontend Class = "frontend"
)

// holds says in the key's description, which an operator reads in the console, what the key encrypts.
func (c Class) holds() string {
	switch c {
	case Logs:
		return "logs and audit trails"
	case Secrets:
		return "secrets in Secrets Manager"
	case Backups:
		return "backups and database exports"
	case Frontend:
		return "files of the web front end, which CloudFront publishes"
	default:
		return "data at rest: databases, caches, files, volumes, images, queues, topics"
	}
}
