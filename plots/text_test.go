package plots

import "testing"

// Ones keep the distance of other digits: all of them are of one width.
func TestOnesDoNotTouch(t *testing.T) {
	if got, want := textWidth("0.111", textSize), textWidth("0.222", textSize); got != want {
		t.Errorf("0.111 is %v wide, 0.222 %v", got, want)
	}
	if got := len(segments("x11²1")); got != 4 {
		t.Errorf("%d segments, want x1, 1, raised 2, 1", got)
	}
}
