package maze

import (
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
)

// Constants of the map.
const (
	pixels = 200 // on a side
	size   = 600 // units on a side
	reach  = 3   // pixels within which a wall touches the robot
)

// floor is a map of walls, y downwards.
type floor struct {
	wall [pixels * pixels]bool
	// touches says that a robot with its centre in a pixel would touch a wall.
	touches [pixels * pixels]bool
	// clear is the number of pixels by which one may go from a pixel along either axis or both, step by
	// step, without meeting a wall.
	clear [pixels * pixels]int32
}

//go:embed hard-maze.json
var hardMaze []byte

// readFloor reads a map: rows [count, digits], each digit four pixels, the leftmost the most
// significant, 1 a wall. An error names the row.
func readFloor(b []byte) (*floor, error) {
	f, err := decodeFloor(b)
	if err != nil {
		return nil, fmt.Errorf("maze: %w; the map is damaged, so take hard-maze.json as it was", err)
	}
	return f, nil
}

func decodeFloor(b []byte) (*floor, error) {
	var file struct {
		Schema string               `json:"schema"`
		Width  int                  `json:"width"`
		Height int                  `json:"height"`
		Rows   [][2]json.RawMessage `json:"rows"`
		Walls  int                  `json:"wall_pixels"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, err
	}
	if file.Schema != "hard-maze-v1" || file.Width != pixels || file.Height != pixels {
		return nil, fmt.Errorf("schema %q with %d × %d pixels; give hard-maze-v1 with %d × %d", file.Schema, file.Width, file.Height, pixels, pixels)
	}
	f := &floor{}
	y, walls := 0, 0
	for k, row := range file.Rows {
		var count int
		var digits string
		if err := errors.Join(json.Unmarshal(row[0], &count), json.Unmarshal(row[1], &digits)); err != nil {
			return nil, fmt.Errorf("row %d: %w", k, err)
		}
		line, err := hex.DecodeString(digits)
		if err != nil || len(line) != pixels/8 {
			return nil, fmt.Errorf("row %d: %q is not %d hexadecimal digits", k, digits, pixels/4)
		}
		if count < 1 || y+count > pixels {
			return nil, fmt.Errorf("row %d: repeated %d times from line %d of %d", k, count, y, pixels)
		}
		for range count {
			for x := range pixels {
				f.wall[y*pixels+x] = line[x/8]&(0x80>>(x%8)) != 0
			}
			for _, eight := range line {
				walls += bits.OnesCount8(eight)
			}
			y++
		}
	}
	if y != pixels || walls != file.Walls {
		return nil, fmt.Errorf("%d lines with %d wall pixels; the map has %d and declares %d", y, walls, pixels, file.Walls)
	}
	f.measure()
	for y := range int32(pixels) {
		for x := range int32(pixels) {
			f.touching(x, y, func(int32, int32) { f.touches[y*pixels+x] = true })
		}
	}
	return f, nil
}

// measure fills clear: of a pixel that is no wall, one less than the distance of the nearest wall in the
// maximum norm, which two passes over the neighbours find.
func (f *floor) measure() {
	at := func(x, y int) int32 {
		if x < 0 || x >= pixels || y < 0 || y >= pixels {
			return -1
		}
		return f.clear[y*pixels+x]
	}
	for k := range f.clear {
		if f.clear[k] = -1; !f.wall[k] {
			x, y := k%pixels, k/pixels
			f.clear[k] = 1 + min(at(x-1, y), at(x-1, y-1), at(x, y-1), at(x+1, y-1))
		}
	}
	for k := pixels*pixels - 1; k >= 0; k-- {
		x, y := k%pixels, k/pixels
		f.clear[k] = min(f.clear[k], 1+min(at(x+1, y), at(x+1, y+1), at(x, y+1), at(x-1, y+1)))
	}
}

// isWall reports whether a pixel is a wall; outside the map is one.
func (f *floor) isWall(x, y int32) bool {
	return uint32(x) >= pixels || uint32(y) >= pixels || f.wall[y*pixels+x]
}

// freeFrom is clear, and 0 in a wall.
func (f *floor) freeFrom(x, y int32) int32 {
	if uint32(x) >= pixels || uint32(y) >= pixels {
		return 0
	}
	return f.clear[y*pixels+x]
}

// touching calls see for every wall pixel that touches a robot with its centre in a pixel.
func (f *floor) touching(x, y int32, see func(i, j int32)) {
	for j := y - reach; j <= y+reach; j++ {
		for i := x - reach; i <= x+reach; i++ {
			if (i-x)*(i-x)+(j-y)*(j-y) <= reach*reach && f.isWall(i, j) {
				see(i, j)
			}
		}
	}
}

// collides reports whether a robot with its centre in a pixel touches a wall.
func (f *floor) collides(x, y int32) bool {
	return uint32(x) >= pixels || uint32(y) >= pixels || f.touches[y*pixels+x]
}

// ray follows the line between two pixels, over every pixel that it crosses, and returns where it is
// at the first wall; one that begins in a wall is there after its first step. Source: the super-cover variant of Bresenham's line of libfastsim.
func (f *floor) ray(x, y, toX, toY int32) (hitX, hitY int32, hit bool) {
	hit = f.isWall(x, y)
	dx, dy := toX-x, toY-y
	stepX, stepY := int32(1), int32(1)
	if dx < 0 {
		dx, stepX = -dx, -1
	}
	if dy < 0 {
		dy, stepY = -dy, -1
	}
	// The leading axis advances in every step, the other where the error overflows.
	leadX, leadY, minorX, minorY, lead, minor := stepX, int32(0), int32(0), stepY, dx, dy
	if dy >= dx {
		leadX, leadY, minorX, minorY, lead, minor = 0, stepY, stepX, 0, dy, dx
	}
	e, before := lead, lead
	for step := int32(0); step < lead; step++ {
		if free := min(f.freeFrom(x, y), lead-step-1); free > 1 {
			e += 2 * minor * free
			over := (e - 1) / (2 * lead)
			x, y = x+leadX*free+minorX*over, y+leadY*free+minorY*over
			e -= 2 * lead * over
			before = e
			step += free
		}
		x, y = x+leadX, y+leadY
		e += 2 * minor
		if e > 2*lead {
			x, y = x+minorX, y+minorY
			e -= 2 * lead
			switch sum := e + before; {
			case sum < 2*lead:
				hit = hit || f.isWall(x-minorX, y-minorY)
			case sum > 2*lead:
				hit = hit || f.isWall(x-leadX, y-leadY)
			default:
				hit = hit || f.isWall(x-minorX, y-minorY) || f.isWall(x-leadX, y-leadY)
			}
		}
		if hit || f.isWall(x, y) {
			return x, y, true
		}
		before = e
	}
	return x, y, hit
}
