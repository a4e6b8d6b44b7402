// Package observability tells people what happens to a system: a topic that reaches them, alarms, a dashboard and a
// budget.
//
//   - Topic is an encrypted SNS topic to which AWS publishes over TLS only, and its subscribers by email and HTTPS (SNS-1,
//     X-SQS-TLS, X-NOTICE-TOPIC; 45 CFR 164.312(a)(2)(iv), 164.312(e)(1)).
//   - Alarms watch the site from outside, services, database, cache, load balancer, queues and certificates, and pass on
//     releases that fail, events of the account and security findings. Every alarm tells the topic when it goes off and when
//     it is over; its description says how urgent it is and what to do, and names its entry in the runbook (CW-1,
//     X-NOTICE-CHECK, X-NOTICE-RELEASE; 164.312(b), 164.308(a)(6)).
//   - Canary asks for the site from another region every minute, so that somebody is told when a whole region is lost.
//   - Dashboard draws the same metrics with the limits at which the alarms go off.
//   - Budget warns at 50, 75 and 90 percent of a month's money, and when the month is on its way past all of it
//     (X-NOTICE-BUDGET).
//
// What it cannot do, on purpose or for now:
//
//   - An alarm tells only a topic in its own region. What AWS measures in us-east-1 alone, such as CloudFront's
//     certificates, takes Alarms of its own there, with a Topic there.
//   - It does not switch on GuardDuty and Security Hub, which components/audit does: it passes on what they find.
//   - It watches neither the trail nor backups: components/audit and components/backup alarm on what they make, by the
//     same Topic.
//   - The canary has no browser: a page that is loaded and stays blank is found by the tests of the front end's release.
//   - What it sends leaves by email in plain text. Metrics, findings' titles and names of resources are in it, so
//     these must never name a patient.
//   - An email subscription is nothing until its owner has clicked the link that AWS sends.
package observability
