package box2d

// JointDef describes a revolute joint with a motor and limits between bodies A and B.
type JointDef struct {
	A, B             int
	AnchorA, AnchorB Vec // in the frames of the bodies
	Reference        float32
	Lower, Upper     float32 // of the angle of B against A, less the reference
	MotorSpeed       float32
	MaxTorque        float32
}

// Joint is the dynamic state of a revolute joint.
type Joint struct {
	Impulse JointImpulse `json:"impulse"` // of the last step
	Limit   Limit        `json:"limit"`
}

// JointImpulse is what a joint applies in a step.
type JointImpulse struct {
	Linear Vec `json:"linear"`
	Angular
}

// Angular is the part of a joint's impulse that later iterations depend on.
type Angular struct {
	Limit float32 `json:"limit"`
	Motor float32 `json:"motor"`
}

// Limit says which limit a joint is at.
type Limit uint8

// The limits of a joint.
const (
	Free Limit = iota
	AtLower
	AtUpper
)

// jointConstraint is a joint prepared for the velocity iterations of a step.
type jointConstraint struct {
	a, b                       int
	ra, rb                     Vec // from the centres of mass to the anchors
	ma, mb, ia, ib             float32
	k11, k12, k13, k22, k23    float32 // the symmetric mass matrix, to be inverted
	k33                        float32
	inv2, inv3                 float32 // 1/determinant of its 2×2 part, and of all
	c1, c2, c3                 float32 // cross product of its second and third column
	motorMass, speed, maxMotor float32
	limit                      Limit
}

// prepare sets up joint j for a step of length dt from the given positions and applies the
// impulses of the last step, scaled by warm.
func (c *jointConstraint) prepare(s *Scene, j int, state *Joint, positions *[Bodies]position, now *iterate, dt, warm float32) {
	d := &s.Joints[j]
	a, b := &s.masses[d.A], &s.masses[d.B]
	pa, pb := positions[d.A], positions[d.B]
	ma, mb, ia, ib := a.invMass, b.invMass, a.invInertia, b.invInertia
	ra := rotation(pa.a).apply(d.AnchorA.sub(a.center))
	rb := rotation(pb.a).apply(d.AnchorB.sub(b.center))
	*c = jointConstraint{
		a: d.A, b: d.B, ra: ra, rb: rb, ma: ma, mb: mb, ia: ia, ib: ib,
		k11: ma + mb + float32(float32(ra.Y*ra.Y)*ia) + float32(float32(rb.Y*rb.Y)*ib),
		k12: float32(float32(-ra.Y*ra.X)*ia) - float32(float32(rb.Y*rb.X)*ib),
		k13: float32(-ra.Y*ia) - float32(rb.Y*ib),
		k22: ma + mb + float32(float32(ra.X*ra.X)*ia) + float32(float32(rb.X*rb.X)*ib),
		k23: float32(ra.X*ia) + float32(rb.X*ib),
		k33: ia + ib,

		motorMass: 1 / (ia + ib), speed: d.MotorSpeed, maxMotor: float32(dt * d.MaxTorque),
	}
	c.c1 = float32(c.k22*c.k33) - float32(c.k23*c.k23)
	c.c2 = float32(c.k23*c.k13) - float32(c.k12*c.k33)
	c.c3 = float32(c.k12*c.k23) - float32(c.k22*c.k13)
	c.inv2 = inverse(float32(c.k11*c.k22) - float32(c.k12*c.k12))
	c.inv3 = inverse(float32(c.k11*c.c1) + float32(c.k12*c.c2) + float32(c.k13*c.c3))

	limit := Free
	switch angle := pb.a - pa.a - d.Reference; {
	case angle <= d.Lower:
		limit = AtLower
	case angle >= d.Upper:
		limit = AtUpper
	}
	if limit == Free || limit != state.Limit {
		state.Impulse.Limit = 0
	}
	c.limit, state.Limit = limit, limit

	p := &state.Impulse
	*p = JointImpulse{p.Linear.scale(warm), Angular{float32(p.Limit * warm), float32(p.Motor * warm)}}
	va, vb := &now.velocities[c.a], &now.velocities[c.b]
	va.v = va.v.sub(p.Linear.scale(ma))
	va.w -= float32(ia * (cross(ra, p.Linear) + p.Motor + p.Limit))
	vb.v = vb.v.add(p.Linear.scale(mb))
	vb.w += float32(ib * (cross(rb, p.Linear) + p.Motor + p.Limit))
	now.joints[j] = p.Angular
}

// inverse is 1/x, or 0 of 0.
func inverse(x float32) float32 {
	if x != 0 {
		x = 1 / x
	}
	return x
}

