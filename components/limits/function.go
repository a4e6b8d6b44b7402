package limits

import "regexp"

// FunctionName is the name of a Lambda function.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html (FunctionName)
var FunctionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// FunctionNameRule says in words what FunctionName takes.
const FunctionNameRule = `1 to 64 letters, digits, "_" and "-"`

// What Lambda takes: seconds that a function may run, MiB of memory, and AWS's default quota of 1000 concurrent executions in
// an account and region, of which 100 stay unreserved.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	LeastFunctionSeconds = 1
	MostFunctionSeconds  = 900
	LeastFunctionMiB     = 128
	MostFunctionMiB      = 10240
	LeastConcurrency     = 1
	MostConcurrency      = 900
)

// What Lambda takes for a function that reads a queue: messages in a batch, of which more than 10 need a batching window, and
// the concurrency that the queue may use.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const (
	LeastBatch            = 1
	MostBatch             = 10
	LeastQueueConcurrency = 2
	MostQueueConcurrency  = 1000
)

var rateOrCron = regexp.MustCompile(`^(rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\)|cron\([^\s()]+( [^\s()]+){5}\))$`)

// ScheduleRule says in words what Schedule takes.
const ScheduleRule = "rate(1 hour), rate(15 minutes), rate(2 days), or cron(minutes hours day-of-month month day-of-week year) " +
	"such as cron(0 2 ? * SUN *)"

// Schedule is true for a recurring schedule of EventBridge Scheduler.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func Schedule(expression string) bool { return rateOrCron.MatchString(expression) }
