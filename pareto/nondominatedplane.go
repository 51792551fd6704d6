package pareto

import (
	"cmp"
	"math"
	"slices"
)

// plane is the memory of a filter of two objectives.
type plane struct {
	points []planePoint
	bucket []uint32 // per row
	start  []int32  // per bucket
}

type planePoint struct {
	y, x float64
	row  int32
}

// sweepPlane filters two objectives: in order of the second, ties by the first and then the index, a
// row is kept if its first is smaller than all before.
func (s *filter) sweepPlane() error {
	points, ok := s.plane.sorted(s.rows)
	if !ok {
		s.sortByLast()
		if err := s.sortTies(); err != nil {
			return err
		}
		for t, e := range s.order {
			points[t] = planePoint{s.rows[2*e.row+1], s.rows[2*e.row], e.row}
		}
	}
	least, last := inf, inf // the latter of the second objective
	for t, p := range points {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if p.x < least {
			least, last = p.x, p.y
			s.keep[p.row] = true
		} else if s.duplicates && p.x == least && p.y == last {
			s.keep[p.row] = true
		}
	}
	return nil
}

// sorted returns the rows in order: distributed over as many buckets as there are rows, in proportion to the
// second objective, and sorted within each. If a bucket is so full that this would take long, it returns
// false, and the order is arbitrary.
func (s *plane) sorted(rows []float64) (points []planePoint, ok bool) {
	n := len(rows) / 2
	s.points, s.bucket = resize(s.points, n), resize(s.bucket, n)
	low, high := rows[1], rows[1]
	for i := 1; i < len(rows); i += 2 {
		if y := rows[i]; y < low {
			low = y
		} else if y > high {
			high = y
		}
	}
	low /= 2 // halves, so that no difference of finite values overflows
	buckets := min(n, maxBuckets)
	scale := float64(buckets-1) / (high/2 - low)
	if !(scale <= math.MaxFloat64) {
		scale = 0
	}
	s.start = resize(s.start, buckets)
	start := s.start
	clear(start)
	for i := range s.bucket {
		b := uint32((rows[2*i+1]/2 - low) * scale)
		s.bucket[i] = b
		start[b]++
	}
	fullest, sum := int32(0), int32(0)
	for b, c := range start {
		start[b] = sum
		sum += c
		fullest = max(fullest, c)
	}
	if fullest > askRows {
		return s.points, false
	}
	for i, b := range s.bucket {
		at := start[b]
		start[b] = at + 1
		s.points[at] = planePoint{rows[2*i+1], rows[2*i], int32(i)}
	}
	from := int32(0)
	if fullest > crowdedBucket {
		for _, end := range start { // of its bucket, by now
			if end-from > crowdedBucket {
				slices.SortFunc(s.points[from:end], planePoint.compare)
			}
			from = end
		}
	}
	for i := 1; i < n; i++ {
		p := s.points[i]
		k := i
		for ; k > 0 && p.before(s.points[k-1]); k-- {
			s.points[k] = s.points[k-1]
		}
		s.points[k] = p
	}
	return s.points, true
}

func (p planePoint) before(q planePoint) bool { return p.y < q.y || p.y == q.y && p.x < q.x }

func (p planePoint) compare(q planePoint) int {
	return cmp.Or(cmp.Compare(p.y, q.y), cmp.Compare(p.x, q.x), cmp.Compare(p.row, q.row))
}
