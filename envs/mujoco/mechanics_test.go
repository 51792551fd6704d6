package mujoco

import (
	"math"
	"math/rand/v2"
	"testing"
)

// randomState returns a state away from the reference configuration.
func randomState(m *Model, r *rand.Rand) *State {
	s := m.NewState()
	for i := range s.Qpos {
		s.Qpos[i] += 0.3 * r.NormFloat64()
	}
	for i := range s.Qvel {
		s.Qvel[i] = r.NormFloat64()
	}
	for i := range s.Ctrl {
		s.Ctrl[i] = r.NormFloat64()
	}
	return s
}

// energy is kinetic and potential energy at the last forward evaluation.
func energy(m *Model, d *Data, qvel []float64) float64 {
	n := m.Nv
	mass := make([]float64, n*n)
	m.MassMatrix(d, mass)
	e := 0.0
	for i, v := range qvel {
		e += 0.5 * v * dot(mass[i*n:][:n], qvel)
	}
	for b := range m.Bodies {
		e += m.Bodies[b].Mass * gravity * d.Xipos[b][2]
	}
	return e
}

// TestEnergyIsConserved: of mechanisms without damping, medium, control and contact, to the fourth order
// of the timestep: half the step, a sixteenth of the drift or less.
func TestEnergyIsConserved(t *testing.T) {
	for _, name := range []string{"swimmer", "hopper"} {
		drift := func(timestep float64) float64 {
			m, err := edited(t, name, func(c map[string]any) {
				o := c["option"].(map[string]any)
				o["timestep"], o["density"], o["viscosity"] = timestep, 0, 0
				loose(c)
			})
			if err != nil {
				t.Fatal(err)
			}
			s, d := m.NewState(), m.NewData()
			for i := range s.Qvel {
				s.Qvel[i] = 1.5 - 0.9*float64(i%3)
			}
			m.Forward(s, d)
			before := energy(m, d, s.Qvel)
			for s.Time < 0.5-1e-9 {
				m.Step(s, d)
			}
			m.Forward(s, d)
			if d.rows != 0 {
				t.Fatal("a constraint acts")
			}
			return math.Abs(energy(m, d, s.Qvel)-before) / math.Abs(before)
		}
		coarse, fine := drift(0.01), drift(0.005)
		if fine > 1e-7 || fine > coarse/12 {
			t.Errorf("%s: relative drift %.3g, at half the timestep %.3g", name, coarse, fine)
		}
	}
}

// TestMomentumInFreeFlight: whatever the joints do, the centre of mass falls freely and the angular
// momentum about it stays.
func TestMomentumInFreeFlight(t *testing.T) {
	for _, name := range []string{"ant", "humanoid"} {
		m, err := edited(t, name, func(c map[string]any) {
			loose(c)
			c["option"].(map[string]any)["timestep"] = 0.0005
		})
		if err != nil {
			t.Fatal(err)
		}
		s, d := m.NewState(), m.NewData()
		r := rand.New(rand.NewPCG(1, 2))
		for i := range s.Qvel {
			s.Qvel[i] = 0.3 * r.NormFloat64()
		}
		momentum := func() (h [6]float64) {
			m.Forward(s, d)
			for b := 1; b < len(m.Bodies); b++ {
				var f [6]float64
				w, v := motionAt(&d.Cvel[b])
				torque, force := mulInertia(&d.Cinert[b], w, v)
				storeMotion(&f, torque, force)
				for i := range h {
					h[i] += f[i]
				}
			}
			return h
		}
		want := momentum()
		for range 100 {
			for i := range s.Ctrl {
				s.Ctrl[i] = 0.1 * r.NormFloat64()
			}
			m.Step(s, d)
		}
		want[5] -= m.Bodies[0].SubtreeMass * gravity * s.Time
		got := momentum()
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-7*math.Max(1, math.Abs(want[i])) {
				t.Errorf("%s: momentum %v, want %v", name, got, want)
				break
			}
		}
	}
}

