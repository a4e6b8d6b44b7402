package tests

import (
	"fmt"
	"os"
	"sort"
	"syscall"
	"testing"
	"time"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_THREAD, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestZZ(t *testing.T) {
	shapes := map[string][]string{"apart": nil, "shared": {"network", "keys", "logs", "files", "backups", "cluster"}}
	big := 40000
	if os.Getenv("BIG") != "" {
		fmt.Sscan(os.Getenv("BIG"), &big)
	}
	for shape, shared := range shapes {
		times := map[string][2]time.Duration{}
		for i, n := range []int{big / 4, big} {
			g := large(t, n, shared)
			a := cpu()
			s := policy.NewStack(g)
			s.Pointing(s.Root(), "x", "y")
			times["(index)"] = with(times["(index)"], i, cpu()-a)
			for _, c := range policy.Catalogue() {
				a := cpu()
				c.Check(s)
				times[c.ID] = with(times[c.ID], i, cpu()-a)
			}
			_ = graph.StackType
		}
		var ids []string
		var sum [2]time.Duration
		for id, d := range times {
			ids = append(ids, id)
			sum[0] += d[0]
			sum[1] += d[1]
		}
		sort.Slice(ids, func(a, b int) bool { return times[ids[a]][1] > times[ids[b]][1] })
		fmt.Println(shape, sum)
		for _, id := range ids[:30] {
			d := times[id]
			fmt.Printf("  %-12s %8s %8s x%.1f\n", id, d[0].Round(time.Millisecond), d[1].Round(time.Millisecond), float64(d[1])/float64(d[0]+1))
		}
	}
}

func with(d [2]time.Duration, i int, v time.Duration) [2]time.Duration { d[i] = v; return d }
