package building

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
)

const (
	horizon    = 480  // hours
	lastStart  = 200  // episodes begin in hour 1 to 200 of the year
	target     = 20.0 // °C
	noise      = 0.02 // standard deviation of carbon and price
	noRamping  = 2    // steps at the start without two actions before them
	floorCount = 3

	hoursPerDay  = 24
	wattsPerUnit = 1000 // of the observed occupancy
)

// floors are the zones of the bottom, middle and top floor: from, to.
var floors = [floorCount][2]int{{0, 9}, {9, 16}, {16, 23}}

// Building heats (+) and cools (−) the 23 zones of a large office building hour by hour, in the
// winter of San Diego: a linear model of the heat that flows between zones, ground and air.
//
// Actions: one number in [−1, 1] per zone. Reward of building-3d, with the temperatures x′ that the
// step leads to, in °C: comfort (20·23 − ‖x′ − 20‖₁)/20; energy 23 − price/price_max·‖a‖₁, with the noisy price,
// which may be negative; ramping 23 − |‖a₋₁‖₁ − ‖a₋₂‖₁| of the two actions before this one, 0 in the first two
// steps. building-9d has the three for each floor with its n zones: comfort (20n − ‖x′ − 20‖₁)/20, energy
// (20n − ‖a‖₁)/20, ramping n − |…|. Observation, scaled to [0, 1] and clipped: zone temperatures, outdoor
// temperature, irradiance, ground temperature, power of the occupants, carbon and price of the
// hour that the step began in. The first hour is random, and the noise on carbon and price.
//
// Oddities of the original that are kept: the ground temperature walks through its twelve monthly
// values hour by hour, and the occupants' power heats nothing. Beyond the 680 hours of weather that
// 480 steps can need, the weather begins anew.
//
// Source: Yeh et al., "SustainGym: Reinforcement Learning Environments for Sustainable Energy
// Systems", NeurIPS 2023 (BuildingEnv), as used by C-MORL.
type Building struct {
	office   *office
	perFloor bool // building-9d
	inputs   [inputs]float64
	outputs  [blocks * block]float64
	state    buildingState
}

// buildingState is the state after a number of steps. As JSON it leaves out what is zero, as the
// recordings, which give the beginnings of episodes, do.
type buildingState struct {
	StartIndex int32          `json:"start_index"`
	Steps      int32          `json:"steps,omitzero"`
	ZoneTemp   [zones]float64 `json:"zone_temp"`          // °C
	Occupancy  float64        `json:"occupancy,omitzero"` // W, as observed
	Carbon     float64        `json:"carbon,omitzero"`    // as observed, before clipping
	Price      float64        `json:"price,omitzero"`     // likewise
	// Effort is ‖a‖₁ on each floor of the last action, and of the one before it.
	Effort [2][floorCount]float64 `json:"effort,omitzero"`
}

// UnmarshalJSON implements json.Unmarshaler. Keys left out are zero.
func (s *buildingState) UnmarshalJSON(b []byte) error {
	type plain buildingState
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*s = buildingState(p)
	return nil
}

var (
	_ envs.Env          = (*Building)(nil)
	_ envs.StateChecker = (*Building)(nil)
	_ envs.StepCounter  = (*Building)(nil)
)

// Reset implements [envs.Env].
func (b *Building) Reset(rng *envs.RNG) {
	s := &b.state
	*s = buildingState{StartIndex: int32(rng.Integers(1, lastStart+1))}
	for i := range s.ZoneTemp {
		s.ZoneTemp[i] = target
	}
	b.quote(rng)
}

// hour is the hour of the year that was observed last: that of the start, or that in which the last
// step began.
func (b *Building) hour() int { return int(b.state.StartIndex + max(b.state.Steps-1, 0)) }

// quote draws carbon and price of the observed hour.
func (b *Building) quote(rng *envs.RNG) {
	s := &b.state
	var record [2]float64
	if !rng.Replay("", record[:]) {
		hour := b.hour() % hoursPerDay
		record[0] = rng.Normal(b.office.carbon[hour], noise)
		record[1] = rng.Normal(b.office.price[hour], noise)
	}
	s.Carbon, s.Price = record[0], record[1]
}

