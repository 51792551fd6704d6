// Package didyoumean finds the names that a mistyped one may have meant.
package didyoumean

import (
	"sort"
	"strings"
)

// Nearest returns up to three candidates whose Damerau-Levenshtein distance to word is at most
// max(2, len(word)/3): the closest ones, ties in alphabetical order. If there are none, it returns up to
// three that contain the word, of at least three letters, hyphens and underscores apart: the shortest ones.
func Nearest(word string, candidates []string) []string {
	limit := max(2, len(word)/3)
	type match struct {
		name string
		d    int
	}
	var found []match
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d <= limit && d < len(c) {
			found = append(found, match{c, d})
		}
	}
	if len(found) == 0 && len(letters(word)) >= 3 {
		for _, c := range candidates {
			if strings.Contains(letters(c), letters(word)) {
				found = append(found, match{c, len(c)})
			}
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if found[i].d != found[j].d {
			return found[i].d < found[j].d
		}
		return found[i].name < found[j].name
	})
	var names []string
	for i, m := range found {
		if i == 3 {
			break
		}
		names = append(names, m.name)
	}
	return names
}

// Question phrases the suggestions as the end of a message: `; did you mean "a" or "b"?`. With
// no suggestion it gives otherwise, a remedy, in parentheses.
func Question(names []string, otherwise string) string {
	if len(names) == 0 {
		if otherwise == "" {
			return ""
		}
		return " (" + otherwise + ")"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = `"` + n + `"`
	}
	return "; did you mean " + strings.Join(quoted, " or ") + "?"
}

// letters is a word in small letters, without hyphens and underscores.
func letters(word string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(word))
}

// distance is the optimal string alignment form of the Damerau-Levenshtein distance in bytes.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
