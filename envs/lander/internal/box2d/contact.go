package box2d

// Contact is a pair of ground edge and body whose fat boxes overlap.
type Contact struct {
	Edge     uint8    `json:"edge"`
	Body     uint8    `json:"body"`
	Touching bool     `json:"touching"`
	Enabled  bool     `json:"enabled"` // false after an impact that proved none
	Manifold Manifold `json:"manifold"`
}

// fat is the box of ground edge k in the broad phase.
func (w *World) fat(k int) Box { return bound(w.Ground[k][:]).grow(skin).grow(fatMargin) }

// findContacts creates a contact for every new overlap of fat boxes.
func (e *Engine) findContacts() {
	w := e.world
	moved := false
	for i := range w.Bodies {
		moved = moved || w.Bodies[i].Moved
	}
	if !moved {
		return
	}
	for k := range w.Ground {
		box := w.fat(k)
		for i := range w.Bodies {
			b := &w.Bodies[i]
			if b.Moved && box.overlaps(b.Fat) && !w.paired(k, i) {
				w.Contacts[w.NumContacts] = Contact{Edge: uint8(k), Body: uint8(i), Enabled: true}
				w.NumContacts++
				b.wake()
			}
		}
	}
	for i := range w.Bodies {
		w.Bodies[i].Moved = false
	}
}

// paired says whether there is a contact of edge k and body i.
func (w *World) paired(k, i int) bool {
	for c := range w.Contacts[:w.NumContacts] {
		if int(w.Contacts[c].Edge) == k && int(w.Contacts[c].Body) == i {
			return true
		}
	}
	return false
}

// updateContacts drops the contacts whose boxes have parted and evaluates the others, newest first.
func (e *Engine) updateContacts() {
	w := e.world
	for i := int(w.NumContacts) - 1; i >= 0; i-- {
		c := &w.Contacts[i]
		b := &w.Bodies[c.Body]
		switch {
		case !b.Awake:
		case w.fat(int(c.Edge)).overlaps(b.Fat):
			e.update(c)
		default:
			e.remove(i)
		}
	}
}

// remove destroys contact i.
func (e *Engine) remove(i int) {
	w := e.world
	if c := &w.Contacts[i]; c.Touching {
		e.listener.EndContact(int(c.Body))
	}
	copy(w.Contacts[i:w.NumContacts], w.Contacts[i+1:w.NumContacts])
	w.NumContacts--
	w.Contacts[w.NumContacts] = Contact{}
}

// update evaluates a contact in the present poses. Points that were there before keep their impulses.
func (e *Engine) update(c *Contact) {
	b := &e.world.Bodies[c.Body]
	old := c.Manifold
	c.Enabled = true
	c.Manifold.collide(&e.world.Ground[c.Edge], &e.scene.Bodies[c.Body].Shape, &b.Pose)
	m := &c.Manifold
	for i := range m.Points[:m.NumPoints] {
		p := &m.Points[i]
		for j := range old.Points[:old.NumPoints] {
			if q := &old.Points[j]; q.Feature == p.Feature {
				p.Impulse = q.Impulse
				break
			}
		}
	}
	touched := c.Touching
	c.Touching = m.NumPoints > 0
	switch {
	case c.Touching == touched:
		return
	case c.Touching:
		b.wake()
		e.listener.BeginContact(int(c.Body))
	default:
		b.wake()
		e.listener.EndContact(int(c.Body))
	}
}
