package problems

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/agents/qd"
)

// sphereLimit is the half width of the box of solutions, sphereShift the place of the optimum along every
// gene.
const (
	sphereLimit = 5.12
	sphereShift = 0.4 * sphereLimit
)

// Sphere is the linear projection benchmark on a shifted sphere. It returns the objective, 100·(1 − Σ(x −
// 2.048)²/w), which is 100 at the optimum and 0 at w, the worst value of the box [−5.12, 5.12]ⁿ, and writes
// the descriptor, two numbers: the sums over the two halves of the genes, of which x counts as 5.12/x
// outside the box. Both sums lie within ±[SphereRange].
//
// Source: Fontaine, Togelius, Nikolaidis and Hoover, 2020, arXiv 1912.02400.
func Sphere(x, descriptor []float64) float64 {
	half := (len(x) + 1) / 2
	sum := 0.0
	for side, genes := range [2][]float64{x[:half], x[half:]} {
		projection := 0.0
		for _, v := range genes {
			sum += (v - sphereShift) * (v - sphereShift)
			if math.Abs(v) > sphereLimit {
				v = sphereLimit / v
			}
			projection += v
		}
		descriptor[side] = projection
	}
	worst := float64(len(x)) * (sphereLimit + sphereShift) * (sphereLimit + sphereShift)
	return 100 * (1 - sum/worst)
}

// SphereRange is the largest magnitude of a descriptor of [Sphere] with an even number of genes.
func SphereRange(genes int) float64 { return sphereLimit * float64(genes) / 2 }

// SphereAlgorithms are the names that [NewSphereSearch] takes.
func SphereAlgorithms() []string { return []string{"gaussian", "line", "cma-me", "cma-mae"} }

// SphereBatch is the number of solutions of a round of [SphereSearch]: 15 emitters of 37 each.
const SphereBatch = sphereEmitters * sphereLambda

const (
	sphereEmitters = 15
	sphereLambda   = 37
	sphereSigma    = 0.5
)

// SphereSearch is a search on [Sphere] with the settings of the example "sphere" of pyribs 0.8.3: 15 emitters
// with batches of 37 from the origin, without bounds.
//
//	gaussian  MAP-Elites, noise 0.5
//	line      MAP-Elites, noise 0.1 and line 0.2
//	cma-me    CMA-ME by improvement, with the solutions that entered as parents, σ0 0.5
//	cma-mae   CMA-MAE by improvement of thresholds from 0 that learn by 0.01, σ0 0.5
type SphereSearch struct {
	*qd.Scheduler
	// Elites keeps the best of each cell: the archive of the scheduler, but where that one has thresholds.
	Elites qd.Archive
}

// NewSphereSearch returns a search over an empty grid of 100 × 100 cells.
func NewSphereSearch(algorithm string, genes int, seed uint64) (*SphereSearch, error) {
	grid := func(o qd.CellOptions) (*qd.GridArchive, error) {
		r := SphereRange(genes)
		return qd.NewGridArchive(genes, []int{100, 100}, []float64{-r, -r}, []float64{r, r}, o)
	}
	elites, err := grid(qd.CellOptions{})
	if err != nil {
		return nil, err
	}
	if algorithm != "cma-mae" {
		return newSphereSearch(algorithm, genes, seed, elites, elites)
	}
	guide, err := grid(qd.CellOptions{LearningRate: 0.01})
	if err != nil {
		return nil, err
	}
	return newSphereSearch(algorithm, genes, seed, guide, elites)
}

// NewSphereCVTSearch returns the search "gaussian" over the cells of centroids, row-major, of two numbers
// each.
func NewSphereCVTSearch(genes int, centroids []float64, seed uint64) (*SphereSearch, error) {
	a, err := qd.NewCVTArchive(genes, 2, centroids, qd.CellOptions{})
	if err != nil {
		return nil, err
	}
	return newSphereSearch("gaussian", genes, seed, a, a)
}

func newSphereSearch(algorithm string, genes int, seed uint64, guide, elites qd.Archive) (*SphereSearch, error) {
	if !slices.Contains(SphereAlgorithms(), algorithm) {
		return nil, fmt.Errorf("problems: no search of the sphere is called %q; give one of %s", algorithm, strings.Join(SphereAlgorithms(), ", "))
	}
	var emitters []qd.Emitter
	for i := range sphereEmitters {
		rng, start := qd.NewRandom(seed, "emitter", i), make([]float64, genes)
		switch algorithm {
		case "gaussian":
			emitters = append(emitters, &qd.Gaussian{Batch: sphereLambda, Sigma: sphereSigma, Start: start, RNG: rng})
			continue
		case "line":
			emitters = append(emitters, &qd.IsoLine{Batch: sphereLambda, Iso: 0.1, Line: 0.2, Start: start, RNG: rng})
			continue
		}
		es, err := qd.NewCMAES(start, sphereSigma, sphereLambda, false)
		if err != nil {
			return nil, err
		}
		e := &qd.CMAEmitter{Rank: qd.ByImprovement, Filter: true, ES: es, RNG: rng}
		if algorithm == "cma-mae" {
			e.Rank, e.Filter, e.Patient = qd.ByValue, false, true
		}
		emitters = append(emitters, e)
	}
	s, err := qd.NewScheduler(guide, genes, 2, emitters...)
	if err != nil {
		return nil, err
	}
	return &SphereSearch{s, elites}, nil
}

// Round asks for a batch, evaluates it and tells what came out.
func (s *SphereSearch) Round() error {
	b := s.Ask()
	for i := range b.Len() {
		b.Objective[i] = Sphere(b.Solution(i), b.Descriptor(i))
	}
	if err := s.Tell(); err != nil {
		return err
	}
	if s.Elites == s.Archive {
		return nil
	}
	return s.Elites.Add(b)
}