// Step implements [envs.Env].
func (b *Building) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	s, o := &b.state, b.office
	s.Steps++
	if s.Steps > 1 {
		b.quote(rng)
	}
	s.Occupancy = o.occupants(b.meanTemp())
	hour := b.hour()
	copy(b.inputs[:zones], s.ZoneTemp[:])
	b.inputs[zones] = o.ground[hour%len(o.ground)]
	b.inputs[zones+1] = o.outdoor[hour%len(o.outdoor)]
	copy(b.inputs[zones+2:], a.Box)
	b.inputs[inputs-1] = o.sun[hour%len(o.sun)]
	o.next(&b.inputs, &b.outputs)

	var discomfort, effort [floorCount]float64
	forces, temps := (*[zones]float64)(a.Box), (*[zones]float64)(b.outputs[:])
	for f, zone := range floors {
		var off, used float64
		for i := zone[0]; i < zone[1]; i++ {
			off += math.Abs(temps[i] - target)
			used += math.Abs(forces[i])
			s.ZoneTemp[i] = clip(temps[i], o.low[i], o.high[i])
		}
		discomfort[f], effort[f] = off, used
	}
	b.rate(&discomfort, &effort, reward)
	s.Effort = [2][floorCount]float64{effort, s.Effort[0]}
	return false
}

// rate writes the rewards of a step with ‖x′ − 20‖₁ and ‖a‖₁ on each floor.
func (b *Building) rate(discomfort, effort *[floorCount]float64, reward []float64) {
	last, before := &b.state.Effort[0], &b.state.Effort[1]
	begins := b.state.Steps <= noRamping
	if !b.perFloor {
		reward[0] = (target*zones - sum(discomfort)) / target
		reward[1] = zones - float64(b.state.Price/b.office.priceMax*sum(effort))
		reward[2] = zones - math.Abs(sum(last)-sum(before))
		if begins {
			reward[2] = 0
		}
		return
	}
	for f, zone := range floors {
		n := float64(zone[1] - zone[0])
		reward[f] = (target*n - discomfort[f]) / target
		reward[floorCount+f] = (target*n - effort[f]) / target
		reward[2*floorCount+f] = n - math.Abs(last[f]-before[f])
		if begins {
			reward[2*floorCount+f] = 0
		}
	}
}

func sum(x *[floorCount]float64) float64 { return x[0] + x[1] + x[2] }

func (b *Building) meanTemp() float64 {
	total := 0.0
	for _, t := range b.state.ZoneTemp {
		total += t
	}
	return total / zones
}

// Observe implements [envs.Env].
func (b *Building) Observe(obs []float64) {
	s, o, hour := &b.state, b.office, b.hour()
	obs = obs[:observed]
	copy(obs, s.ZoneTemp[:])
	obs[seesOutdoor] = o.outdoor[hour%len(o.outdoor)]
	obs[seesSun] = o.sun[hour%len(o.sun)]
	obs[seesGround] = o.ground[hour%len(o.ground)]
	obs[seesOccupancy] = s.Occupancy / wattsPerUnit
	if s.Steps == 0 {
		obs[seesOccupancy] = o.occupants(b.meanTemp()) / wattsPerUnit
	}
	obs[seesCarbon], obs[seesPrice] = s.Carbon, s.Price
	for i, v := range obs {
		obs[i] = (clip(v, o.low[i], o.high[i]) - o.low[i]) / (o.high[i] - o.low[i])
	}
}

// clip brings x into [low, high]. It is min(max(x, low), high) without the care that these take of
// negative zeros, which takes longer than the rest.
func clip(x, low, high float64) float64 {
	if x < low {
		return low
	}
	if x > high {
		return high
	}
	return x
}

// State implements [envs.Env].
func (b *Building) State() any { return &b.state }

