package limits_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/limits"
)

func TestFargatesSizes(t *testing.T) {
	for cpu, memories := range map[int]struct{ smallest, second, largest, count int }{
		256:   {512, 1024, 2048, 3},
		512:   {1024, 2048, 4096, 4},
		1024:  {2048, 3072, 8192, 7},
		2048:  {4096, 5120, 16384, 13},
		4096:  {8192, 9216, 30720, 23},
		8192:  {16384, 20480, 61440, 12},
		16384: {32768, 40960, 122880, 12},
	} {
		var found []int
		for memory := 0; memory <= 200000; memory += 256 {
			if limits.FargateSize(cpu, memory) {
				found = append(found, memory)
			}
		}
		if assert.Len(t, found, memories.count, "%d", cpu) {
			assert.Equal(t, memories.smallest, found[0])
			assert.Equal(t, memories.second, found[1])
			assert.Equal(t, memories.largest, found[len(found)-1])
		}
	}
	for _, cpu := range []int{0, 128, 768, 32768} {
		assert.False(t, limits.FargateSize(cpu, 2048), "%d", cpu)
	}
	assert.False(t, limits.FargateSize(1024, 2049))
}
