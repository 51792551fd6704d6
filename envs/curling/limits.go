package curling

import "math"

var limits = [2]float64{shoulder, elbow}

// Where link 1 would leave the table the base joint yields, by the least of so many steps that brings it back.
const (
	yields    = 64
	yieldStep = .002
)

// yielding holds the sines and cosines of the steps.
var yielding = func() (t [yields + 1]struct{ sin, cos float64 }) {
	for k := range t {
		t[k].sin, t[k].cos = math.Sincos(float64(float64(k) * yieldStep))
	}
	return t
}()

// Bounds of the way of a corner of link 1 when a joint turns by one radian.
const (
	farFromElbow    = offset + halfLong + halfWide
	farFromShoulder = reachOf + farFromElbow
)

// doubt is the distance from a side below which rounding may tell whether a corner is beyond it; then only the
// calculation that defines it does.
const doubt = 1e-9

// wanted returns the joint angles after the step from angles q, where the arm is at now; where link 1 would leave the
// table, the base joint yields, else the elbow, else both.
func wanted(q, action [2]float64, now *arm) [2]float64 {
	n := q
	for i := range n {
		n[i] = min(max(q[i]+float64(dt*min(max(action[i], -fastest), fastest)), -limits[i]), limits[i])
	}
	if now.links[1].room()-math.Abs(n[0]-q[0])*farFromShoulder-math.Abs(n[1]-q[1])*farFromElbow > doubt {
		return n
	}
	there := place(n)
	if there.links[1].inside() {
		return n
	}
	for k := 1; k <= yields; k++ {
		for _, sign := range [2]float64{-1, 1} {
			aside := [2]float64{n[0] + float64(float64(float64(k)*yieldStep)*sign), n[1]}
			if math.Abs(aside[0]) <= shoulder && there.links[1].insideTurned(aside, sign*yielding[k].sin, yielding[k].cos) {
				return aside
			}
		}
	}
	n[1] = q[1]
	if there = place(n); !there.links[1].inside() {
		n[0] = q[0]
	}
	return n
}

// inside reports whether the corners of the link are on the table.
func (l *link) inside() bool {
	for _, x := range [2]float64{-halfWide, halfWide} {
		for _, y := range [2]float64{-halfLong, halfLong} {
			cx := l.centre.X + float64(x*l.cos) - float64(y*l.sin)
			cy := l.centre.Y + float64(x*l.sin) + float64(y*l.cos)
			if !(cx >= wall && cx <= table-wall && cy >= wall && cy <= table-wall) {
				return false
			}
		}
	}
	return true
}

// room is the least distance of a corner of the link from the sides, but for rounding; negative beyond them.
func (l *link) room() float64 {
	sin, cos := math.Abs(l.sin), math.Abs(l.cos)
	x, y := halfWide*cos+halfLong*sin, halfWide*sin+halfLong*cos
	return half - wall - max(math.Abs(l.centre.X-half)+x, math.Abs(l.centre.Y-half)+y)
}

// insideTurned reports whether link 1 is on the table with joint angles q, to which the shoulder brings it from here when it
// turns by an angle with this sine and cosine.
func (l *link) insideTurned(q [2]float64, sin, cos float64) bool {
	d := l.centre.sub(base)
	turned := link{base.add(vec{d.X*cos - d.Y*sin, d.X*sin + d.Y*cos}), l.sin*cos + l.cos*sin, l.cos*cos - l.sin*sin}
	room := turned.room()
	if math.Abs(room) > doubt {
		return room > 0
	}
	exact := place(q)
	return exact.links[1].inside()
}
