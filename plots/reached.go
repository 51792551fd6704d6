package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// stage is a scene with marked places, as large as the panel allows.
type stage struct {
	scene  *envs.Scene
	marks  []stageMark
	radius vg.Length
	edged  bool // rewarded ones have black edges
}

// stageMark is a place in units of the scene; reward is a share of the largest, negative without one.
type stageMark struct{ x, y, reward float64 }

var _ plot.Plotter = stage{}

// rewardSteps is the number of tints of rewards.
const rewardSteps = 8

// manyMarks are so many that edges would hide colours.
const manyMarks = 150

var unrewarded = darkGrey

func (s stage) Plot(c draw.Canvas, _ *plot.Plot) {
	size := c.Size()
	paintScene(c, s.scene, float64(c.Min.X), float64(c.Min.Y), float64(size.X), float64(size.Y))
	at, _ := placeScene(s.scene, float64(c.Min.X), float64(c.Min.Y), float64(size.X), float64(size.Y))
	paths := make([]vg.Path, 1+rewardSteps) // the first of those without a reward
	for _, m := range s.marks {
		k, p := 0, at(float32(m.x), float32(m.y))
		r := 0.6 * s.radius
		if m.reward > 0 {
			k, r = 1+min(int(m.reward*rewardSteps), rewardSteps-1), s.radius
		}
		if c.Contains(p) {
			paths[k] = append(paths[k], polygon(p, r, 8, math.Pi/8)...)
		}
	}
	for k, path := range paths {
		if len(path) == 0 {
			continue
		}
		c.SetColor(unrewarded)
		if k > 0 {
			c.SetColor(sequential((float64(k) - 0.5) / rewardSteps))
		}
		c.Fill(path)
		if k > 0 && s.edged {
			c.SetColor(black)
			c.SetLineWidth(0.25)
			c.SetLineDash(nil, 0)
			c.Stroke(path)
		}
	}
}

// reached draws where the archived policies of a run end, in the picture of the environment: small dots
// without a reward, larger ones by their reward. Of several runs the first is drawn.
func reached(g *Group, style Style) (*Fig, error) {
	runs, err := g.withTable("reached", "behaviours")
	if err != nil {
		return nil, err
	}
	r := runs[0]
	env, err := envs.Make(g.Environment.ID, g.Environment.Options)
	if err != nil {
		return nil, notApplicable("reached", "this program cannot make %s: %v", g.Environment.ID, err)
	}
	e := env.New()
	placer, ok := e.(behaviour.Placer)
	if _, seen := e.(envs.Renderer); !ok || !seen {
		return nil, notApplicable("reached", "the behaviours of %s are no places in its picture", g.Environment.ID)
	}
	e.Reset(&envs.RNG{})
	s := stage{scene: &envs.Scene{}}
	observation := make([]float64, env.Spec.Observation.Len())
	e.Observe(observation)
	envs.DrawScene(e, &env.Spec, observation, envs.Action{}, s.scene)
	places, _ := r.table.Series("x_")
	reward := r.table.Numbers("reward")
	if len(places) == 0 || len(reward) != r.table.Len() {
		return nil, notApplicable("reached", "behaviours.csv of %s lacks a column", r.Dir)
	}
	label := byLabel(g.Runs, style)[0].label
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "x", "y", "reward"}}}
	most := max(slices.Max(reward), 0)
	rewarded := 0
	d := make([]float64, len(places))
	for i := range reward {
		for j := range d {
			d[j] = places[j][i]
		}
		if !allFinite(d) {
			continue
		}
		x, y := placer.Place(d)
		m := stageMark{x, y, -1}
		if reward[i] > 0 {
			m.reward = reward[i] / most
			rewarded++
		}
		s.marks = append(s.marks, m)
		fig.data.add(g.Name, label, r.Info.Seed, x, y, reward[i])
	}
	slices.SortStableFunc(s.marks, func(a, b stageMark) int { return cmp.Compare(a.reward, b.reward) })
	s.radius, s.edged = 1.6, rewarded <= manyMarks
	if !s.edged {
		s.radius = 1.1
	}
	leg := legend{{name: "no reward", glyph: draw.GlyphStyle{Color: unrewarded, Radius: 1.2, Shape: draw.CircleGlyph{}}}}
	if rewarded > 0 {
		leg = append(leg, entry{name: "reward up to " + Number(most, 3), ramp: true})
	}
	p := &panel{open: true, plotters: []plot.Plotter{s}}
	p.x.span, p.y.span = span{0, 1}, span{0, 1}
	fig.Width = style.width(Column)
	view := s.scene.View
	height := (fig.Width - 16) * vg.Length((view[3]-view[1])/(view[2]-view[0]))
	grid := grid{width: fig.Width, legend: leg, dataHeight: min(height, fig.Width), panels: [][]*panel{{p}}}
	fig.Height, fig.paint = grid.build()
	fig.Caption = fmt.Sprintf("Where the %d archived policies of %s (seed %d) end in %s, drawn over its start; %d of them are rewarded. %s",
		len(s.marks), label, r.Info.Seed, clean(g.Environment.ID), rewarded, g.setting())
	return fig, nil
}
