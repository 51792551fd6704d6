package maze

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
	"github.com/paretolab/paretolab/envs/golden"
)

// Constants of the robot.
const (
	wheels   = 20  // distance of the wheels
	fastest  = 4   // speed of a wheel, units per step
	laser    = 100 // range of the lasers
	startX   = 60
	startY   = 450
	turn     = 2 * math.Pi
	perUnit  = float32(200. / 600) // pixels
	horizon  = 2000
	nothing  = -1 // a laser that meets no wall
	picture  = 15 // radius of the robot in views, enough to be seen
	robot    = 10 // radius of the robot in pictures
	straight = 1e-10
)

// laserAngles are relative to the robot's heading.
var laserAngles = [3]float32{math.Pi / 4, 0, -math.Pi / 4}

var areas = []behaviour.Disc{{X: 60, Y: 60, Radius: 50}, {X: 100, Y: 200, Radius: 50}}

// HardMaze is a robot on two wheels in a maze that it sees by three lasers and two bumpers. It is paid
// in two discs, of which one lies at the end of a long way.
//
// State: position x, y and heading θ (y downwards, so clockwise on the screen), what the lasers and
// the bumpers report, and the steps taken; everything is float32, as in the original. At reset the
// robot is at (60, 450) with θ = π/4. Action: speeds of the left and the right wheel, clipped to ±4.
// A movement that ends in a wall leaves x and y, but not θ. Observation: distance of the first wall on
// the rays at π/4, 0 and −π/4 (at most 100), left and right bumper; at reset (100, 100, 100, 0, 0).
// Reward at the horizon of 2000 steps only: 1 − distance/50 in a disc. It never terminates, and nothing
// is drawn. Descriptor: the final position, as a share of the maze's 600 units.
//
// Source: SERENE (Paolo et al., GECCO 2021), code GPaolo/SERENE 83bc38a, on libfastsim bc1cc8a. There
// the reward is that of the position after step 1999.
type HardMaze struct {
	floor   *floor
	rewards behaviour.Rewards
	horizon int32
	state   mazeState
}

type mazeState struct {
	X       float32    `json:"x"`
	Y       float32    `json:"y"`
	Theta   float32    `json:"theta"`
	Lasers  [3]float32 `json:"lasers"` // distance, or −1
	Bumpers [2]bool    `json:"bumpers"`
	Steps   int32      `json:"steps"`
}

var (
	_ envs.Env            = (*HardMaze)(nil)
	_ envs.StateChecker   = (*HardMaze)(nil)
	_ envs.StepCounter    = (*HardMaze)(nil)
	_ behaviour.Describer = (*HardMaze)(nil)
	_ behaviour.Viewer    = (*HardMaze)(nil)
	_ behaviour.Placer    = (*HardMaze)(nil)
	_ golden.RowRecorder  = (*HardMaze)(nil)
)

// Reset implements [envs.Env].
func (e *HardMaze) Reset(*envs.RNG) {
	e.state = mazeState{X: startX, Y: startY, Theta: math.Pi / 4, Lasers: [3]float32{nothing, nothing, nothing}}
}

// pixel is the pixel of a coordinate.
func pixel(v float32) int32 { return int32(math.Floor(float64(v*perUnit) + 0.5)) }

// reduce brings an angle into [−π, π].
func reduce(a float32) float32 {
	for float64(a) > math.Pi {
		a = float32(float64(a) - turn)
	}
	for float64(a) < -math.Pi {
		a = float32(float64(a) + turn)
	}
	return a
}

// Step implements [envs.Env].
func (e *HardMaze) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	s := &e.state
	s.Steps++
	l := min(max(float32(a.Box[0]), -fastest), fastest)
	r := min(max(float32(a.Box[1]), -fastest), fastest)
	x, y := s.X, s.Y
	// What the original computes in double precision is rounded when it is stored.
	if alpha := (r - l) / wheels; math.Abs(float64(alpha)) > straight {
		radius := l/alpha + wheels/2
		sin, cos := math.Sincos(float64(alpha))
		dx, dy := float32((cos-1)*float64(radius)), float32(sin*float64(radius))
		sin, cos = math.Sincos(float64(float32(float64(s.Theta) - math.Pi/2)))
		x += float32(float64(cos*float64(dx)) - float64(sin*float64(dy)))
		y += float32(float64(cos*float64(dy)) + float64(sin*float64(dx)))
		s.Theta += reduce(alpha)
	} else {
		sin, cos := math.Sincos(float64(s.Theta))
		x = float32(float64(x) + float64(float64(l)*cos))
		y = float32(float64(y) + float64(float64(l)*sin))
	}
	s.Theta = reduce(s.Theta)
	s.Bumpers = [2]bool{}
	if i, j := pixel(x), pixel(y); e.floor.collides(i, j) {
		e.bump(i, j)
	} else {
		s.X, s.Y = x, y
	}
	e.look()
	area, pay := -1, 0.0
	if s.Steps == e.horizon {
		area, pay = behaviour.At(areas, float64(s.X), float64(s.Y))
	}
	e.rewards.Pay(reward, area, pay, []float64{float64(l), float64(r)})
	return false
}

