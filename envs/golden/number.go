package golden

import (
	"encoding/json"
	"fmt"
	"math"
)

// Number is a float64 whose JSON form is a number, or one of the strings "inf", "-inf" and "nan",
// for which JSON has no number.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	switch x := float64(n); {
	case math.IsInf(x, 1):
		return []byte(`"inf"`), nil
	case math.IsInf(x, -1):
		return []byte(`"-inf"`), nil
	case math.IsNaN(x):
		return []byte(`"nan"`), nil
	default:
		return json.Marshal(x)
	}
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"inf"`:
		*n = Number(math.Inf(1))
	case `"-inf"`:
		*n = Number(math.Inf(-1))
	case `"nan"`:
		*n = Number(math.NaN())
	default:
		var x float64
		if err := json.Unmarshal(b, &x); err != nil || string(b) == "null" {
			return fmt.Errorf("%s is no number", b)
		}
		*n = Number(x)
	}
	return nil
}

// Numbers converts a slice for encoding.
func Numbers(x []float64) []Number {
	n := make([]Number, len(x))
	for i, v := range x {
		n[i] = Number(v)
	}
	return n
}
