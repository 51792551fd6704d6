package explorer

import "time"

type sittings struct{}

func newSittings(string) *sittings { return &sittings{} }

type hub struct{}

func newHub() *hub { return &hub{} }

const (
	maxRolloutSteps = 2000
	maxRolloutBytes = 20 << 20
	maxSceneRate    = 60
	rolloutTime     = 10 * time.Second
)

func indicatorNames() []string { return nil }

var exportFormats = map[string][]string{}

func kneeWeights(m int) [][]float64 { return nil }
