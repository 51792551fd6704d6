package pareto

// sweep4 measures the hypervolume of rows with four objectives left and without ranks (see
// lanes.go), by sweeping the fourth. The active rows are those passed, in the first three objectives,
// ordered by the third; most that another active row dominates have been dropped.
type sweep4 struct {
	x, y, z    []float64
	cutX, cutY []float64 // see add
	stairs     staircase
}

// volume returns the measure of the union of the boxes [q, r] over the rows given by order, which
// must ascend in the fourth objective. The rows are row-major with len(r) values; their four
// objectives are the columns c. Boxes are accounted to w.
func (s *sweep4) volume(w *Workspace, rows []float64, order []keyed, c []int, r []float64) float64 {
	s.x, s.y, s.z = s.x[:0], s.y[:0], s.z[:0]
	var total neumaier
	d := len(r)
	x, y, z, last := c[0], c[1], c[2], c[3]
	for _, e := range order {
		w.calls++
		if w.pause(len(s.z)) {
			return 0
		}
		q := rows[int(e.row)*d:][:d]
		total.add((r[last] - q[last]) * s.add(q[x], q[y], q[z], r[x], r[y], r[z]))
	}
	return total.value()
}

// add makes (px, py, pz) active and returns the volume that it adds below (rx, ry, rz): the height
// times the part of the rectangle [px, rx]×[py, ry] that no active row covers, integrated over z.
func (s *sweep4) add(px, py, pz, rx, ry, rz float64) float64 {
	ax, ay, az := s.x, s.y, s.z
	ay, az = ay[:len(ax)], az[:len(ax)]
	ins, end := 0, len(az) // rows before ins are present at height pz
	for ins < end {
		mid := int(uint(ins+end) >> 1)
		if az[mid] <= pz {
			ins = mid + 1
		} else {
			end = mid
		}
	}

	// Rows present at pz shrink the rectangle from above or from the right, or cut a corner.
	cutX, cutY := s.cutX[:0], s.cutY[:0]
	for t := range ins {
		qx, qy := ax[t], ay[t]
		if qx >= rx || qy >= ry {
			continue
		}
		if qx <= px {
			if qy <= py {
				return 0
			}
			ry = qy
		} else if qy <= py {
			rx = qx
		} else {
			cutX = append(cutX, qx)
			cutY = append(cutY, qy)
		}
	}
	s.cutX, s.cutY = cutX, cutY
	area := (rx - px) * (ry - py)
	s.stairs.reset(rx, ry)
	for t, x := range cutX {
		if y := cutY[t]; x < rx && y < ry {
			gain, _ := s.stairs.insert(x, y)
			area -= gain
		}
	}

	// Rows above pz cut it as the height reaches them, until it is covered. Those that the new row
	// dominates are dropped on the way.
	volume, z := 0.0, pz
	k, t := ins, ins
	for ; t < len(az); t++ {
		qx, qy, qz := ax[t], ay[t], az[t]
		if qx <= px && qy <= py {
			break
		}
		if qx < px || qy < py {
			ax[k], ay[k], az[k] = qx, qy, qz
			k++
			if qx < px {
				qx = px
			} else if qy < py {
				qy = py
			}
		}
		if qx < rx && qy < ry {
			if qz > z {
				volume += area * (qz - z)
				z = qz
			}
			gain, _ := s.stairs.insert(qx, qy)
			area -= gain
		}
	}
	if t < len(az) {
		volume += area * (az[t] - z)
	} else {
		volume += area * (rz - z)
	}
	s.x = replace(ax, ins, k, t, px)
	s.y = replace(ay, ins, k, t, py)
	s.z = replace(az, ins, k, t, pz)
	return volume
}

// replace drops a[k:t] and inserts v at position ins ≤ k.
func replace(a []float64, ins, k, t int, v float64) []float64 {
	if k == t {
		a = append(a, 0)
		copy(a[ins+1:], a[ins:])
		a[ins] = v
		return a
	}
	copy(a[ins+1:k+1], a[ins:k])
	a[ins] = v
	return append(a[:k+1], a[t:]...)
}
