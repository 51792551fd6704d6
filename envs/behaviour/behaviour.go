// Package behaviour holds what quality diversity asks of an environment: where an episode led (its
// descriptor), what that looks like (its view), and rewards that are paid in a few places only.
package behaviour

// Describer is the optional capability of an environment to say by a few numbers what an episode did:
// its ground-truth behaviour descriptor, taken from the present state.
type Describer interface {
	// DescriptorBounds returns the smallest and the largest value of each number; do not modify them.
	DescriptorBounds() (low, high []float64)
	// Describe writes the descriptor.
	Describe(dst []float64)
}

// Namer is the optional companion of [Describer] that names the numbers of a descriptor.
type Namer interface {
	// DescriptorNames returns a name for each number; do not modify them.
	DescriptorNames() []string
}

// Placer is the optional companion of [Describer] where a descriptor is a place in the
// picture of the environment.
type Placer interface {
	// Place returns where in the scene a descriptor lies, in its units.
	Place(descriptor []float64) (x, y float64)
}

// Bounded is the optional companion of [Describer] where walls keep episodes from some descriptors.
type Bounded interface {
	// ReachableCells returns how many cells an episode can reach, if descriptors are divided into as many
	// between their bounds along every dimension.
	ReachableCells(along int) int
}

// Viewer is the optional capability of an environment to be seen as a small grey picture, from which
// a behaviour space can be learned. Goals are not in it.
type Viewer interface {
	// View writes n × n pixels from 0 (black) to 1, row by row, the smallest y first.
	View(n int, dst []float32)
}
