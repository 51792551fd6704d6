package pareto

import (
	"slices"
	"strconv"
)

// Convention names a public code base by the way in which it measures a hypervolume.
type Convention string

// The conventions of [PublishedHypervolume].
const (
	PGMORL        Convention = "PGMORL"         // Xu, Tian, Ma, Rus, Sueda & Matusik 2020
	CMORL         Convention = "C-MORL"         // Liu, Pan, Xu, Song, You, Chen & Bian 2025
	MORLBaselines Convention = "morl-baselines" // Felten, Alegre, Nowé, Bazzan, Talbi, Danoy & da Silva 2023
)

// conventions say what differs.
var conventions = map[Convention]struct {
	zero     bool // the reference point is 0, and no return may be negative
	decimals int  // that the result is rounded to; -1 for none
}{
	PGMORL:        {zero: true, decimals: 4},
	CMORL:         {decimals: -1},
	MORLBaselines: {decimals: -1},
}

// PublishedHypervolume returns the hypervolume of f as the code base c prints it, to compare with
// published tables. C-MORL and morl-baselines print [Hypervolume]. PGMORL measures from 0, takes no
// negative returns, and rounds to four decimals; its ref may be nil. Objectives are maximised. Larger is
// better; 0 for no row above ref.
//
// ErrRange for another convention, and with PGMORL for a reference point that is not 0 and for negative
// values, with row and objective; otherwise errors and cost as Hypervolume.
func PublishedHypervolume(c Convention, f Front, ref []float64) (float64, error) {
	convention, ok := conventions[c]
	if !ok {
		return 0, errRange("convention", strconv.Quote(string(c)), "give PGMORL, C-MORL or morl-baselines")
	}
	if convention.zero {
		if err := f.Validate(); err != nil {
			return 0, err
		}
		if err := checkZero("reference point", -1, ref, func(v float64) bool { return v != 0 }); err != nil {
			return 0, err
		}
		if f.Len() == 0 {
			return 0, nil
		}
		if len(ref) == 0 {
			ref = make([]float64, f.M)
		}
		for i := range f.Len() {
			if err := checkZero("front", i, f.Row(i), func(v float64) bool { return v < 0 }); err != nil {
				return 0, err
			}
		}
	}
	v, err := Hypervolume(f, ref)
	if err != nil || convention.decimals < 0 {
		return v, err
	}
	return strconv.ParseFloat(strconv.FormatFloat(v, 'f', convention.decimals, 64), 64)
}

// checkZero returns an error for the first value that PGMORL does not measure.
func checkZero(input string, row int, values []float64, wrong func(float64) bool) error {
	for j, v := range values {
		if wrong(v) {
			return &InputError{Kind: ErrRange, Input: input, Row: row, Col: j,
				Fault:  "it is " + strconv.FormatFloat(v, 'g', -1, 64) + ", and PGMORL measures from 0",
				Remedy: "give returns of at least 0, or use another convention"}
		}
	}
	return nil
}

// publishedReferences are the reference points in the public scripts, as returns: m objectives, 0 for
// any number, that start with the values of point and go on with its last.
var publishedReferences = []struct {
	environments []string
	in           []Convention
	m            int
	point        []float64
}{
	{[]string{"minecart"}, []Convention{MORLBaselines}, 3, []float64{0, 0, -200}},
	{[]string{"minecart"}, []Convention{CMORL}, 3, []float64{-1, -1, -200}},
	{[]string{"deep-sea-treasure"}, []Convention{MORLBaselines, CMORL}, 2, []float64{0, -25}},
	{[]string{"lunar-lander"}, []Convention{MORLBaselines, CMORL}, 4, []float64{-101, -1001, -101}},
	{[]string{"fruit-tree"}, []Convention{MORLBaselines}, 6, []float64{0}},
	{[]string{"fruit-tree"}, []Convention{CMORL}, 6, []float64{-1}},
	{[]string{"hopper", "half-cheetah", "ant", "humanoid"}, []Convention{MORLBaselines, CMORL}, 0, []float64{-100}},
	{[]string{"building"}, []Convention{CMORL}, 0, []float64{0}},
}

// PublishedReference returns the reference point for m objectives that the scripts of the code base c
// use in an environment, or nil if none is known. Environments: minecart, deep-sea-treasure, lunar-lander,
// fruit-tree, hopper, half-cheetah, ant, humanoid, building. PGMORL uses 0 in all.
func PublishedReference(c Convention, environment string, m int) []float64 {
	if m < 1 || m > maxObjectives {
		return nil
	}
	point := make([]float64, m)
	if c == PGMORL {
		return point
	}
	for _, r := range publishedReferences {
		if slices.Contains(r.environments, environment) && slices.Contains(r.in, c) && (r.m == m || r.m == 0) {
			for j := range point {
				point[j] = r.point[min(j, len(r.point)-1)]
			}
			return point
		}
	}
	return nil
}
