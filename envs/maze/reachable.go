package maze

import "github.com/paretolab/paretolab/envs/behaviour"

var _ behaviour.Bounded = (*HardMaze)(nil)

// ReachableCells implements [behaviour.Bounded]: it counts the cells with the pixels that the centre of the robot
// gets to without touching a wall.
func (e *HardMaze) ReachableCells(along int) int {
	var seen [pixels * pixels]bool
	cells := map[[2]int]bool{}
	// Divided as descriptors are.
	cell := func(pixel int32) int { return int(float64(pixel*(size/pixels)) / size * float64(along)) }
	open := [][2]int32{{pixel(startX), pixel(startY)}}
	for len(open) > 0 {
		x, y := open[len(open)-1][0], open[len(open)-1][1]
		open = open[:len(open)-1]
		if e.floor.collides(x, y) || seen[y*pixels+x] {
			continue
		}
		seen[y*pixels+x] = true
		cells[[2]int{cell(x), cell(y)}] = true
		for j := y - 1; j <= y+1; j++ {
			for i := x - 1; i <= x+1; i++ {
				open = append(open, [2]int32{i, j})
			}
		}
	}
	return len(cells)
}
