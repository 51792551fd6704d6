package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/mujoco"
)

// camera is how a robot is looked at. All of them follow it, but for the one above the reacher.
type camera int

const (
	side   camera = iota // along y, without perspective
	behind               // from obliquely behind, with perspective
	above                // along -z, without perspective
	table                // the same on the spot, near
)

// views are what the cameras see, in metres; of that with perspective, at the robot's distance.
var views = [...][4]float64{
	side:   {-2.4, -0.4, 2.4, 2},
	behind: {-2.1, -1.15, 2.1, 1.25},
	above:  {-3, -2, 3, 2},
	table:  {-0.36, -0.36, 0.36, 0.36},
}

// eye is where the camera behind stands, seen from the robot.
var eye = mujoco.Vec{-3.2, -4.2, 2.6}

// projection maps the world to the picture.
type projection struct {
	camera
	center           mujoco.Vec // what it looks at
	right, up, ahead mujoco.Vec
	distance         float64 // to the centre, with perspective; else 0
}

func (r *robot) projection() projection {
	p := projection{camera: r.camera}
	trunk := r.data.Xpos[1]
	switch r.camera {
	case side:
		p.center = mujoco.Vec{trunk[0], 0, 0}
		p.right, p.up, p.ahead = mujoco.Vec{1, 0, 0}, mujoco.Vec{0, 0, 1}, mujoco.Vec{0, 1, 0}
	case behind:
		p.center = mujoco.Vec{trunk[0], trunk[1], 0.7}
		p.distance = math.Sqrt(dot(eye, eye))
		for k := range 3 {
			p.ahead[k] = -eye[k] / p.distance
		}
		level := math.Hypot(p.ahead[0], p.ahead[1])
		p.right = mujoco.Vec{p.ahead[1] / level, -p.ahead[0] / level, 0}
		p.up = cross(p.right, p.ahead)
	default:
		if r.camera == above {
			p.center = mujoco.Vec{trunk[0], trunk[1], 0}
		}
		p.right, p.up, p.ahead = mujoco.Vec{1, 0, 0}, mujoco.Vec{0, 1, 0}, mujoco.Vec{0, 0, -1}
	}
	return p
}

