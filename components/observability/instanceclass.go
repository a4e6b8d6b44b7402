package observability

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// memoryGiB of the sizes of each kind of RDS instance class.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
var (
	burstable       = map[string]int{"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
	generalPurpose  = map[string]int{"large": 8, "xlarge": 16, "2xlarge": 32, "4xlarge": 64, "8xlarge": 128}
	memoryOptimized = map[string]int{"large": 16, "xlarge": 32, "2xlarge": 64, "4xlarge": 128, "8xlarge": 256}

	families = map[string]map[string]int{
		"t3": burstable, "t4g": burstable,
		"m6g": generalPurpose, "m6i": generalPurpose, "m7g": generalPurpose, "m7i": generalPurpose, "m8g": generalPurpose,
		"r6g": memoryOptimized, "r6i": memoryOptimized, "r7g": memoryOptimized, "r7i": memoryOptimized, "r8g": memoryOptimized,
	}
)

const gib = 1 << 30

// memoryBytes of an RDS instance class such as db.r6g.large.
func memoryBytes(class string) (int, error) {
	family, size, _ := strings.Cut(strings.TrimPrefix(class, "db."), ".")
	sizes, known := families[family]
	if !known || !strings.HasPrefix(class, "db.") {
		return 0, fmt.Errorf("db.<family>.<size> of the families %s", strings.Join(slices.Sorted(maps.Keys(families)), ", "))
	}
	memory, known := sizes[size]
	if !known {
		return 0, fmt.Errorf("one of the sizes %s of db.%s", strings.Join(slices.Sorted(maps.Keys(sizes)), ", "), family)
	}
	return memory * gib, nil
}

// connectionLimit is the max_connections that RDS gives to PostgreSQL, LEAST(DBInstanceClassMemory/9531392, 5000), or
// a little less. DBInstanceClassMemory is what the operating system and RDS leave of the memory, and AWS does not say
// how much that is. Of a db.t4g.small it left 181 connections and not 225, of a db.m7g.large 832 and not 901: with the
// whole memory, 80 % on a small class would be more than there can ever be. A sixteenth and 400 MiB are above what was
// seen, so that the alarm comes early rather than never.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
func connectionLimit(memoryBytes int) int {
	const reserved = 400 << 20
	return min((memoryBytes-memoryBytes/16-reserved)/9531392, 5000)
}
