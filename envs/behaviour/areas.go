package behaviour

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Disc is a round area of the plane that pays a policy whose episode ends in it.
type Disc struct{ X, Y, Radius float64 }

// Reward is 1 in the centre and falls linearly to 0 on the edge and outside.
func (d Disc) Reward(x, y float64) float64 {
	return max(d.Radius-math.Hypot(x-d.X, y-d.Y), 0) / d.Radius
}

// At returns the first of the areas that holds the point, and its reward; −1 and 0 if none does.
func At(areas []Disc, x, y float64) (area int, reward float64) {
	for i, d := range areas {
		if math.Hypot(x-d.X, y-d.Y) <= d.Radius {
			return i, d.Reward(x, y)
		}
	}
	return -1, 0
}

// Rewards is the reward vector of an environment with areas: one objective for each area, or their
// sum; then, if wanted, effort and time.
type Rewards struct {
	areas        int
	sum          bool
	effort, time bool
}

// NewRewards reads the options of [RewardOptions] for so many areas.
func NewRewards(areas int, o envs.Options) Rewards {
	return Rewards{areas, o.String("reward") == "sum", o.Bool("effort"), o.Bool("time")}
}

// RewardOptions are the options of an environment with areas.
func RewardOptions() []envs.Option {
	return []envs.Option{
		{Name: "reward", Default: "areas", Values: []string{"areas", "sum"}, Doc: "one objective for each area, or one for their sum"},
		{Name: "effort", Default: false, Doc: "objective effort: minus the mean squared action of a step"},
		{Name: "time", Default: false, Doc: "objective time: −1 in every step"},
	}
}

// Objectives declares the vector. best is the largest reward of an area in a step, limit the largest
// number that an action has.
func (r Rewards) Objectives(best, limit float64) []envs.Objective {
	var all []envs.Objective
	if r.sum {
		all = append(all, envs.Objective{Name: "area", High: best})
	} else {
		for i := range r.areas {
			all = append(all, envs.Objective{Name: fmt.Sprintf("area_%d", i+1), High: best})
		}
	}
	if r.effort {
		all = append(all, envs.Objective{Name: "effort", Low: -limit * limit})
	}
	if r.time {
		all = append(all, envs.Objective{Name: "time", Unit: "steps", Low: -1, High: -1})
	}
	return all
}

// Reference is below every value of an undiscounted episode of so many steps. The areas' own share is
// a tenth of the most that one pays, so that a policy that reaches one of several areas dominates
// some volume.
func (r Rewards) Reference(most, limit float64, horizon int) envs.Reference {
	point := make([]float64, 0, r.areas+2)
	for _, o := range r.Objectives(1, limit) {
		switch o.Name {
		case "effort":
			point = append(point, -math.Ceil(limit*limit*float64(horizon)))
		case "time":
			point = append(point, -float64(horizon+1))
		default:
			point = append(point, -0.1*most)
		}
	}
	return envs.Reference{Discount: 1, Point: point, Source: "paretolab: below the worst episode"}
}

// Pay writes the reward vector of a step: pay in an area (−1: none), and what action a costs.
func (r Rewards) Pay(reward []float64, area int, pay float64, a []float64) {
	clear(reward)
	next := r.areas
	if r.sum {
		next = 1
	}
	if area >= 0 {
		if r.sum {
			area = 0
		}
		reward[area] = pay
	}
	if r.effort {
		square := 0.0
		for _, x := range a {
			square += float64(x * x)
		}
		reward[next] = -square / float64(len(a))
		next++
	}
	if r.time {
		reward[next] = -1
	}
}
