package inspect

// An Answer to a question about a graph.
type Answer int

// The answers. Unknown: a value that decides the question is not known before the cloud has answered, or it is sealed.
const (
	No Answer = iota
	Yes
	Unknown
)

// AnswerOf is Yes for true and No for false.
func AnswerOf(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}