// solve22 solves K x = b with the 2×2 part of the mass matrix.
func (c *jointConstraint) solve22(b Vec) Vec {
	return Vec{
		float32(c.inv2 * (float32(c.k22*b.X) - float32(c.k12*b.Y))),
		float32(c.inv2 * (float32(c.k11*b.Y) - float32(c.k12*b.X))),
	}
}

// iterateVelocity is one velocity iteration: the motor, then the limit together with the anchor. It
// returns what the linear impulse grows by.
func (c *jointConstraint) iterateVelocity(va, vb *velocity, p *Angular) (linear Vec) {
	wa, wb := va.w, vb.w
	motor := clamp(p.Motor-float32(c.motorMass*(wb-wa-c.speed)), -c.maxMotor, c.maxMotor)
	d := motor - p.Motor
	p.Motor = motor
	wa -= float32(c.ia * d)
	wb += float32(c.ib * d)

	c1 := vb.v.add(spin(wb, c.rb)).sub(va.v).sub(spin(wa, c.ra))
	var angular float32
	if c.limit == Free {
		linear = c.solve22(c1.neg())
	} else {
		// Cramer's rule for K x = (c1, c2).
		c2 := wb - wa
		linear.X = -float32(c.inv3 * (float32(c1.X*c.c1) + float32(c1.Y*c.c2) + float32(c2*c.c3)))
		linear.Y = -float32(c.inv3 * (float32(c.k11*(float32(c1.Y*c.k33)-float32(c2*c.k23))) +
			float32(c.k12*(float32(c2*c.k13)-float32(c1.X*c.k33))) +
			float32(c.k13*(float32(c1.X*c.k23)-float32(c1.Y*c.k13)))))
		angular = -float32(c.inv3 * (float32(c.k11*(float32(c.k22*c2)-float32(c.k23*c1.Y))) +
			float32(c.k12*(float32(c.k23*c1.X)-float32(c.k12*c2))) +
			float32(c.k13*(float32(c.k12*c1.Y)-float32(c.k22*c1.X)))))
		sum := p.Limit + angular
		if c.limit == AtLower && sum < 0 || c.limit == AtUpper && sum > 0 { // it would pull: let go
			linear = c.solve22(c1.neg().add(Vec{c.k13, c.k23}.scale(p.Limit)))
			angular = -p.Limit
			sum = 0
		}
		p.Limit = sum
	}
	va.v = va.v.sub(linear.scale(c.ma))
	va.w = wa - float32(c.ia*(cross(c.ra, linear)+angular))
	vb.v = vb.v.add(linear.scale(c.mb))
	vb.w = wb + float32(c.ib*(cross(c.rb, linear)+angular))
	return linear
}

// iteratePosition is one position iteration. It reports whether the joint was close enough.
func (c *jointConstraint) iteratePosition(s *Scene, j int, positions *[Bodies]position) bool {
	d := &s.Joints[j]
	pa, pb := &positions[d.A], &positions[d.B]
	var angularError float32
	if c.limit != Free {
		var correction float32
		angle := pb.a - pa.a - d.Reference
		if c.limit == AtLower {
			correction = angle - d.Lower
			angularError = -correction
			correction = clamp(correction+angularSlop, -maxTurnBack, 0)
		} else {
			correction = angle - d.Upper
			angularError = correction
			correction = clamp(correction-angularSlop, 0, maxTurnBack)
		}
		impulse := float32(-c.motorMass * correction)
		pa.a -= float32(c.ia * impulse)
		pb.a += float32(c.ib * impulse)
	}
	ra := rotation(pa.a).apply(d.AnchorA.sub(s.masses[d.A].center))
	rb := rotation(pb.a).apply(d.AnchorB.sub(s.masses[d.B].center))
	gap := pb.c.add(rb).sub(pa.c).sub(ra)
	k11 := c.ma + c.mb + float32(float32(c.ia*ra.Y)*ra.Y) + float32(float32(c.ib*rb.Y)*rb.Y)
	k12 := float32(float32(-c.ia*ra.X)*ra.Y) - float32(float32(c.ib*rb.X)*rb.Y)
	k22 := c.ma + c.mb + float32(float32(c.ia*ra.X)*ra.X) + float32(float32(c.ib*rb.X)*rb.X)
	inv := inverse(float32(k11*k22) - float32(k12*k12))
	impulse := Vec{
		-float32(inv * (float32(k22*gap.X) - float32(k12*gap.Y))),
		-float32(inv * (float32(k11*gap.Y) - float32(k12*gap.X))),
	}
	pa.c = pa.c.sub(impulse.scale(c.ma))
	pa.a -= float32(c.ia * cross(ra, impulse))
	pb.c = pb.c.add(impulse.scale(c.mb))
	pb.a += float32(c.ib * cross(rb, impulse))
	return gap.length() <= linearSlop && angularError <= angularSlop
}