// TestEquationsOfMotion: M is symmetric positive definite and inverted right, forces push, and
// Jᵀ f = M (qacc - qacc_smooth), at random states of all models.
func TestEquationsOfMotion(t *testing.T) {
	for _, name := range Names() {
		m := load(t, name)
		d := m.NewData()
		n := m.Nv
		mass := make([]float64, n*n)
		r := rand.New(rand.NewPCG(3, 4))
		for range 50 {
			s := randomState(m, r)
			if m.Joints[0].Type == Free {
				s.Qpos[2] = 0.3
			}
			m.Forward(s, d)
			m.MassMatrix(d, mass)
			x, y := make([]float64, n), make([]float64, n)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			for i := range y {
				y[i] = dot(mass[i*n:][:n], x)
			}
			if !(dot(x, y) > 0) {
				t.Fatalf("%s: M is not positive definite", name)
			}
			m.SolveMass(d, y)
			for i := range y {
				if math.Abs(y[i]-x[i]) > 1e-9 {
					t.Fatalf("%s: M⁻¹ M x is off by %.3g", name, y[i]-x[i])
				}
			}
			pull := make([]float64, n)
			for i := range d.Rows() {
				row := m.ConstraintRow(d, i)
				if row.Force < 0 {
					t.Fatalf("%s: a constraint pulls with %v", name, row.Force)
				}
				for k, j := range row.J {
					pull[k] += j * row.Force
				}
			}
			scale := 1.0
			for i := range n {
				scale = max(scale, math.Abs(pull[i]))
			}
			// Newton's method ends at the optimum to a tolerance; projected Gauss-Seidel obeys this law always.
			bound := 1e-6
			if m.Option.Solver == PGS {
				bound = 1e-10
			}
			for i := range n {
				got := 0.0
				for k := range n {
					got += mass[i*n+k] * (d.Qacc[k] - d.QaccSmooth[k])
				}
				if math.Abs(got-pull[i]) > bound*scale {
					t.Fatalf("%s: M (qacc - qacc_smooth) = %v, Jᵀ f = %v", name, got, pull[i])
				}
			}
		}
	}
}

// TestTranslation: on an even floor, it does not matter where a robot stands.
func TestTranslation(t *testing.T) {
	for name, at := range map[string][]int{"hopper": {0}, "walker2d": {0}, "half_cheetah": {0}, "swimmer": {0, 1}, "ant": {0, 1}, "humanoid": {0, 1}} {
		m := load(t, name)
		d, far := m.NewData(), m.NewData()
		r := rand.New(rand.NewPCG(5, 6))
		for range 20 {
			s := randomState(m, r)
			m.Forward(s, d)
			moved := m.NewState()
			moved.CopyFrom(s)
			for _, i := range at {
				moved.Qpos[i] += 32
			}
			m.Forward(moved, far)
			if len(d.Contacts) != len(far.Contacts) {
				t.Fatalf("%s: %d contacts, elsewhere %d", name, len(d.Contacts), len(far.Contacts))
			}
			for i := range d.Qacc {
				if math.Abs(d.Qacc[i]-far.Qacc[i]) > 1e-8*math.Max(1, math.Abs(d.Qacc[i])) {
					t.Fatalf("%s: qacc %v, elsewhere %v", name, d.Qacc, far.Qacc)
				}
			}
		}
	}
}

// TestContactForceCarriesTheWeight: an ant that has come to rest is carried by its contacts.
func TestContactForceCarriesTheWeight(t *testing.T) {
	m := load(t, "ant")
	s, d := m.NewState(), m.NewData()
	for range 1500 {
		m.Step(s, d)
	}
	m.ContactForces(d)
	lift := 0.0
	for _, f := range d.CfrcExt {
		lift += f[5]
	}
	if want := m.Bodies[0].SubtreeMass * gravity; math.Abs(lift-want) > 0.01*want {
		t.Errorf("contacts carry %v N of %v N", lift, want)
	}
}
