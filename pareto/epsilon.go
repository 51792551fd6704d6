package pareto

import "fmt"

// EpsAdditive returns the additive ε-indicator max_z min_y max_j (z_j - y_j), y in s and z in the
// reference set z (Zitzler, Thiele, Laumanns, Fonseca & Grunert da Fonseca 2003): the least that
// has to be added to every objective of s for s to weakly dominate z. Objectives are maximised;
// smaller is better, 0 for equal sets, negative if s is better everywhere. Dominated rows change
// nothing. It depends on the scale of the objectives.
//
// Errors: ErrEmpty if s or z has no rows, ErrDimension, ErrNaN, ErrInf. O(|s|·|z|·m).
func EpsAdditive(s, z Front) (float64, error) {
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	return finite("additive epsilon", epsilon(s, z, func(_ int, z, y float64) float64 { return z - y }))
}

// EpsMultiplicative returns the multiplicative ε-indicator max_z min_y max_j z_j/y_j, y in s and z
// in the reference set z: the least factor to multiply every objective of s by for s to weakly
// dominate z. Objectives are maximised unless Options.Dir says otherwise: for one that is minimised
// the ratio is y_j/z_j, and the factor divides. All must be positive, else ErrNotPositive. Smaller
// is better, 1 for equal sets, below 1 if s is better everywhere. It does not depend on the scale
// of the objectives. Otherwise as [EpsAdditive].
func EpsMultiplicative(s, z Front, o ...Options) (float64, error) {
	opt := option(o)
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	if err := opt.checkDir(s.M); err != nil {
		return 0, err
	}
	if err := checkPositive(s, "front"); err != nil {
		return 0, err
	}
	if err := checkPositive(z, "reference set"); err != nil {
		return 0, err
	}
	return finite("multiplicative epsilon", epsilon(s, z, func(j int, z, y float64) float64 {
		if len(opt.Dir) > 0 && opt.Dir[j] == Minimise {
			return y / z
		}
		return z / y
	}))
}

// epsilon returns max_z min_y max_j lack(j, z_j, y_j).
func epsilon(s, z Front, lack func(j int, z, y float64) float64) float64 {
	most := -inf
	for i := range z.Len() {
		p := z.Row(i)
		least := inf
		for x := s.X; len(x) >= len(p) && least > most; x = x[len(p):] {
			worst := -inf
			for j, v := range p {
				if e := lack(j, v, x[j]); e > worst {
					worst = e
					if worst >= least {
						break
					}
				}
			}
			least = min(least, worst)
		}
		most = max(most, least)
	}
	return most
}

func checkPositive(f Front, input string) error {
	for k, v := range f.X {
		if v <= 0 {
			return &InputError{Kind: ErrNotPositive, Input: input, Row: k / f.M, Col: k % f.M,
				Fault:  fmt.Sprintf("the value is %v, and a ratio needs positive values", v),
				Remedy: "use the additive epsilon, or shift the objective in both sets alike"}
		}
	}
	return nil
}
