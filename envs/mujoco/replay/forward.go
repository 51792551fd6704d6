package replay

import (
	"errors"
	"fmt"

	"github.com/paretolab/paretolab/envs/mujoco"
)

// forwardGate bounds the relative error of every array of a forward evaluation and of one step.
const forwardGate = 1e-10

// record is a state with what the original computed from it.
type record struct {
	Name          string  `json:"name"`
	Qpos          numbers `json:"qpos"`
	Qvel          numbers `json:"qvel"`
	Ctrl          numbers `json:"ctrl"`
	QaccWarmstart numbers `json:"qacc_warmstart"`

	Xpos           numbers `json:"xpos"`
	Xquat          numbers `json:"xquat"`
	Xipos          numbers `json:"xipos"`
	GeomXpos       numbers `json:"geom_xpos"`
	SubtreeCom     numbers `json:"subtree_com"`
	Cdof           numbers `json:"cdof"`
	Cinert         numbers `json:"cinert"`
	Cvel           numbers `json:"cvel"`
	CdofDot        numbers `json:"cdof_dot"`
	M              numbers `json:"M"`
	QfrcSpring     numbers `json:"qfrc_spring"`
	QfrcDamper     numbers `json:"qfrc_damper"`
	QfrcFluid      numbers `json:"qfrc_fluid"`
	QfrcPassive    numbers `json:"qfrc_passive"`
	QfrcBias       numbers `json:"qfrc_bias"`
	QfrcActuator   numbers `json:"qfrc_actuator"`
	QfrcSmooth     numbers `json:"qfrc_smooth"`
	QaccSmooth     numbers `json:"qacc_smooth"`
	QfrcConstraint numbers `json:"qfrc_constraint"`
	Qacc           numbers `json:"qacc"`
	CfrcExt        numbers `json:"cfrc_ext"`

	Contact    []contact `json:"contact"`
	Efc        efc       `json:"efc"`
	Iterations *int      `json:"solver_iterations"`
	Islands    *int      `json:"nisland"`
	Step       *step     `json:"step"`
}

type contact struct {
	Geom     [2]int  `json:"geom"`
	Dist     numbers `json:"dist"`
	Pos      numbers `json:"pos"`
	Frame    numbers `json:"frame"`
	Margin   numbers `json:"includemargin"`
	Dim      int     `json:"dim"`
	Friction numbers `json:"friction"`
	Solref   numbers `json:"solref"`
	Solimp   numbers `json:"solimp"`
	Mu       numbers `json:"mu"`
	Exclude  int     `json:"exclude"`
	Row      int     `json:"efc_address"`
}

type efc struct {
	N      int      `json:"n"`
	Type   []string `json:"type"`
	ID     []int    `json:"id"`
	J      numbers  `json:"J"`
	Pos    numbers  `json:"pos"`
	Margin numbers  `json:"margin"`
	DiagA  numbers  `json:"diagA"`
	D      numbers  `json:"D"`
	R      numbers  `json:"R"`
	Vel    numbers  `json:"vel"`
	Aref   numbers  `json:"aref"`
	B      numbers  `json:"b"`
	Force  numbers  `json:"force"`
	KBIP   numbers  `json:"KBIP"`
	State  []string `json:"state"`
	AR     numbers  `json:"AR"`
}

type step struct {
	Qpos          numbers `json:"qpos"`
	Qvel          numbers `json:"qvel"`
	QaccWarmstart numbers `json:"qacc_warmstart"`
	Ncon          int     `json:"ncon"`
	Nefc          int     `json:"nefc"`
}

// set puts a recorded state into s.
func set(m *mujoco.Model, s *mujoco.State, qpos, qvel, ctrl, warm numbers) error {
	m.Reset(s)
	for _, v := range []struct {
		name     string
		to, from []float64
	}{{"qpos", s.Qpos, qpos}, {"qvel", s.Qvel, qvel}, {"ctrl", s.Ctrl, ctrl}, {"qacc_warmstart", s.QaccWarmstart, warm}} {
		if v.from == nil {
			continue
		}
		if len(v.from) != len(v.to) {
			return fmt.Errorf("%s has %d entries; the model wants %d", v.name, len(v.from), len(v.to))
		}
		copy(v.to, v.from)
	}
	return nil
}