// StepsTaken implements [envs.StepCounter].
func (b *Building) StepsTaken() int { return int(b.state.Steps) }

// CheckState implements [envs.StateChecker].
func (b *Building) CheckState() error {
	s := &b.state
	switch {
	case s.StartIndex < 1 || s.StartIndex > lastStart:
		return fmt.Errorf("start_index %d is outside 1 to %d", s.StartIndex, lastStart)
	case s.Steps < 0:
		return fmt.Errorf("steps %d is negative", s.Steps)
	}
	for i, t := range s.ZoneTemp {
		if !(t >= b.office.low[i] && t <= b.office.high[i]) {
			return fmt.Errorf("zone_temp[%d] is %v, outside [%v, %v]", i, t, b.office.low[i], b.office.high[i])
		}
	}
	for _, v := range [...]float64{s.Occupancy, s.Carbon, s.Price} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("occupancy %v, carbon %v and price %v must be finite", s.Occupancy, s.Carbon, s.Price)
		}
	}
	for _, floor := range s.Effort {
		for _, v := range floor {
			if !(v >= 0 && v <= math.MaxFloat32) {
				return fmt.Errorf("effort %v is negative or not finite", s.Effort)
			}
		}
	}
	return nil
}

func init() {
	for _, v := range []struct {
		id, summary string
		perFloor    bool
	}{
		{"building-3d", "Heating and cooling of 23 zones of an office building: comfort, energy at its price, ramping", false},
		{"building-9d", "Heating and cooling of 23 zones of an office building: comfort, energy and ramping on each of three floors", true},
	} {
		envs.Register(envs.Definition{
			ID: v.id,
			New: func(envs.Options) (*envs.Environment, error) {
				o, err := readOffice()
				if err != nil {
					return nil, err
				}
				return newBuilding(o, v.summary, v.perFloor), nil
			},
		})
	}
}

func newBuilding(o *office, summary string, perFloor bool) *envs.Environment {
	observation := envs.Box("float32", repeat(0, observed), repeat(1, observed))
	for _, zone := range o.zoneNames {
		observation.Names = append(observation.Names, zone+"_temp")
	}
	observation.Names = append(observation.Names, "outdoor_temp", "irradiance", "ground_temp", "occupancy", "carbon", "price")
	action := envs.Box("float32", repeat(-1, zones), repeat(1, zones))
	action.Names = o.zoneNames
	objectives := objectivesOf(perFloor)
	return &envs.Environment{
		Spec: envs.Spec{
			Summary:     summary,
			Source:      "C-MORL (commit 67473b5), environments/building; SustainGym's BuildingEnv, NeurIPS 2023",
			Observation: observation,
			Action:      action,
			Objectives:  objectives,
			Horizon:     horizon,
			OwnLimit:    true,
			BothAtLimit: true,
			Reference: envs.Reference{
				Discount: 1, Point: make([]float64, len(objectives)), Source: "C-MORL (commit 67473b5), scripts",
			},
		},
		New: func() envs.Env { return &Building{office: o, perFloor: perFloor, state: buildingState{StartIndex: 1}} },
	}
}

// objectivesOf names the objectives. A zone can leave the temperatures that are observed, and prices are
// normally distributed, so that only some rewards are bounded.
func objectivesOf(perFloor bool) (objectives []envs.Objective) {
	inf := math.Inf(1)
	if !perFloor {
		return []envs.Objective{
			{Name: "comfort", Low: -inf, High: zones}, {Name: "energy", Low: -inf, High: inf}, {Name: "ramping", Low: 0, High: zones},
		}
	}
	for _, kind := range []string{"comfort", "energy", "ramping"} {
		for f, floor := range []string{"bottom", "middle", "top"} {
			n := float64(floors[f][1] - floors[f][0])
			low := 0.0
			switch kind {
			case "comfort":
				low = -inf
			case "energy":
				low = n - n/target
			}
			objectives = append(objectives, envs.Objective{Name: kind + "_" + floor, Low: low, High: n})
		}
	}
	return objectives
}

func repeat(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }
