package maze

import (
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
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
	// distance is that of the nearest wall from a pixel, or of the border of the map, in the maximum norm: 0 is a wall. One may
	// go one step fewer along either axis or both without meeting a wall.
	distance [pixels * pixels]uint8
	// touches says that a robot with its centre in a pixel would touch a wall.
	touches [pixels * pixels]bool
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
	free := [pixels * pixels]bool{}
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
				free[y*pixels+x] = line[x/8]&(0x80>>(x%8)) == 0
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
	f.measure(&free)
	for y := range int32(pixels) {
		for x := range int32(pixels) {
			for _, p := range around {
				f.touches[y*pixels+x] = f.touches[y*pixels+x] || f.isWall(x+p.x, y+p.y)
			}
		}
	}
	return f, nil
}

// measure fills distance, which two passes over the neighbours find.
func (f *floor) measure(free *[pixels * pixels]bool) {
	for k, is := range free {
		if x, y := k%pixels, k/pixels; is {
			f.distance[k] = 1 + min(f.at(x-1, y), f.at(x-1, y-1), f.at(x, y-1), f.at(x+1, y-1))
		}
	}
	for k := pixels*pixels - 1; k >= 0; k-- {
		if x, y := k%pixels, k/pixels; free[k] {
			f.distance[k] = min(f.distance[k], 1+min(f.at(x+1, y), f.at(x+1, y+1), f.at(x, y+1), f.at(x-1, y+1)))
		}
	}
}

// at is the distance of a pixel, 0 outside the map.
func (f *floor) at(x, y int) uint8 {
	if uint(x) >= pixels || uint(y) >= pixels {
		return 0
	}
	return f.distance[y*pixels+x]
}

// isWall reports whether a pixel is a wall; outside the map is one.
func (f *floor) isWall(x, y int32) bool { return f.at(int(x), int(y)) == 0 }

// neighbour is a pixel by its place from that of the robot's centre, and its direction.
type neighbour struct {
	x, y  int32
	angle float64
}

// around are the pixels that touch the robot if they are walls.
var around = func() (all []neighbour) {
	for y := int32(-reach); y <= reach; y++ {
		for x := int32(-reach); x <= reach; x++ {
			if x*x+y*y <= reach*reach {
				all = append(all, neighbour{x, y, math.Atan2(float64(y), float64(x))})
			}
		}
	}
	return all
}()

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
	distance := int32(f.at(int(x), int(y)))
	for step := int32(0); step < lead; step++ {
		if free := min(distance-1, lead-step-1); free > 1 {
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
		if distance = int32(f.at(int(x), int(y))); hit || distance == 0 {
			return x, y, true
		}
		before = e
	}
	return x, y, hit
}
