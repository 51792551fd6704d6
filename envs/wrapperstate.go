package envs

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// A wrapper with a state of its own writes it behind that of the shard that it wraps.

// appendOwn appends values of fixed size to b.
func appendOwn(b []byte, values ...any) []byte {
	for _, v := range values {
		var err error
		if b, err = binary.Append(b, binary.LittleEndian, v); err != nil {
			panic("envs: " + err.Error())
		}
	}
	return b
}

// restoreWrapped restores the state of a wrapper: values, pointers or slices of fixed size, from the end of
// b and that of the shard from what comes before. After an error both are as they were.
func restoreWrapped[T Real](s Shard[T], what string, b []byte, values ...any) error {
	size := 0
	for _, v := range values {
		size += binary.Size(v)
	}
	if len(b) < size {
		return fmt.Errorf("envs: saved state of %s of %s: %d bytes, at least %d are expected", what, s.Spec().ID, len(b), size)
	}
	if err := s.SetState(b[:len(b)-size]); err != nil {
		return err
	}
	r := bytes.NewReader(b[len(b)-size:])
	for _, v := range values {
		if err := binary.Read(r, binary.LittleEndian, v); err != nil {
			panic("envs: " + err.Error())
		}
	}
	return nil
}

// AppendState implements [Shard]. The statistics are part of the state.
func (n *NormalizeReward[T]) AppendState(b []byte) []byte {
	return appendOwn(n.Shard.AppendState(b), n.Scales, n.resets.ended)
}

// SetState implements [Shard].
func (n *NormalizeReward[T]) SetState(b []byte) error {
	return restoreWrapped(n.Shard, "normalised rewards", b, n.Scales, n.resets.ended)
}

// AppendState implements [Shard]. The sums of the episodes under way are part of the state, the time at
// which they began is not.
func (r *RecordEpisodeStatistics[T]) AppendState(b []byte) []byte {
	b = r.Shard.AppendState(b)
	for i := range r.running {
		e := &r.running[i]
		b = appendOwn(b, e.Return, e.Discounted, int64(e.Length))
	}
	return appendOwn(b, r.power, r.resets.ended)
}

// SetState implements [Shard].
func (r *RecordEpisodeStatistics[T]) SetState(b []byte) error {
	lengths := make([]int64, len(r.running))
	var own []any
	for i := range r.running {
		e := &r.running[i]
		own = append(own, e.Return, e.Discounted, &lengths[i])
	}
	if err := restoreWrapped(r.Shard, "episode statistics", b, append(own, r.power, r.resets.ended)...); err != nil {
		return err
	}
	for i, n := range lengths {
		r.running[i].Length = int(n)
	}
	r.finished = r.finished[:0]
	return nil
}

// AppendState implements [Shard].
func (m *MaxAndSkip[T]) AppendState(b []byte) []byte {
	for _, c := range m.copies {
		b = c.AppendState(b)
	}
	return appendOwn(b, m.resets.ended)
}

// SetState implements [Shard].
func (m *MaxAndSkip[T]) SetState(b []byte) error {
	before := m.AppendState(nil)
	if len(b) != len(before) {
		return fmt.Errorf("envs: saved state of %d copies of %s: %d bytes where %d are expected", len(m.copies), m.spec.ID, len(b), len(before))
	}
	size := (len(b) - len(m.copies)) / len(m.copies) // of a copy
	for i, c := range m.copies {
		if err := c.SetState(b[i*size : (i+1)*size]); err != nil {
			for j, u := range m.copies[:i] {
				if rerr := u.SetState(before[j*size : (j+1)*size]); rerr != nil {
					panic("envs: " + rerr.Error())
				}
			}
			return err
		}
	}
	for i, ended := range b[len(m.copies)*size:] {
		m.resets.ended[i] = ended != 0
	}
	return nil
}
