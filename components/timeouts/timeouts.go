// Package timeouts is the one table of how many seconds each part of a system waits for the next one. A request passes
//
//	viewer → CloudFront → load balancer → task → database
//
// and each part must wait longer than the part before it: the side that gives up first then sends an answer of its own,
// instead of finding a connection that the other side has closed. The edge, the services and the applications take their
// values from here; tests/timeouts_test.go checks that every plan ascends.
package timeouts

// A request on its way, in ascending order.
const (
	// OriginKeepAlive is how long CloudFront keeps an idle connection to an origin: CloudFront's default. A longer one would
	// hold on to the load balancer of a region that has lost the origin's name.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
	OriginKeepAlive = 5
	// OriginRead is how long CloudFront waits for an answer. CloudFront gives up before the load balancer does, with a clean
	// 504. (1 to 120)
	OriginRead = 60
	// BalancerIdle is how long the load balancer keeps a connection on which nothing is sent, on either side. (1 to 4000)
	BalancerIdle = 65
	// TargetKeepAlive is how long the application keeps an idle connection: longer than the load balancer, which otherwise
	// sends a request into a connection that the application is closing and answers 502. Applications learn it by the
	// placeholder {timeouts.keepAlive}, because their own default is shorter: Tomcat's is 60, Node.js's 5.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
	// https://tomcat.apache.org/tomcat-10.1-doc/config/http.html (keepAliveTimeout, connectionTimeout)
	TargetKeepAlive = 75
)

// ClientKeepAlive is how long the load balancer lets a client, which is CloudFront, use one connection, busy or not. AWS's
// default is an hour: CloudFront would go on asking a region that has lost the origin's name for as long as requests keep the
// connection busy. 60 is AWS's minimum, and what the health checks take to move the name is more. No request is cut: the
// load balancer answers one more and then closes the connection.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
const ClientKeepAlive = 60

// A task that stops, in ascending order, all of them more than OriginRead: a request that has just arrived is still answered.
// AWS documents that ECS deregisters a task's target first (DEACTIVATING) and then stops the container; the values hold
// also where both begin at once.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html
const (
	// Deregistration is how long the load balancer waits for the requests of a task that goes. (0 to 3600)
	Deregistration = 70
	// Shutdown is how long the application finishes requests after SIGTERM. Applications learn it by the placeholder
	// {timeouts.shutdown}: Spring Boot's default is 30.
	Shutdown = 80
	// Stop is how long ECS waits from SIGTERM to SIGKILL. (Fargate: 2 to 120)
	Stop = 90
)

// DiscoveryTTL is how long a peer may keep a task's address: less than Deregistration, so that nobody asks an address whose
// task has gone.
const DiscoveryTTL = 10

// Health checks. ECS replaces a task that fails the check of its container, and also one that fails the load balancer's. A
// database that fails over makes every task fail at once, directly or because all threads wait for a connection, so
// replacing them would turn two minutes without a database into minutes without a service. Both checks therefore outlast
// a failover: Patience(HealthInterval, UnhealthyThreshold) is more than DatabaseFailover and Reconnect together.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html ("also replaces tasks determined to be
// unhealthy after a container health check or a load balancer target group health check fails")
const (
	HealthInterval     = 30 // (container and target group: 5 to 300)
	HealthTimeout      = 5  // (container: 2 to 60; target group: 2 to 120)
	HealthyThreshold   = 2  // times (2 to 10)
	UnhealthyThreshold = 7  // times (container: 1 to 10; target group: 2 to 10)

	// DatabaseFailover is the longer of RDS's figures: "Failover times are typically 60–120 seconds."
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html
	DatabaseFailover = 120
	// Reconnect is how long the JVM keeps the address of the instance that failed: networkaddress.cache.ttl is 30 unless
	// the image sets it.
	Reconnect = 30
)

// Patience is the shortest outage that fails a health check: threshold failures in a row span one interval less.
func Patience(interval, threshold int) int { return interval * (threshold - 1) }

// MaxStartup is the longest startPeriod that ECS takes.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
const MaxStartup = 300

// startup is what a Spring Boot application is allowed on one vCPU; it takes about half of it.
const startup = 60

// Startup is how long an application may take to answer its first health check with that many CPU units (1024 are one
// vCPU). A JVM starts on one or two cores, so more than one vCPU makes it no faster, and less makes it slower in proportion.
func Startup(cpu int) int {
	if cpu <= 0 || cpu >= 1024 {
		return startup
	}
	return min(startup*1024/cpu, MaxStartup)
}

// Grace is how long ECS ignores failed health checks of a task that starts: what the application takes, and two intervals
// in which the load balancer sees it.
func Grace(startup int) int { return startup + 2*HealthInterval }
