package grid

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// TestMosaicCoversTheMap: the rectangles of small maps cover every cell with its colour, and no more of
// them are drawn than there are runs of different places.
func TestMosaicCoversTheMap(t *testing.T) {
	for _, c := range []struct {
		name       string
		rows       []string
		rectangles int
	}{
		{"empty", []string{"...", "..."}, 0},
		{"one wall", []string{"###", "###"}, 1},
		{"stairs", []string{"#..", "##.", "###"}, 3},
		{"hanging stairs", []string{"###", "##.", "#.."}, 3},
		{"two colours", []string{"#G#", "#G#"}, 3},
		{"ring", []string{"###", "#.#", "###"}, 4},
	} {
		color := func(row, col int) envs.Role {
			return map[byte]envs.Role{'.': envs.Background, '#': envs.Wall, 'G': envs.Goal}[c.rows[row][col]]
		}
		var s envs.Scene
		mosaic(&s, len(c.rows), len(c.rows[0]), color)
		if len(s.Items) != c.rectangles {
			t.Errorf("%s: %d rectangles, want %d", c.name, len(s.Items), c.rectangles)
		}
		for row := range c.rows {
			for col := range c.rows[row] {
				x, y := centre(len(c.rows), int32(row), int32(col))
				top := envs.Background
				for _, it := range s.Items {
					if float32(x) > it.P[0] && float32(x) < it.P[2] && float32(y) > it.P[1] && float32(y) < it.P[3] {
						top = it.Color
					}
				}
				if top != color(row, col) {
					t.Errorf("%s: cell (%d, %d) has colour %d, want %d", c.name, row, col, top, color(row, col))
				}
			}
		}
	}
}

// TestLargeMapsKeepTheLimits: the largest grid world, a chequered one, is drawn in blocks, whose goal
// still shows; so is a maze beyond any limit.
func TestLargeMapsKeepTheLimits(t *testing.T) {
	chequer := func(side int, wall, floor byte, first string) []string {
		var rows []string
		for row := range side {
			line := make([]byte, side)
			for col := range line {
				line[col] = floor
				if (row+col)%2 == 1 && row != 1 && col != 1 {
					line[col] = wall
				}
			}
			if row == 0 {
				copy(line, first)
			}
			rows = append(rows, string(line))
		}
		return rows
	}
	world := fmt.Sprintf("objectives: [r]\nmap: |\n  %s\nlegend: {G: {terminal: true}, a: {item: a}}\nstep: -1\n",
		strings.Join(chequer(128, '#', '.', "Sa.G"), "\n  "))
	for id, options := range map[string]map[string]any{
		"gridworld":            {"world": world},
		"four-room-v0":         {"maze": strings.Join(chequer(401, 'X', ' ', "_1 G"), "/")},
		"breakable-bottles-v0": {"size": 66},
		"fruit-tree-v0":        {"depth": 7},
	} {
		e, err := envs.Make(id, options)
		if err != nil {
			t.Fatal(id, err)
		}
		single := envs.NewSingle(e)
		seed := uint64(1)
		obs, err := single.Reset(&seed)
		if err != nil {
			t.Fatal(id, err)
		}
		var s envs.Scene
		envs.DrawScene(single.Env(), &e.Spec, obs, envs.Action{}, &s)
		if err := s.Check(); err != nil || len(s.Items) >= envs.MaxItems {
			t.Errorf("%s: %d items: %v", id, len(s.Items), err)
		}
		goals := 0
		for _, it := range s.Items {
			if it.Color == envs.Goal {
				goals++
			}
		}
		if goals == 0 && id != "fruit-tree-v0" {
			t.Errorf("%s: the goal is not in the picture", id)
		}
	}
}
