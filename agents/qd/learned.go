package qd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// LearnedSettings are those of a space of behaviours that is learned from views.
type LearnedSettings struct {
	Encoder   string  `key:"encoder" range:"pca|random|compact|untrained|reference" doc:"what makes numbers of a view: principal components of the views seen so far, random directions that are kept, a small network that learns to draw the views again, that network without learning, or the convolutional network of STAX, which takes hours"`
	Latent    int     `key:"latent" range:">=1" doc:"numbers that describe a view" source:"STAX code"`
	Views     int     `key:"views" symbol:"v" range:">=1" doc:"views of an episode, at equal distances, of which the last shows its end" source:"STAX code, multi"`
	ViewSize  int     `key:"view_size" symbol:"N" range:">=1" doc:"pixels of a view along each side; the observation stands for the view of an environment without one"`
	ViewBlur  float64 `key:"view_blur" range:">=0" later:"true" unit:"pixels" doc:"standard deviation of a Gaussian that views are blurred by, so that near places look alike where what moves is as small as a pixel; 0: none" source:"paretolab"`
	Criterion string  `key:"criterion" range:"pareto|draw|novelty|surprise" doc:"by what members survive: NSGA-II on novelty and surprise, one of the two drawn in each generation, or one of them" source:"STAX: pareto; TAXONS: draw"`
	Behaviour string  `key:"behaviour" range:"all|last" doc:"the views that behaviour is described by: all of an episode, or the last; the encoder learns from all, and surprise is that of all" source:"STAX code, multi: all"`
	Reset     bool    `key:"reset" doc:"a network begins every training anew, else from where the one before ended" source:"STAX code: no"`
	TrainCap  int     `key:"train_cap" range:">=1" doc:"most views that the encoder is trained on, drawn from all"`
}

func learnedDefaults(e *envs.Environment) LearnedSettings {
	s := LearnedSettings{Encoder: "pca", Views: 5, ViewSize: 32, Criterion: "pareto", Behaviour: "all", TrainCap: 4096}
	s.Latent = min(10, viewPixels(e, s.ViewSize))
	if e.Spec.Horizon == 0 {
		s.Views = 1
	}
	return s
}

func (s *LearnedSettings) check(e *envs.Environment) error {
	for _, n := range []struct {
		key         string
		value, most int
	}{{"latent", s.Latent, 1024}, {"views", s.Views, 1024}, {"view_size", s.ViewSize, 256}, {"train_cap", s.TrainCap, 1 << 30}} {
		if n.value < 1 || n.value > n.most {
			return fmt.Errorf("%s is %d; give 1 to %d", n.key, n.value, n.most)
		}
	}
	switch {
	case !(s.ViewBlur >= 0 && s.ViewBlur <= float64(s.ViewSize)):
		return fmt.Errorf("view_blur is %v; give a number of pixels from 0 to %d, the size of a view", s.ViewBlur, s.ViewSize)
	case s.ViewBlur > 0 && viewPixels(e, 16) != 256:
		return fmt.Errorf("view_blur is %v; %s has no views, so give 0", s.ViewBlur, e.Spec.ID)
	case e.Spec.Horizon > 0 && s.Views > e.Spec.Horizon:
		return fmt.Errorf("views is %d; an episode of %s has up to %d steps", s.Views, e.Spec.ID, e.Spec.Horizon)
	case e.Spec.Horizon == 0 && s.Views > 1:
		return fmt.Errorf("views is %d; %s has no time limit, so that only the end of an episode can be viewed", s.Views, e.Spec.ID)
	case s.Latent > viewPixels(e, s.ViewSize):
		return fmt.Errorf("latent is %d; a view has %d pixels", s.Latent, viewPixels(e, s.ViewSize))
	case !slices.Contains([]string{"pca", "random", "compact", "untrained", "reference"}, s.Encoder):
		return fmt.Errorf("encoder is %q; give pca, random, compact, untrained or reference", s.Encoder)
	case s.Encoder == "reference" && viewPixels(e, 16) != 256:
		return fmt.Errorf("encoder is reference, which needs views; %s has none, so give pca or compact", e.Spec.ID)
	case s.Encoder == "reference" && s.ViewSize%16 != 0:
		return fmt.Errorf("view_size is %d; encoder reference takes multiples of 16, the original 64", s.ViewSize)
	case s.Criterion != "pareto" && s.Criterion != "draw" && s.Criterion != "novelty" && s.Criterion != "surprise":
		return fmt.Errorf("criterion is %q; give pareto, draw, novelty or surprise", s.Criterion)
	case s.Behaviour != "all" && s.Behaviour != "last":
		return fmt.Errorf("behaviour is %q; give all or last", s.Behaviour)
	}
	return nil
}

// Encoder makes numbers of views.
type Encoder interface {
	// Encode writes the numbers of each view, one after the other, and the mean squared error per pixel
	// of what they stand for.
	Encode(views [][]byte, latent, errors []float64)
	// Draw returns the view that the numbers of a view stand for, its grey clipped to what views have.
	Draw(view []byte) []byte
}

