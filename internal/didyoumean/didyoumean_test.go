package didyoumean

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"run", "resume", "report", "deep-sea-treasure-v0", "deep-sea-treasure-concave-v0", "fruit-tree-v0", "minecart-v0"}
	for _, c := range []struct {
		word string
		want []string
	}{
		{"runn", []string{"run"}},
		{"resmue", []string{"resume"}}, // two letters swapped
		{"RESUME", []string{"resume"}},
		{"deep-sea-treasur-v0", []string{"deep-sea-treasure-v0"}},
		{"deep-sea-treasure-v1", []string{"deep-sea-treasure-v0"}},
		{"fruittree", []string{"fruit-tree-v0"}}, // four edits of nine letters are too many, but it is a part
		{"Treasure", []string{"deep-sea-treasure-v0", "deep-sea-treasure-concave-v0"}},
		{"v0", nil}, // too short a part
		{"fruittree-v0", []string{"fruit-tree-v0"}},
		{"xyzzy", nil},
		{"", nil},
	} {
		if got := Nearest(c.word, names); !slices.Equal(got, c.want) {
			t.Errorf("Nearest(%q) = %q, want %q", c.word, got, c.want)
		}
	}
}

func TestNearestOrdersByDistanceThenName(t *testing.T) {
	got := Nearest("abcdef", []string{"abcdxx", "abcdee", "abcdex", "abcdea", "abcdef"})
	if want := []string{"abcdef", "abcdea", "abcdee"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1},
		{"ab", "ba", 1},            // transposition
		{"kitten", "sitting", 3},   // the textbook's example
		{"ca", "abc", 3},           // no edit between transposed letters: 3, not 2
		{"minecart", "mincart", 1}, // deletion
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestQuestion(t *testing.T) {
	for _, c := range []struct {
		names     []string
		otherwise string
		want      string
	}{
		{[]string{"a"}, "x", `; did you mean "a"?`},
		{[]string{"a", "b"}, "x", `; did you mean "a" or "b"?`},
		{nil, "`list` prints all", " (`list` prints all)"},
		{nil, "", ""},
	} {
		if got := Question(c.names, c.otherwise); got != c.want {
			t.Errorf("Question(%q, %q) = %q, want %q", c.names, c.otherwise, got, c.want)
		}
	}
}
