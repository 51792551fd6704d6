package grid

import (
	"encoding/json"
	"fmt"
	"slices"
)

// maxListed bounds the lists in states, whose fields have a fixed size.
const maxListed = 64

// list is a list of numbers from 0 whose length an option decides, as a field of a state holds it:
// −1 fills the entries beyond its end. As JSON it is a plain list, as in the golden files.
type list [maxListed]int32

// zeros returns n zeros.
func zeros(n int) (l list) {
	for i := n; i < maxListed; i++ {
		l[i] = -1
	}
	return l
}

// entries returns the entries before the end.
func (l *list) entries() []int32 {
	if n := slices.Index(l[:], -1); n >= 0 {
		return l[:n]
	}
	return l[:]
}

// check returns nil if l is a list of n numbers from 0 to high.
func (l *list) check(name string, n int, high int32) error {
	if got := len(l.entries()); got != n {
		return fmt.Errorf("%s has %d entries, not %d", name, got, n)
	}
	for i, v := range l {
		if i < n && (v < 0 || v > high) || i >= n && v != -1 {
			return fmt.Errorf("%s[%d] is %d, outside 0 to %d", name, i, v, high)
		}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (l list) MarshalJSON() ([]byte, error) { return json.Marshal(l.entries()) }

// UnmarshalJSON implements json.Unmarshaler.
func (l *list) UnmarshalJSON(b []byte) error {
	var v []int32
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	if len(v) > maxListed {
		return fmt.Errorf("a list of %d numbers; at most %d fit", len(v), maxListed)
	}
	*l = zeros(len(v))
	copy(l[:], v)
	return nil
}