// bump sets the bumpers of the sides on which walls touch a robot with its centre in a pixel.
func (e *HardMaze) bump(x, y int32) {
	s := &e.state
	for _, p := range around {
		if !e.floor.isWall(x+p.x, y+p.y) {
			continue
		}
		a := float64(reduce(float32(p.angle - float64(s.Theta))))
		if a > 0 && a < math.Pi/2 {
			s.Bumpers[1] = true
		}
		if a < 0 && a > -math.Pi/2 {
			s.Bumpers[0] = true
		}
	}
}

// look measures along the rays of the lasers.
func (e *HardMaze) look() {
	s := &e.state
	i, j := pixel(s.X), pixel(s.Y)
	for k, angle := range laserAngles {
		sin, cos := sincos(s.Theta + angle)
		hitX, hitY, hit := e.floor.ray(i, j, pixel(s.X+float32(laser*cos)), pixel(s.Y+float32(laser*sin)))
		s.Lasers[k] = nothing
		if hit {
			dx, dy := s.X-float32(hitX)/perUnit, s.Y-float32(hitY)/perUnit
			s.Lasers[k] = float32(math.Sqrt(float64(float32(dx*dx) + float32(dy*dy))))
		}
	}
}

// Observe implements [envs.Env].
func (e *HardMaze) Observe(obs []float64) {
	_ = obs[4]
	for k, d := range e.state.Lasers {
		if d == nothing || d > laser {
			d = laser
		}
		obs[k] = float64(d)
	}
	for k, on := range e.state.Bumpers {
		obs[3+k] = 0
		if on {
			obs[3+k] = 1
		}
	}
}

// State implements [envs.Env].
func (e *HardMaze) State() any { return &e.state }

// StepsTaken implements [envs.StepCounter].
func (e *HardMaze) StepsTaken() int { return int(e.state.Steps) }

// CheckState implements [envs.StateChecker].
func (e *HardMaze) CheckState() error {
	s := &e.state
	if !(s.X >= 0 && s.X <= size && s.Y >= 0 && s.Y <= size) || e.floor.collides(pixel(s.X), pixel(s.Y)) {
		return fmt.Errorf("x, y = %v, %v is outside the maze or in a wall", s.X, s.Y)
	}
	if !(math.Abs(float64(s.Theta)) <= math.Pi+1e-6) {
		return fmt.Errorf("theta is %v; it is between −π and π", s.Theta)
	}
	for _, d := range s.Lasers {
		if d != nothing && !(d >= 0 && d <= 2*size) {
			return fmt.Errorf("lasers has %v; it is a distance or −1", d)
		}
	}
	if s.Steps < 0 {
		return fmt.Errorf("steps is %d; it is at least 0", s.Steps)
	}
	return nil
}

// AppendRow implements [golden.RowRecorder]: pose, lasers, bumpers.
func (e *HardMaze) AppendRow(b []float64) []float64 {
	s := &e.state
	b = append(b, float64(s.X), float64(s.Y), float64(s.Theta), float64(s.Lasers[0]), float64(s.Lasers[1]), float64(s.Lasers[2]), 0, 0)
	for k, on := range s.Bumpers {
		if on {
			b[len(b)-2+k] = 1
		}
	}
	return b
}

var low, high = []float64{0, 0}, []float64{1, 1}

// DescriptorBounds implements [behaviour.Describer].
func (e *HardMaze) DescriptorBounds() (lowest, highest []float64) { return low, high }

// DescriptorNames implements [behaviour.Namer].
func (e *HardMaze) DescriptorNames() []string { return []string{"x", "y"} }

// Describe implements [behaviour.Describer].
func (e *HardMaze) Describe(dst []float64) {
	dst[0], dst[1] = float64(e.state.X)/size, float64(e.state.Y)/size
}

func init() {
	walls, err := readFloor(hardMaze)
	if err != nil {
		panic(err)
	}
	observation := envs.Box("float32", make([]float64, 5), []float64{laser, laser, laser, 1, 1})
	observation.Names = []string{"laser_left", "laser_ahead", "laser_right", "bumper_left", "bumper_right"}
	action := envs.Box("float32", []float64{-fastest, -fastest}, []float64{fastest, fastest})
	action.Names = []string{"left_wheel", "right_wheel"}
	envs.Register(envs.Definition{
		ID:      "hard-maze-v0",
		Options: behaviour.RewardOptions(),
		New: func(o envs.Options) (*envs.Environment, error) {
			maze := HardMaze{floor: walls, rewards: behaviour.NewRewards(len(areas), o)}
			e := &envs.Environment{
				Spec: envs.Spec{
					Summary:            "Robot with lasers and bumpers that is paid in two places of a maze",
					Source:             "SERENE (Paolo et al., GECCO 2021), hard maze of GPaolo/SERENE 83bc38a on libfastsim bc1cc8a",
					Observation:        observation,
					Action:             action,
					ClipsActions:       true,
					Objectives:         maze.rewards.Objectives(1, fastest),
					Horizon:            horizon,
					Reference:          maze.rewards.Reference(1, fastest, horizon),
					DeterministicStart: true,
					DeterministicStep:  true,
				},
			}
			e.New = func() envs.Env {
				fresh := maze
				fresh.horizon = int32(e.Spec.Horizon) // which Make may have changed
				return &fresh
			}
			return e, nil
		},
	})
}
