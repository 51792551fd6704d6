package pareto

import (
	"context"
	"math"
)

// spreadSorter sorts keyed rows by distributing them over as many buckets as there are rows, in
// proportion to the value behind the key, and insertion: one pass over memory where a radix sort
// needs six. Buckets that are crowded are sorted by themselves, so that the worst case is that of
// [sorter]. Once its context, if it has one, has ended it leaves the rows in some other order: whoever
// gives it a context asks that afterwards.
type spreadSorter struct {
	ctx     context.Context
	scratch []keyed
	bucket  []uint32 // per row
	start   []int32  // per bucket
	sorter  sorter
}

const (
	crowdedBucket = 32
	maxBuckets    = 1 << 20
	askRows       = 1 << 16 // from so many rows on a sort asks its context between passes
)

// ended reports whether the context has ended.
func (s *spreadSorter) ended() bool { return s.ctx != nil && s.ctx.Err() != nil }

// unsortKey is the inverse of sortKey.
func unsortKey(k uint64) float64 {
	return math.Float64frombits(k ^ (uint64(int64(^k)>>63) | 1<<63))
}

// sort returns k ordered by (key, row) ascending, given that rows ascend in k and that keys are
// those of sortKey. The result is k or memory of the sorter, which keeps the other.
func (s *spreadSorter) sort(k []keyed) []keyed {
	n := len(k)
	if n <= insertionLimit {
		insertionSort(k)
		return k
	}
	least, most := k[0].key, k[0].key
	for _, e := range k {
		least, most = min(least, e.key), max(most, e.key)
	}
	if least == most || n > askRows && s.ended() {
		return k
	}
	s.sorter.ctx = nil
	if n > askRows {
		s.sorter.ctx = s.ctx
	}
	// Halves, so that no difference of finite values overflows.
	low := unsortKey(least) / 2
	buckets := min(n, maxBuckets)
	scale := float64(buckets-1) / (unsortKey(most)/2 - low)
	if !(scale > 0 && scale <= math.MaxFloat64) {
		s.sorter.sort(k)
		return k
	}
	s.start = resize(s.start, buckets+1)
	start := s.start
	clear(start)
	s.bucket = resize(s.bucket, n)
	for i, e := range k {
		b := uint32((unsortKey(e.key)/2 - low) * scale)
		s.bucket[i] = b
		start[b]++
	}
	fullest := int32(0)
	sum := int32(0)
	for b, c := range start {
		start[b] = sum
		sum += c
		fullest = max(fullest, c)
	}
	if n > askRows && s.ended() {
		return k
	}
	s.scratch = resize(s.scratch, n)
	to := s.scratch
	for i, b := range s.bucket {
		at := start[b]
		start[b] = at + 1
		to[at] = k[i]
	}
	s.scratch = k
	if n > askRows && s.ended() {
		return to
	}
	if fullest > crowdedBucket { // start[b] is now the end of bucket b
		from := int32(0)
		for _, end := range start[:buckets] {
			if b := to[from:end]; len(b) > crowdedBucket && !sameKey(b) {
				s.sorter.sort(b)
			}
			from = end
		}
	}
	insertionSort(to)
	return to
}

func sameKey(k []keyed) bool {
	for _, e := range k {
		if e.key != k[0].key {
			return false
		}
	}
	return true
}
