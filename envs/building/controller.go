package building

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Controller is a policy written by hand, which knows the model of the building. It forecasts the
// temperatures T that the zones would have in an hour without heating and cooling, and orders what
// would bring them nearer to 20 °C:
//
//	a = clip(Gain · Bₐ⁻¹ soft(20 − T, Band), −1, 1)
//
// where Bₐ says how actions change the temperatures and soft moves each number by Band towards 0. A
// learned front that does not beat that of [Controllers] has learned nothing of value.
type Controller struct {
	Gain   float64          // share of the deviation that is made up for, from 0 (no action) to 1
	Band   float64          // °C around 20 that are left alone
	Floors [floorCount]bool // bottom, middle, top: those that are controlled; on the others nothing is done
}

// Controllers returns 55 controllers of all floors, gains 0, 0.1, ..., 1 with bands 0, 0.5, 1, 2 and 3, the
// first of which does nothing; for building-9d further 12 of some of the floors, gains 0.5 and 1 without a band.
func Controllers(id string) []Controller {
	var list []Controller
	all := [floorCount]bool{true, true, true}
	for _, band := range []float64{0, 0.5, 1, 2, 3} {
		for gain := range 11 {
			list = append(list, Controller{float64(gain) / 10, band, all})
		}
	}
	if id != "building-9d" {
		return list
	}
	for some := 1; some < 1<<floorCount-1; some++ {
		for _, gain := range []float64{0.5, 1} {
			c := Controller{Gain: gain}
			for f := range c.Floors {
				c.Floors[f] = some>>f&1 == 1
			}
			list = append(list, c)
		}
	}
	return list
}

// Return is the undiscounted return of the controller in an environment of this package, the mean over
// episodes that begin in the hours every, 2·every, ..., 200: the expected one if every is 1. The noise on
// prices, on which no action depends, is left out.
func (c Controller) Return(e *envs.Environment, every int) ([]float64, error) {
	b, ok := e.New().(*Building)
	if !ok {
		return nil, fmt.Errorf("controllers of buildings cannot control %s", e.Spec.ID)
	}
	response, err := b.office.response()
	if err != nil {
		return nil, err
	}
	var rng envs.RNG
	rng.Seed(0)
	mean := make([]float64, e.Spec.M())
	reward := make([]float64, e.Spec.M())
	action := envs.Action{Box: make([]float64, zones)}
	episodes := float64(lastStart / every)
	for start := every; start <= lastStart; start += every {
		b.Reset(&rng)
		b.state.StartIndex = int32(start)
		for range horizon {
			c.act(b, response, action.Box)
			b.Step(&rng, action, reward)
			if !b.perFloor {
				price := b.office.price[b.hour()%hoursPerDay]
				reward[1] += (b.state.Price - price) / b.office.priceMax * sum(&b.state.Effort[0])
			}
			for j, r := range reward {
				mean[j] += r / episodes
			}
		}
	}
	return mean, nil
}

// act writes the action in the present state of b, given the inverse of Bₐ.
func (c Controller) act(b *Building, response *[zones][zones]float64, a []float64) {
	var want [zones]float64
	forecast := b.forecast()
	for i := range want {
		off := target - forecast[i]
		want[i] = c.Gain * math.Copysign(max(0, math.Abs(off)-c.Band), off)
	}
	clear(a)
	for f, zone := range floors {
		for i := zone[0]; c.Floors[f] && i < zone[1]; i++ {
			for k, w := range want {
				a[i] += response[i][k] * w
			}
			a[i] = clip(a[i], -1, 1)
		}
	}
}

// forecast is the temperatures that the next step leads to without any action.
func (b *Building) forecast() *[blocks * block]float64 {
	o, hour := b.office, int(b.state.StartIndex+b.state.Steps)
	copy(b.inputs[:zones], b.state.ZoneTemp[:])
	b.inputs[zones] = o.ground[hour%len(o.ground)]
	b.inputs[zones+1] = o.outdoor[hour%len(o.outdoor)]
	clear(b.inputs[zones+2 : inputs-1])
	b.inputs[inputs-1] = o.sun[hour%len(o.sun)]
	o.next(&b.inputs, &b.outputs)
	return &b.outputs
}

// response is Bₐ⁻¹: the actions that raise the temperature of one zone by a degree within an hour, and
// of no other. Elimination goes without exchanges: Bₐ is far larger on its diagonal.
func (o *office) response() (*[zones][zones]float64, error) {
	var b, inverse [zones][zones]float64
	for i := range b {
		for k := range b {
			b[i][k] = o.coefs[i/block][zones+2+k][i%block]
		}
		inverse[i][i] = 1
	}
	for p := range b {
		pivot := b[p][p]
		if pivot == 0 {
			return nil, fmt.Errorf("embedded building: the action of zone %d does not heat it", p)
		}
		for k := range b {
			b[p][k] /= pivot
			inverse[p][k] /= pivot
		}
		for i := range b {
			factor := b[i][p]
			for k := 0; i != p && k < zones; k++ {
				b[i][k] -= factor * b[p][k]
				inverse[i][k] -= factor * inverse[p][k]
			}
		}
	}
	return &inverse, nil
}
