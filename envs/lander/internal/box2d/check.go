package box2d

import (
	"fmt"
	"math"
)

// Check returns nil if w is a world that Step can go on from, else an error that names the field.
func (w *World) Check() error {
	for i := range w.Bodies {
		b := &w.Bodies[i]
		for _, x := range []float32{
			b.C.X, b.C.Y, b.A, b.C0.X, b.C0.Y, b.A0, b.Alpha0, b.Pose.P.X, b.Pose.P.Y, b.Pose.Q.Sin, b.Pose.Q.Cos,
			b.Velocity.X, b.Velocity.Y, b.Spin, b.Force.X, b.Force.Y, b.Torque, b.Quiet,
		} {
			if y := float64(x); math.IsNaN(y) || math.IsInf(y, 0) {
				return fmt.Errorf("bodies[%d] holds %v", i, x)
			}
		}
	}
	for j := range w.Joints {
		if l := w.Joints[j].Limit; l > AtUpper {
			return fmt.Errorf("joints[%d] is at limit %d of %d", j, l, AtUpper)
		}
	}
	if w.NumContacts > Contacts {
		return fmt.Errorf("num_contacts is %d; there are at most %d", w.NumContacts, Contacts)
	}
	var paired [Edges][Bodies]bool
	for k := range w.Contacts[:w.NumContacts] {
		c := &w.Contacts[k]
		switch {
		case c.Edge >= Edges || c.Body >= Bodies:
			return fmt.Errorf("contacts[%d] is of edge %d and body %d; there are %d and %d", k, c.Edge, c.Body, Edges, Bodies)
		case paired[c.Edge][c.Body]:
			return fmt.Errorf("contacts[%d], of edge %d and body %d, is there twice", k, c.Edge, c.Body)
		case c.Manifold.NumPoints > 2 || c.Touching != (c.Manifold.NumPoints > 0):
			return fmt.Errorf("contacts[%d] has %d points and touching is %v", k, c.Manifold.NumPoints, c.Touching)
		}
		paired[c.Edge][c.Body] = true
	}
	return nil
}
