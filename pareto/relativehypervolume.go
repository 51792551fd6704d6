package pareto

// RelativeHypervolume returns 1 - HV(s)/HV(z), the share of the hypervolume of the reference set z
// that s lacks, both above ref, as jMetal and moocore print it. Smaller is better; 0 for equal sets, 1 for a
// set that reaches nothing, an empty one too, negative if s covers more than z. Dominated rows, copies and
// rows outside ref change nothing. Errors and cost as [HVRatio].
func RelativeHypervolume(s, z Front, ref []float64, o ...Options) (float64, error) {
	ratio, err := HVRatio(s, z, ref, o...)
	if err != nil {
		return 0, err
	}
	return 1 - ratio, nil
}
