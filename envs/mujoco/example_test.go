package mujoco_test

import (
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/envs/mujoco"
)

func Example() {
	m, err := mujoco.Load("hopper")
	if err != nil {
		panic(err)
	}
	s, d := m.NewState(), m.NewData()
	for s.Time < 0.5 {
		m.Step(s, d)
	}
	fmt.Printf("after %.1f s: %d degrees of freedom, %d contacts, torso at %.2f m\n", s.Time, m.Nv, len(d.Contacts), s.Qpos[1])
	// Output: after 0.5 s: 6 degrees of freedom, 2 contacts, torso at 1.21 m
}

// An ant has come to rest: which of its geoms touch the ground, and how hard?
func ExampleModel_ContactForces() {
	m, err := mujoco.Load("ant")
	if err != nil {
		panic(err)
	}
	s, d := m.NewState(), m.NewData()
	for range 1000 {
		m.Step(s, d)
	}
	m.ContactForces(d)
	for _, c := range d.Contacts {
		g := m.Geoms[c.Geom[1]]
		force := d.CfrcExt[g.Body]
		fmt.Printf("%s: lifted with %.1f N\n", g.Name, force[5])
	}
	// Output:
	// left_ankle_geom: lifted with 2.2 N
	// right_ankle_geom: lifted with 2.2 N
	// third_ankle_geom: lifted with 2.2 N
	// fourth_ankle_geom: lifted with 2.2 N
}

// Many copies on two workers: the results do not depend on their number.
func ExampleBatch() {
	m, err := mujoco.Load("swimmer")
	if err != nil {
		panic(err)
	}
	b := mujoco.NewBatch(m, 100, 2)
	defer b.Close()
	push := func(i int, s *mujoco.State, d *mujoco.Data) {
		s.Ctrl[0] = float64(i) / 100
		for range m.FrameSkip {
			m.Step(s, d)
		}
	}
	for range 10 {
		b.Each(push)
	}
	fmt.Printf("joint of copy 0 at %.3f, of copy 99 at %.3f rad\n", b.States[0].Qpos[3], b.States[99].Qpos[3])
	// Output: joint of copy 0 at 0.000, of copy 99 at 1.598 rad
}

// What a model has that the engine cannot compute is an error.
func ExampleParse() {
	_, err := mujoco.Parse(strings.NewReader(`{"model": "arm", "compiled": {"option": {"integrator": "implicitfast"}}}`))
	fmt.Println(err)
	// Output: option.integrator is "implicitfast"; supported are RK4 and Euler
}
