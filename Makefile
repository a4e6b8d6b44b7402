# What takes more than one command. Everything else is `go` and `pulumi` (README.md).

.PHONY: e2e everyday functions iam local-up local-down

# Every stack on Pulumi's engine, against an emulator of AWS: tests/lifecycle says what that takes. All packages go side
# by side, however few processors there are: for most of their time they wait for databases.
e2e:
	go test -tags engine -count 1 -p 8 -timeout 40m ./tests/lifecycle/... ./failover/cloud ./failover/engine ./functions/rotation/rotate

# The archives of the Lambda functions, which `pulumi up` deploys.
functions:
	go run ./functions/build

# The IAM policies of every stack: against AWS's service authorization reference, and what each role may do, simulated.
iam:
	cd tests/iam && npm ci --no-audit --no-fund --silent && npm test

# CareConnect, small, on an emulator of AWS on this machine: infra/local.sh says how one is found.
local-up:
	infra/local.sh up

local-down:
	infra/local.sh down

# Everyday changes of the settings, each on a copy of this repository: the tests pass after -update. Takes many minutes.
everyday:
	go test -tags everyday -count 1 -timeout 120m -v ./tests/everyday
