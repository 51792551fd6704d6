package pareto

// Cardinality returns the number of different non-dominated vectors of f, the "overall non-dominated
// vector generation" (ONVG) of Van Veldhuizen & Lamont (1999); 0 for an empty front, 1 for one row and its
// copies. More rows are more to choose from, but it is to be read beside every other indicator, and says
// nothing alone. Errors and cost as [NonDominated].
func Cardinality(f Front, o ...Options) (int, error) {
	opt, err := option(o)
	if err != nil {
		return 0, err
	}
	opt.KeepDuplicates = false
	idx, err := NonDominated(f, opt)
	return len(idx), err
}

// CardinalityRatio returns [Cardinality] of s divided by that of the reference set z, their ONVGR: 0 for an
// empty s, 1 if they have as many rows, above 1, without a bound, if s has more. ErrEmpty if z has no rows; otherwise as Cardinality.
func CardinalityRatio(s, z Front, o ...Options) (float64, error) {
	if err := checkSet(z, "reference set"); err != nil {
		return 0, err
	}
	of, err := Cardinality(z, o...)
	if err != nil {
		return 0, err
	}
	n, err := Cardinality(s, o...)
	if err != nil {
		return 0, err
	}
	return float64(n) / float64(of), nil
}