// forward compares one state.
func (r *Report) forward(m *mujoco.Model, s *mujoco.State, d *mujoco.Data, w *record) error {
	if w.Qpos == nil || w.Qvel == nil {
		return errors.New(`it has no "qpos" or no "qvel"`)
	}
	if err := set(m, s, w.Qpos, w.Qvel, w.Ctrl, w.QaccWarmstart); err != nil {
		return err
	}
	m.Forward(s, d)
	m.ContactForces(d)
	var shape error
	compare := func(name string, got []float64, want numbers) {
		if want == nil {
			return // not recorded
		}
		if len(got) != len(want) {
			if shape == nil {
				shape = fmt.Errorf("%s has %d entries; the model wants %d", name, len(want), len(got))
			}
			return
		}
		e := relativeError(got, want)
		r.ForwardError = max(r.ForwardError, e)
		if !(e <= forwardGate) {
			r.fail(name, "state %s: %s is off by %.3g, more than %g", w.Name, name, e, forwardGate)
		}
	}
	com := make([]mujoco.Vec, len(m.Bodies))
	for b := range com {
		com[b] = m.CenterOfMass(d, b)
	}
	geoms := make([]mujoco.Vec, len(m.Geoms))
	for g := range geoms {
		geoms[g], _ = m.GeomPose(d, g)
	}
	mass := make([]float64, m.Nv*m.Nv)
	m.MassMatrix(d, mass)
	compare("xpos", flat3(d.Xpos), w.Xpos)
	compare("xquat", flat4(d.Xquat), w.Xquat)
	compare("xipos", flat3(d.Xipos), w.Xipos)
	compare("geom_xpos", flat3(geoms), w.GeomXpos)
	compare("subtree_com", flat3(com), w.SubtreeCom)
	compare("cdof", flat6(d.Cdof), w.Cdof)
	compare("cinert", flat10(d.Cinert), w.Cinert)
	compare("cvel", flat6(d.Cvel), w.Cvel)
	compare("cdof_dot", flat6(d.CdofDot), w.CdofDot)
	compare("M", mass, w.M)
	compare("qfrc_spring", d.QfrcSpring, w.QfrcSpring)
	compare("qfrc_damper", d.QfrcDamper, w.QfrcDamper)
	compare("qfrc_fluid", d.QfrcFluid, w.QfrcFluid)
	compare("qfrc_passive", d.QfrcPassive, w.QfrcPassive)
	compare("qfrc_bias", d.QfrcBias, w.QfrcBias)
	compare("qfrc_actuator", d.QfrcActuator, w.QfrcActuator)
	compare("qfrc_smooth", d.QfrcSmooth, w.QfrcSmooth)
	compare("qacc_smooth", d.QaccSmooth, w.QaccSmooth)
	compare("qfrc_constraint", d.QfrcConstraint, w.QfrcConstraint)
	compare("qacc", d.Qacc, w.Qacc)
	compare("cfrc_ext", flat6(d.CfrcExt), w.CfrcExt)

	equal := func(name string, got, want int) {
		if got != want {
			r.Mismatches++
			r.fail(name, "state %s: %s is %d, not %d", w.Name, name, got, want)
		}
	}
	if w.Contact != nil {
		equal("the number of contacts", len(d.Contacts), len(w.Contact))
		for i := range min(len(d.Contacts), len(w.Contact)) {
			g, c := &d.Contacts[i], &w.Contact[i]
			equal("geom 0 of a contact", g.Geom[0], c.Geom[0])
			equal("geom 1 of a contact", g.Geom[1], c.Geom[1])
			equal("the dimension of a contact", g.Dim, c.Dim)
			equal("the first row of a contact", g.Row, c.Row)
			if (g.Row < 0) != (c.Exclude != 0) {
				r.Mismatches++
				r.fail("exclude", "state %s: contact %d acts or not otherwise than recorded", w.Name, i)
			}
			compare("contact.dist", []float64{g.Dist}, c.Dist)
			compare("contact.pos", g.Pos[:], c.Pos)
			compare("contact.frame", g.Frame[:], c.Frame)
			compare("contact.includemargin", []float64{g.Margin}, c.Margin)
			compare("contact.friction", g.Friction[:], c.Friction)
			compare("contact.solref", g.Solref[:], c.Solref)
			compare("contact.solimp", g.Solimp[:], c.Solimp)
			compare("contact.mu", []float64{g.Mu}, c.Mu)
		}
	}
	equal("the number of constraint rows", d.Rows(), w.Efc.N)
	if d.Rows() == w.Efc.N {
		r.rows(m, d, w, compare, equal)
	}
	if w.Iterations != nil {
		equal("the number of solver iterations", d.Iterations, *w.Iterations)
	}
	if w.Islands != nil {
		equal("the number of islands", d.Islands(), *w.Islands)
	}
	if w.Step != nil && shape == nil {
		m.Step(s, d)
		compare("step.qpos", s.Qpos, w.Step.Qpos)
		compare("step.qvel", s.Qvel, w.Step.Qvel)
		compare("step.qacc_warmstart", s.QaccWarmstart, w.Step.QaccWarmstart)
		equal("the number of contacts after a step", len(d.Contacts), w.Step.Ncon)
		equal("the number of constraint rows after a step", d.Rows(), w.Step.Nefc)
	}
	return shape
}

