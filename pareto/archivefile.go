package pareto

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// archiveHead is the first line of a saved archive, archiveRow each of the others.
type (
	archiveHead struct {
		Objectives int       `json:"objectives"`
		Rows       int       `json:"rows"`
		Epsilon    []float64 `json:"epsilon,omitempty"`
		OneBox     bool      `json:"one_box,omitempty"` // ε is infinite
	}
	archiveRow struct {
		Values []float64 `json:"values"`
		Key    string    `json:"key,omitempty"`
	}
)

// SaveArchive writes the members of an archive as JSON Lines, without loss: first
// {"objectives":m,"rows":n}, then {"values":[…],"key":"…"} for each. The key stands for the payload, the
// name of the file it is in for instance; key returns it, or is nil if payloads are not needed.
// Settings are not saved, apart from the present widths of a [MultilevelArchive].
func SaveArchive(w io.Writer, a Archive, key func(payload any) (string, error)) error {
	if w == nil || a == nil {
		return errors.New("pareto: saving an archive: no writer or no archive")
	}
	f := a.Points()
	head := archiveHead{Objectives: f.M, Rows: a.Len()}
	if m, ok := a.(*MultilevelArchive); ok && len(m.epsilon) > 0 {
		if head.OneBox = m.epsilon[0] == inf; !head.OneBox {
			head.Epsilon = m.epsilon
		}
	}
	e := json.NewEncoder(w)
	if err := e.Encode(head); err != nil {
		return fmt.Errorf("pareto: saving an archive: %w", err)
	}
	for i := range a.Len() {
		row := archiveRow{Values: f.Row(i)}
		if key != nil {
			k, err := key(a.Payload(i))
			if err != nil {
				return fmt.Errorf("pareto: saving an archive: payload of row %d: %w", i, err)
			}
			row.Key = k
		}
		if err := e.Encode(row); err != nil {
			return fmt.Errorf("pareto: saving an archive: row %d: %w", i, err)
		}
	}
	return nil
}

// LoadArchive inserts into an empty archive, of the settings of the saved one, what [SaveArchive] wrote.
// The members and their order are those of before. The payload of a key is what payload returns;
// if that is nil, the key itself. On error the archive may hold part of the rows.
func LoadArchive(r io.Reader, a Archive, payload func(key string) (any, error)) error {
	if r == nil || a == nil {
		return errors.New("pareto: loading an archive: no reader or no archive")
	}
	if a.Len() > 0 {
		return errors.New("pareto: loading an archive: it has members already; load into a new one")
	}
	d := json.NewDecoder(r)
	var head archiveHead
	if err := d.Decode(&head); err != nil {
		return fmt.Errorf("pareto: loading an archive: first line: %w", unexpected(err))
	}
	if m, ok := a.(*MultilevelArchive); ok {
		if err := m.restore(head); err != nil {
			return fmt.Errorf("pareto: loading an archive: %w", err)
		}
	}
	for i := range head.Rows {
		var row archiveRow
		if err := d.Decode(&row); err != nil {
			return fmt.Errorf("pareto: loading an archive: row %d: %w", i, unexpected(err))
		}
		if len(row.Values) != head.Objectives {
			return fmt.Errorf("pareto: loading an archive: row %d: %w", i, checkLength("values", i, len(row.Values), head.Objectives))
		}
		var load any = row.Key
		if payload != nil {
			var err error
			if load, err = payload(row.Key); err != nil {
				return fmt.Errorf("pareto: loading an archive: payload of row %d: %w", i, err)
			}
		}
		if _, err := a.Insert(row.Values, load); err != nil {
			return fmt.Errorf("pareto: loading an archive: row %d: %w", i, err)
		}
	}
	if a.Len() != head.Rows {
		return fmt.Errorf("pareto: loading an archive: of %d rows %d are members; give it the settings of the saved one", head.Rows, a.Len())
	}
	return nil
}

// unexpected makes the end of the input an error that says so.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// restore takes the widths of a saved archive.
func (a *MultilevelArchive) restore(head archiveHead) error {
	if head.OneBox {
		for j := range a.epsilon {
			a.epsilon[j] = inf
		}
	}
	if head.Epsilon == nil {
		return nil
	}
	if err := checkLength("box widths", -1, len(head.Epsilon), len(a.epsilon)); err != nil {
		return err
	}
	restored, err := NewMultilevelArchive(a.capacity, head.Epsilon, a.opt)
	if err == nil {
		*a = *restored
	}
	return err
}
