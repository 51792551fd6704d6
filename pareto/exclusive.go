package pareto

// Exclusive returns what the hypervolume of f above ref gains when the row p is added: the volume
// that p dominates and no row of f does. It is 0 if a row of f weakly dominates p, and if p is not
// better than ref in every objective. It is not a difference of two hypervolumes: small gains are
// as accurate as large ones.
//
// Errors as [Hypervolume]; those of p name the input "row". Cost: n log n for up to three objectives;
// beyond, that of a hypervolume of the rows that cut into the box of p, usually few.
func Exclusive(p []float64, f Front, ref []float64, o ...Options) (float64, error) {
	var w Workspace
	return w.Exclusive(p, f, ref, o...)
}

// Exclusive is the function [Exclusive] with the memory of the workspace.
func (w *Workspace) Exclusive(p []float64, f Front, ref []float64, o ...Options) (float64, error) {
	opt, err := option(o)
	if err != nil {
		return 0, err
	}
	if err := w.begin(f, "front", ref, &opt); err != nil {
		return 0, err
	}
	m := w.job.m
	if err := checkLength("row", -1, len(p), m); err != nil {
		return 0, err
	}
	if err := checkFinite("row", -1, p); err != nil {
		return 0, err
	}
	q := w.point[:m]
	for j, v := range p {
		q[j] = v*w.sign[j] + 0
		if q[j] >= w.ref[j] {
			return 0, nil
		}
		if side := w.ref[j] - q[j]; side < shortSide || side > longSide {
			w.extreme = true
		}
	}
	w.balanceWith(q)
	v, err := w.uncovered(q, w.ref[:m], w.rows), w.end()
	if err != nil {
		return 0, err
	}
	return finite("exclusive hypervolume", w.restored(v))
}
