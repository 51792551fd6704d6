package experiments

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Shard is one of Count parts into which the items of an experiment are dealt, for several machines
// or batch jobs that share no queue. Every item belongs to exactly one shard, decided by its id
// alone. The zero value is all items.
type Shard struct {
	Index int // 0 to Count-1
	Count int
}

// ParseShard reads "i/n", shard i of n, counted from 0.
func ParseShard(text string) (Shard, error) {
	index, count, ok := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(index)
	n, err2 := strconv.Atoi(count)
	if !ok || err1 != nil || err2 != nil || n < 1 || i < 0 || i >= n {
		return Shard{}, fmt.Errorf("a shard is i/n with i from 0 to n-1, such as 0/4, not %q", text)
	}
	return Shard{i, n}, nil
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// has reports whether the item belongs to the shard.
func (s Shard) has(item string) bool {
	if s.Count <= 1 {
		return true
	}
	n, err := strconv.ParseUint(item, 16, 64) // ids are hashes
	return err == nil && n%uint64(s.Count) == uint64(s.Index)
}

// of returns the jobs of the shard, the longest budgets first, so that none begins late.
func (s Shard) of(all []*job) []*job {
	if s.Count <= 1 {
		return all
	}
	var mine []*job
	for _, j := range all {
		if s.has(j.item.ID) {
			mine = append(mine, j)
		}
	}
	slices.SortStableFunc(mine, func(x, y *job) int { return y.item.Steps - x.item.Steps })
	return mine
}