// rows compares the constraint rows.
func (r *Report) rows(m *mujoco.Model, d *mujoco.Data, w *record, compare func(string, []float64, numbers), equal func(string, int, int)) {
	n := d.Rows()
	if n == 0 {
		return
	}
	if len(w.Efc.Type) != n || len(w.Efc.ID) != n || len(w.Efc.State) != n {
		r.fail("efc", "state %s: efc has columns that are not %d long", w.Name, n)
		return
	}
	var j, pos, margin, diag, weight, regularization, vel, aref, b, force, kbip []float64
	for i := range n {
		row := m.ConstraintRow(d, i)
		kind := "pyramid"
		if row.Limit {
			kind = "limit"
		} else if row.Dim == 1 {
			kind = "contact1"
		}
		if kind != w.Efc.Type[i] {
			r.Mismatches++
			r.fail("efc.type", "state %s: constraint row %d is a %s, not a %s", w.Name, i, kind, w.Efc.Type[i])
		}
		equal("efc.id", row.ID, w.Efc.ID[i])
		// The original leaves the states of Newton's method as they are at the smooth acceleration.
		quadratic := row.Force > 0
		if m.Option.Solver == mujoco.Newton {
			quadratic = row.B < 0
		}
		if quadratic != (w.Efc.State[i] == "quadratic") {
			r.Mismatches++
			r.fail("efc.state", "state %s: constraint row %d is not %s", w.Name, i, w.Efc.State[i])
		}
		j = append(j, row.J...)
		pos, margin = append(pos, row.Pos), append(margin, row.Margin)
		diag, weight, regularization = append(diag, row.DiagA), append(weight, row.D), append(regularization, row.R)
		vel, aref, b = append(vel, row.Vel), append(aref, row.Aref), append(b, row.B)
		force, kbip = append(force, row.Force), append(kbip, row.KBIP[:]...)
	}
	compare("efc.J", j, w.Efc.J)
	compare("efc.pos", pos, w.Efc.Pos)
	compare("efc.margin", margin, w.Efc.Margin)
	compare("efc.diagA", diag, w.Efc.DiagA)
	compare("efc.D", weight, w.Efc.D)
	compare("efc.R", regularization, w.Efc.R)
	compare("efc.vel", vel, w.Efc.Vel)
	compare("efc.aref", aref, w.Efc.Aref)
	compare("efc.b", b, w.Efc.B)
	compare("efc.force", force, w.Efc.Force)
	compare("efc.KBIP", kbip, w.Efc.KBIP)
	if w.Efc.AR != nil && m.Option.Solver == mujoco.PGS {
		var a []float64
		for i := range n {
			for k := range n {
				a = append(a, m.ConstraintMatrix(d, i, k))
			}
		}
		compare("efc.AR", a, w.Efc.AR)
	}
}

func flat3(v [][3]float64) (out []float64) {
	for i := range v {
		out = append(out, v[i][:]...)
	}
	return out
}

func flat4(v [][4]float64) (out []float64) {
	for i := range v {
		out = append(out, v[i][:]...)
	}
	return out
}

func flat6(v [][6]float64) (out []float64) {
	for i := range v {
		out = append(out, v[i][:]...)
	}
	return out
}

func flat10(v [][10]float64) (out []float64) {
	for i := range v {
		out = append(out, v[i][:]...)
	}
	return out
}
