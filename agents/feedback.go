package agents

// Feedback is the optional capability of an [Actor] that needs to know what its actions brought, such as
// one that pursues a return: whoever steps the environment calls it after every step.
type Feedback interface {
	// Feedback tells the reward vectors of the last step, one row of objectives for each episode.
	Feedback(reward []float64)
}
