package grid

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxSeaCells bounds custom maps of deep-sea treasure.
const maxSeaCells = 1 << 20

// readSea reads a map of deep-sea treasure: rows separated by /, numbers by blanks; -10 is rock, 0 sea and
// a number above 0 a treasure. Episodes begin in the first cell of the first row, on the mirrored map of
// the original where they do there.
func readSea(text string) (*deepSeaMap, error) {
	var rows [][]float64
	cells, treasures := 0, 0
	for i, line := range strings.Split(text, "/") {
		var row []float64
		for j, word := range strings.Fields(line) {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil || !(v == rock || v >= 0 && v <= 1e300) {
				return nil, fmt.Errorf("dst_map: row %d, column %d: %q is neither %d (rock), 0 (sea) nor a treasure above 0", i+1, j+1, word, rock)
			}
			if v > 0 {
				treasures++
			}
			row = append(row, v)
		}
		if len(row) == 0 {
			return nil, fmt.Errorf("dst_map: row %d is empty; rows are separated by /, numbers by blanks", i+1)
		}
		if i > 0 && len(row) != len(rows[0]) {
			return nil, fmt.Errorf("dst_map: row %d has %d cells, the first has %d", i+1, len(row), len(rows[0]))
		}
		rows = append(rows, row)
		if cells += len(row); cells > maxSeaCells {
			return nil, fmt.Errorf("dst_map: more than %d cells", maxSeaCells)
		}
	}
	if rows[0][0] != 0 {
		return nil, fmt.Errorf("dst_map: row 1, column 1 is %v, but episodes begin there; make it 0 (sea)", rows[0][0])
	}
	if treasures == 0 {
		return nil, fmt.Errorf("dst_map: no treasure; give some cell a number above 0")
	}
	sea := newDeepSeaMap([2]int32{0, 0}, rows)
	if sea.rows == mirroredSea.rows && sea.cols == mirroredSea.cols && slices.Equal(sea.cells, mirroredSea.cells) {
		return mirroredSea, nil
	}
	return sea, nil
}
