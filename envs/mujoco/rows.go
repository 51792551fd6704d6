package mujoco

// Row is a constraint row: the acceleration J a wants to be at least Aref. It is a limit of a joint, the
// normal of a contact without friction, or an edge of the friction pyramid of one with.
type Row struct {
	Limit  bool
	ID     int       // of the joint, or of the contact in Data.Contacts
	Dim    int       // of the contact, 0 for a limit
	J      []float64 // length Nv
	Pos    float64   // distance
	Margin float64   // the row acts below this distance
	DiagA  float64   // what R was scaled to: about the diagonal of J M⁻¹ Jᵀ
	D, R   float64   // R regularises, D = 1/R
	Vel    float64   // J qvel
	Aref   float64
	B      float64    // J qacc_smooth - Aref: below 0 where a force is needed
	Force  float64    // at least 0
	KBIP   [4]float64 // stiffness, damping, impedance, its derivative
}

// ConstraintRow returns row i, from 0 to Rows()-1, of the last forward evaluation, in the order of the
// original: limits, then contacts. It allocates and is meant for a look inside.
func (m *Model) ConstraintRow(d *Data, i int) Row {
	at := 0
	for !(d.blocks[at].first <= i && i < d.blocks[at].first+d.blocks[at].rows) {
		at++
	}
	b := &d.blocks[at]
	k := i - b.first
	r := Row{
		Limit: b.pair == nil, ID: b.index, J: make([]float64, m.Nv), Pos: b.pos, Margin: b.margin,
		DiagA: b.regularization * b.impedance / (1 - b.impedance), D: b.d, R: b.regularization,
		Vel: d.velocity[b.row+k], Aref: d.reference[b.row+k], Force: d.forces[b.row+k],
		B:    d.start[b.row+k],
		KBIP: [4]float64{b.stiffness, b.damping, b.impedance, b.slope},
	}
	if r.Limit {
		r.J[b.dof] = b.sign
		return r
	}
	r.Dim = b.pair.Dim
	n := len(b.pair.support)
	for t, dof := range b.pair.support {
		j := d.jac[b.jac+t:]
		if b.rows == 1 {
			r.J[dof] = j[0]
		} else {
			r.J[dof] = b.combine(j[0], j[n], j[2*n])[k]
		}
	}
	return r
}

// MassMatrix writes M of the last forward evaluation to dst, dense by rows, of length Nv·Nv.
func (m *Model) MassMatrix(d *Data, dst []float64) {
	clear(dst[:m.Nv*m.Nv])
	for i := range m.Nv {
		for t, j := range m.pattern.Row(i) {
			v := d.m[m.pattern.Begin(i)+t]
			dst[i*m.Nv+j], dst[j*m.Nv+i] = v, v
		}
	}
}

// SolveMass overwrites x, of length Nv, by M⁻¹ x, M of the last forward evaluation.
func (m *Model) SolveMass(d *Data, x []float64) {
	m.pattern.Solve(d.l, d.inverse, x, 0, m.Nv)
}

// ConstraintMatrix returns entry (i, j) of J M⁻¹ Jᵀ + diag R as [PGS] used it.
func (m *Model) ConstraintMatrix(d *Data, i, j int) float64 {
	return d.system[j*strideOf(d.rows)+i] * d.diagonal[i]
}

// Islands returns into how many independent problems the constraints fell apart.
func (d *Data) Islands() int { return len(d.islands) }
