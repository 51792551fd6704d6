package preference

// Answerer answers questions: a simulated user, or a person.
type Answerer interface {
	// Answer returns the label y of a question as in [Pair], and false if it is skipped.
	Answer(a, b *Segment) (y float64, answered bool)
}
