package qd

import "math"

// Novelty is the mean Euclidean distance of a descriptor to its k nearest in the reference set s. A
// member of the set is one of its own nearest, at distance 0, which does not count. If there are fewer
// than k, it is the mean of those that there are; 0 of none. near is scratch, which is returned.
//
// Source: Lehman and Stanley, 2011, doi 10.1162/EVCO_a_00025.
func Novelty(s *Neighbours, descriptor []float64, k int, member bool, near []Neighbour) (float64, []Neighbour) {
	if member {
		near = s.Nearest(descriptor, k+1, near)
		return meanDistance(near[min(1, len(near)):]), near
	}
	near = s.Nearest(descriptor, k, near)
	return meanDistance(near), near
}

// meanDistance is the mean distance of neighbours, 0 of none.
func meanDistance(near []Neighbour) float64 {
	sum := 0.0
	for _, n := range near {
		sum += math.Sqrt(n.Squared)
	}
	return sum / float64(max(len(near), 1))
}
