package mujoco

import "math"

// kinematics computes positions and orientations of bodies, and axes and anchors of joints, from the
// coordinates (mj_kinematics).
func (m *Model) kinematics(d *Data, qpos []float64) {
	for b := 1; b < len(m.bodies); b++ {
		p := &m.bodies[b]
		pos, quat, mat := &d.Xpos[b], &d.Xquat[b], &d.Xmat[b]
		if p.free {
			q := qpos[p.qpos:][:7]
			*pos = Vec{q[0], q[1], q[2]}
			*quat = Quat{q[3], q[4], q[5], q[6]}
			normalizeQuat(quat)
			matrixOf(mat, quat)
			for k := range 3 {
				d.axis[p.dof+3+k] = Vec{mat[k], mat[3+k], mat[6+k]}
				d.anchor[p.dof+3+k] = *pos
			}
		} else {
			if p.parent == 0 {
				*pos, *quat = p.pos, p.quat
			} else {
				r, up, at := &d.Xmat[p.parent], &d.Xpos[p.parent], &p.pos
				pos[0] = up[0] + r[0]*at[0] + r[1]*at[1] + r[2]*at[2]
				pos[1] = up[1] + r[3]*at[0] + r[4]*at[1] + r[5]*at[2]
				pos[2] = up[2] + r[6]*at[0] + r[7]*at[1] + r[8]*at[2]
				if p.turned {
					*quat = mulQuat(&d.Xquat[p.parent], &p.quat)
				} else {
					*quat = d.Xquat[p.parent]
				}
			}
			for i := range p.joints {
				j := &p.joints[i]
				if j.keep {
					d.anchor[j.dof] = d.anchor[j.dof-1]
				}
				j.move(pos, quat, &d.axis[j.dof], &d.anchor[j.dof], qpos[j.qpos]-j.qpos0)
			}
			if len(p.joints) > 0 || p.turned || p.parent == 0 {
				if s := quat[0]*quat[0] + quat[1]*quat[1] + quat[2]*quat[2] + quat[3]*quat[3] - 1; s > 2*minVal || s < -2*minVal {
					normalizeQuat(quat)
				}
				matrixOf(mat, quat)
			} else {
				*mat = d.Xmat[p.parent]
			}
		}
		if p.centred {
			d.Xipos[b] = *pos
		} else {
			at, x := &p.inertialPos, &d.Xipos[b]
			x[0] = pos[0] + mat[0]*at[0] + mat[1]*at[1] + mat[2]*at[2]
			x[1] = pos[1] + mat[3]*at[0] + mat[4]*at[1] + mat[5]*at[2]
			x[2] = pos[2] + mat[6]*at[0] + mat[7]*at[1] + mat[8]*at[2]
		}
	}
}

// jointPlan is a slide or a hinge.
type jointPlan struct {
	qpos, dof int
	qpos0     float64
	hinge     bool
	fixed     bool // the axis is the same in all states
	coaxis    int  // the axis is along this axis of the body's frame, else -1
	sign      float64
	pos, axis Vec
	worldAxis Vec  // if fixed
	offset    bool // pos is not zero
	keep      bool // the anchor is that of the joint before it
	kept      bool // the joint after it has the same anchor
}

// move moves the body by x along or about the joint's axis, and tells axis and anchor in the world
// before its own motion.
func (j *jointPlan) move(pos *Vec, quat *Quat, axis, anchor *Vec, x float64) {
	switch {
	case j.fixed:
		*axis = j.worldAxis
	case j.coaxis >= 0:
		*axis = columnOf(quat, j.coaxis)
		axis[0] *= j.sign
		axis[1] *= j.sign
		axis[2] *= j.sign
	default:
		*axis = rotate(&j.axis, quat)
	}
	switch {
	case j.keep: // as the caller found it
	case j.offset:
		at := rotate(&j.pos, quat)
		*anchor = Vec{pos[0] + at[0], pos[1] + at[1], pos[2] + at[2]}
	default:
		*anchor = *pos
	}
	if !j.hinge {
		pos[0] += x * axis[0]
		pos[1] += x * axis[1]
		pos[2] += x * axis[2]
		return
	}
	sin, cos := math.Sincos(0.5 * x)
	w, a, b, c := quat[0], quat[1], quat[2], quat[3]
	switch j.coaxis {
	case 0:
		sin *= j.sign
		*quat = Quat{w*cos - a*sin, w*sin + a*cos, b*cos + c*sin, c*cos - b*sin}
	case 1:
		sin *= j.sign
		*quat = Quat{w*cos - b*sin, a*cos - c*sin, w*sin + b*cos, c*cos + a*sin}
	case 2:
		sin *= j.sign
		*quat = Quat{w*cos - c*sin, a*cos + b*sin, b*cos - a*sin, w*sin + c*cos}
	default:
		turn := Quat{cos, sin * j.axis[0], sin * j.axis[1], sin * j.axis[2]}
		*quat = mulQuat(quat, &turn)
	}
	if j.offset && !j.kept {
		at := rotate(&j.pos, quat)
		*pos = Vec{anchor[0] - at[0], anchor[1] - at[1], anchor[2] - at[2]}
	}
}

// columnOf returns column k of the rotation matrix of a quaternion: where it turns the k-th axis.
func columnOf(q *Quat, k int) Vec {
	w, x, y, z := q[0], q[1], q[2], q[3]
	switch k {
	case 0:
		return Vec{w*w + x*x - y*y - z*z, 2 * (x*y + w*z), 2 * (x*z - w*y)}
	case 1:
		return Vec{2 * (x*y - w*z), w*w - x*x + y*y - z*z, 2 * (y*z + w*x)}
	}
	return Vec{2 * (x*z + w*y), 2 * (y*z - w*x), w*w - x*x - y*y + z*z}
}
