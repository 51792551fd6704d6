package cmorl

// budget is how the training steps are shared out.
type budget struct {
	initial    int // updates of each stage-1 policy, or rollouts by which a candidate is imitated
	iterations int // K, updates of each path in a round of stage 2
}

// budget of a run that has the given training steps.
func (s *Settings) budget(objectives, steps int) budget {
	per := s.StepsPerUpdate()
	tasks := max(1, len(s.preferences(objectives)))
	b := budget{initial: int(s.initialShare()*float64(steps)+0.5) / tasks / per, iterations: s.UpdateIter}
	if s.imitates() {
		tasks, b.initial = s.candidateLimit(), s.cloneUpdates()
	}
	if b.iterations == 0 {
		// U_ext, the updates of a path over all rounds; at least two rounds should fit.
		extension := (steps - b.initial*tasks*per) / (s.NumSelect * objectives * per)
		b.iterations = min(max(extension/2, 5), 20)
	}
	return b
}

// initialShare is the share of the steps that stage 1 gets.
func (s *Settings) initialShare() float64 {
	if !s.extends() {
		return 1
	}
	return s.Stage1Share
}

// extends reports whether there is a stage 2.
func (s *Settings) extends() bool { return s.Mode != "stage1-only" }

// preferences are the weights w_1..w_M of stage 1.
func (s *Settings) preferences(objectives int) [][]float64 {
	return WeightGrid(objectives, s.WeightMin, s.WeightMax, s.WeightDelta)
}
