package limits

import "regexp"

// Queue is the name of an SQS queue that leaves room for what components/queue appends to it: DeadLetterSuffix and FifoSuffix.
// SQS takes 80 characters.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
var Queue = regexp.MustCompile(`^[A-Za-z0-9_-]{1,62}$`)

// QueueRule says in words what Queue takes.
const QueueRule = `1 to 62 letters, digits, "_" and "-", without the suffix .fifo`

// What components/queue appends to the name of a queue.
const (
	DeadLetterSuffix = "-dead-letter"
	FifoSuffix       = ".fifo"
)

// Seconds that SQS keeps a message that nobody deletes: one minute to 14 days.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (MessageRetentionPeriod)
const (
	LeastMessageSeconds = 60
	MostMessageSeconds  = 1209600
)

// Seconds that a received message stays hidden from other consumers. SQS also takes 0, which would hand the message to a
// second consumer while the first one works on it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (VisibilityTimeout)
const (
	LeastVisibilitySeconds = 1
	MostVisibilitySeconds  = 43200
)

// Times that a message is received before SQS moves it to the dead-letter queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html (maxReceiveCount)
const (
	LeastReceives = 1
	MostReceives  = 1000
)