func dot(a, b mujoco.Vec) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross(a, b mujoco.Vec) mujoco.Vec {
	return mujoco.Vec{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// spot is a point in the picture. Lengths there appear scale times as long.
type spot struct{ x, y, depth, scale float64 }

// at projects a point. It is false for one that is not in front of the camera or far outside the picture.
func (p *projection) at(v mujoco.Vec) (spot, bool) {
	d := mujoco.Vec{v[0] - p.center[0], v[1] - p.center[1], v[2] - p.center[2]}
	s := spot{dot(d, p.right), dot(d, p.up), dot(d, p.ahead), 1}
	if p.distance > 0 {
		z := s.depth + p.distance
		if z < 0.2*p.distance {
			return s, false
		}
		s.scale = p.distance / z
		s.x, s.y = s.x*s.scale, s.y*s.scale
	}
	const margin = 4 // views
	v4 := views[p.camera]
	return s, math.Abs(s.x) < margin*v4[2] && math.Abs(s.y) < margin*v4[3]
}

// Scene implements [envs.Renderer]: the ground with a mark every metre, the robot with a colour for each of
// its limbs, and how far along x it has come.
func (r *robot) Scene(dst *envs.Scene) {
	r.model.Forward(&r.state, r.data)
	p := r.projection()
	dst.View = views[p.camera]
	p.ground(dst)
	r.parts(dst, &p)
	if p.camera != table {
		v := dst.View
		size := (v[3] - v[1]) / 16
		dst.Label(envs.Ink, v[0]+size, v[3]-size, size, "x (m)")
		dst.Anchor(envs.Start)
		dst.Number(envs.Ink, v[0]+size, v[3]-2.2*size, size, math.Round(10*r.data.Xpos[1][0])/10+0, 1)
		dst.Anchor(envs.Start)
	}
}

// ground draws the plane z = 0.
func (p *projection) ground(dst *envs.Scene) {
	v := dst.View
	switch p.camera {
	case side:
		dst.Rectangle(envs.Trace, v[0], v[1], v[2], 0)
		dst.Line(envs.Wall, 0.02, v[0], 0, v[2], 0)
		for x := math.Ceil(p.center[0] + v[0]); x <= p.center[0]+v[2]; x++ {
			dst.Line(envs.Wall, 0.015, x-p.center[0], -0.1, x-p.center[0], 0)
		}
	case table:
		// It has walls.
	default:
		const reach = 4 // lines on each side
		x, y := math.Round(p.center[0]), math.Round(p.center[1])
		for k := -reach; k <= reach; k++ {
			d := float64(k)
			p.line(dst, mujoco.Vec{x + d, y - reach, 0}, mujoco.Vec{x + d, y + reach, 0})
			p.line(dst, mujoco.Vec{x - reach, y + d, 0}, mujoco.Vec{x + reach, y + d, 0})
		}
	}
}

func (p *projection) line(dst *envs.Scene, a, b mujoco.Vec) {
	s, seen := p.at(a)
	t, also := p.at(b)
	if seen && also {
		dst.Line(envs.Trace, 0.015, s.x, s.y, t.x, t.y)
	}
}

// maxParts bounds the shapes of a robot.
const maxParts = 32

// part is a shape as a capsule in the picture.
type part struct {
	a, b   spot
	radius float64
	role   envs.Role
}

// parts draws the shapes, the farthest first, and their shadows where there is perspective.
func (r *robot) parts(dst *envs.Scene, p *projection) {
	var parts [maxParts]part
	n := 0
	for i := range r.model.Geoms {
		g := &r.model.Geoms[i]
		if g.Type == mujoco.Plane || n == maxParts {
			continue
		}
		a, b := r.ends(i)
		if p.camera == behind {
			shadow(dst, p, a, b, g.Size[0])
		}
		s, seen := p.at(a)
		t, also := p.at(b)
		if !seen || !also {
			continue
		}
		q := part{s, t, g.Size[0] * (s.scale + t.scale) / 2, r.role(g.Body)}
		k := n
		for ; k > 0 && parts[k-1].depth() < q.depth(); k-- {
			parts[k] = parts[k-1]
		}
		parts[k] = q
		n++
	}
	for i := range parts[:n] {
		parts[i].draw(dst)
	}
}

func (q *part) depth() float64 { return q.a.depth + q.b.depth }

func (q *part) draw(dst *envs.Scene) {
	if q.a == q.b {
		dst.Circle(q.role, q.a.x, q.a.y, q.radius)
	} else {
		dst.Capsule(q.role, q.a.x, q.a.y, q.b.x, q.b.y, q.radius)
	}
}

// ends are the ends of the axis of a geom, the same point twice for a sphere.
func (r *robot) ends(geom int) (a, b mujoco.Vec) {
	g := &r.model.Geoms[geom]
	center, axes := r.model.GeomPose(r.data, geom)
	if g.Type != mujoco.Capsule {
		return center, center
	}
	for k := range 3 {
		along := g.Size[1] * axes[3*k+2]
		a[k], b[k] = center[k]-along, center[k]+along
	}
	return a, b
}

// shadow is what the light from above leaves on the ground.
func shadow(dst *envs.Scene, p *projection, a, b mujoco.Vec, radius float64) {
	a[2], b[2] = 0, 0
	s, seen := p.at(a)
	t, also := p.at(b)
	if !seen || !also {
		return
	}
	q := part{s, t, radius * (s.scale + t.scale) / 2, envs.Trace}
	q.draw(dst)
}

// role is the colour of a body: the trunk is the agent, every limb has its own; bodies that move by
// themselves beside the robot are targets, and the world's shapes are walls.
func (r *robot) role(body int) envs.Role {
	const trunk = 1
	switch bodies := r.model.Bodies; {
	case body == 0:
		return envs.Wall
	case bodies[body].Root != trunk:
		return envs.Goal
	case body == trunk:
		return envs.Agent
	}
	return envs.Object1 + envs.Role(r.limbs[body]%8)
}

// limbs numbers the limbs of a robot: one begins at the trunk or where a body has several below it.
func limbs(m *mujoco.Model) []int {
	children := make([]int, len(m.Bodies))
	for _, b := range m.Bodies {
		children[b.Parent]++
	}
	numbers, next := make([]int, len(m.Bodies)), 0
	for i, b := range m.Bodies {
		if i < 2 {
			continue
		}
		if b.Parent == 1 || children[b.Parent] > 1 {
			numbers[i] = next
			next++
		} else {
			numbers[i] = numbers[b.Parent]
		}
	}
	return numbers
}