// representation is the present encoder and when it is trained. A trained encoder takes the place of
// the one before; neither changes after that.
type representation struct {
	Components *Components
	Network    *Autoencoder[float32] // nil: the components are the encoder
	Trainings  int
	Lessons    []lesson // of every training
	Samples    []sample // of some trainings
	Waited     int      // chunks or generations of exploration since the last training
	RNG        *Random

	settings *LearnedSettings
	pixels   int
}

// begin makes the encoder that is there before the first training.
func (l *representation) begin(r *search) (err error) {
	l.RNG = r.stream("encoder")
	if l.Network = l.network(); l.Network == nil {
		l.Components, err = RandomComponents(l.pixels, l.settings.Latent, l.RNG)
	}
	return err
}

// network returns a network that has not been trained; nil if the encoder is none.
func (l *representation) network() *Autoencoder[float32] {
	switch l.settings.Encoder {
	case "compact", "untrained":
		return compactNetwork(l.pixels, l.settings.Latent, l.RNG)
	case "reference":
		return referenceNetwork(l.settings.ViewSize, l.settings.Latent, l.RNG)
	}
	return nil
}

func (l *representation) encoder() Encoder {
	if l.Network != nil {
		return l.Network
	}
	return l.Components
}

// encode describes individuals by the present encoder: the numbers of all views, or of the last, and the sum
// of the errors of all.
func (l *representation) encode(sets ...[]*Individual) {
	all := slices.Concat(sets...)
	views := l.views(all)
	latent, errors := make([]float64, len(views)*l.settings.Latent), make([]float64, len(views))
	l.encoder().Encode(views, latent, errors)
	for _, x := range all {
		n := len(x.Views) / l.pixels
		first, end := 0, n*l.settings.Latent
		if l.settings.Behaviour == "last" {
			first = end - l.settings.Latent
		}
		x.latent, latent = latent[first:end:end], latent[end:]
		x.surprise = 0
		for _, e := range errors[:n] {
			x.surprise += e
		}
		errors = errors[n:]
	}
}

// views returns the views of individuals, in order.
func (l *representation) views(all []*Individual) [][]byte {
	var views [][]byte
	for _, x := range all {
		for at := 0; at < len(x.Views); at += l.pixels {
			views = append(views, x.Views[at:][:l.pixels])
		}
	}
	return views
}

// train fits the encoder to the views of individuals.
func (l *representation) train(ctx context.Context, sets ...[]*Individual) error {
	l.Trainings++
	l.Waited = 0
	learned := lesson{Learning: Learning{Training: math.NaN(), Validation: math.NaN()}}
	if l.settings.Encoder != "random" && l.settings.Encoder != "untrained" {
		views := l.views(slices.Concat(sets...))
		l.RNG.Shuffle(len(views), func(i, j int) { views[i], views[j] = views[j], views[i] })
		views = views[:min(len(views), l.settings.TrainCap)]
		if err := l.learn(ctx, views, &learned); err != nil {
			return err
		}
	}
	l.Lessons = append(l.Lessons, learned)
	return nil
}

// learn replaces the encoder by one that is fitted to views.
func (l *representation) learn(ctx context.Context, views [][]byte, learned *lesson) (err error) {
	learned.Views = len(views)
	if l.Network != nil {
		network := l.Network.clone()
		if l.settings.Reset {
			network = l.network()
		}
		learned.Learning, err = network.learn(ctx, views, l.RNG)
		if err == nil {
			l.Network = network
		}
		return err
	}
	c, err := PrincipalComponents(views, l.pixels, l.settings.Latent, l.RNG)
	if err == nil {
		l.Components = c
		learned.Training = l.failure(views)
	}
	return err
}

// failure is the mean squared error per pixel of the present encoder on views.
func (l *representation) failure(views [][]byte) float64 {
	latent, errors := make([]float64, len(views)*l.settings.Latent), make([]float64, len(views))
	l.encoder().Encode(views, latent, errors)
	sum := 0.0
	for _, e := range errors {
		sum += e
	}
	return sum / float64(len(views))
}

// survive is the selection by the criterion of the settings.
func (l *representation) survive(e *explorer, all []*Individual, novelty []float64, n int) ([]int, []float64, error) {
	surprise := func() []float64 {
		u := make([]float64, len(all))
		for i, x := range all {
			u[i] = x.surprise
		}
		return u
	}
	score := novelty
	switch l.settings.Criterion {
	case "pareto":
		points := pareto.Front{M: 2}
		for i, x := range all {
			points.X = append(points.X, novelty[i], x.surprise)
		}
		index, err := SelectNSGA2(points, n)
		return index, novelty, err
	case "surprise":
		score = surprise()
	case "draw":
		if e.RNG.Float64() >= 0.5 {
			score = surprise()
		}
	}
	return best(score, n), score, nil
}

// clone returns a copy that the further search does not change.
func (l *representation) clone() *representation {
	return &representation{
		Components: l.Components, Network: l.Network, Trainings: l.Trainings, Waited: l.Waited, RNG: l.RNG.clone(),
		Lessons: slices.Clone(l.Lessons), Samples: slices.Clone(l.Samples),
	}
}
