package mujoco

// Drill moves states with random controls for measuring. Starts are uniform within 0.05 of the reference
// configuration and 0.1 of rest, controls uniform in their range, each for one environment step; every
// 200 environment steps a state begins anew from the next start. All are drawn beforehand by a linear
// congruential generator, so that a program in another language can do the same.
type Drill struct {
	batch    *Batch
	starts   []State
	controls [][]float64
	round    int
	task     func(i int, s *State, d *Data)
	counts   []DrillCounts // of each state
}

// DrillCounts sums what the last physics step of each environment step met.
type DrillCounts struct{ Steps, Contacts, Rows, Iterations int }

const (
	drillStarts   = 64
	drillControls = 1024
	drillEpisode  = 200 // environment steps
)

// NewDrill returns a drill of n states on some workers; call Close at the end.
func NewDrill(m *Model, n, workers int) *Drill {
	d := &Drill{batch: NewBatch(m, n, workers), starts: m.NewStates(drillStarts), counts: make([]DrillCounts, n)}
	random := uint64(1)
	uniform := func(lo, hi float64) float64 {
		random = random*6364136223846793005 + 1442695040888963407
		return lo + (hi-lo)*float64(random>>11)/(1<<53)
	}
	for i := range d.starts {
		s := &d.starts[i]
		for k := range s.Qpos {
			s.Qpos[k] += uniform(-0.05, 0.05)
		}
		for k := range s.Qvel {
			s.Qvel[k] = uniform(-0.1, 0.1)
		}
	}
	for range drillControls {
		u := make([]float64, m.Nu)
		for k := range u {
			u[k] = uniform(m.Actuators[k].CtrlRange[0], m.Actuators[k].CtrlRange[1])
		}
		d.controls = append(d.controls, u)
	}
	d.task = d.step
	return d
}

// Step makes one environment step with every state: as many physics steps as the model's FrameSkip.
func (d *Drill) Step() {
	d.batch.Each(d.task)
	d.round++
}

func (d *Drill) step(i int, s *State, data *Data) {
	m := d.batch.Model
	if d.round%drillEpisode == 0 {
		s.CopyFrom(&d.starts[(i+d.round/drillEpisode)%drillStarts])
		m.Forward(s, data)
	}
	copy(s.Ctrl, d.controls[(7*i+d.round)%drillControls])
	for range m.FrameSkip {
		m.Step(s, data)
	}
	m.ContactForces(data)
	c := &d.counts[i]
	c.Steps++
	c.Contacts += len(data.Contacts)
	c.Rows += data.rows
	c.Iterations += data.Iterations
}

// Len returns the number of states.
func (d *Drill) Len() int { return len(d.counts) }

// Counts returns the sums over all states.
func (d *Drill) Counts() (sum DrillCounts) {
	for _, c := range d.counts {
		sum.Steps += c.Steps
		sum.Contacts += c.Contacts
		sum.Rows += c.Rows
		sum.Iterations += c.Iterations
	}
	return sum
}

// Close ends the workers.
func (d *Drill) Close() { d.batch.Close() }
