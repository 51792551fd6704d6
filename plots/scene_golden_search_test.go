package plots

import (
	"strings"

	_ "github.com/paretolab/paretolab/envs/arm"
	_ "github.com/paretolab/paretolab/envs/curling"
	_ "github.com/paretolab/paretolab/envs/maze"
)

// The environments for the search of behaviours: each is set in motion.
func init() {
	sceneScripts["curling-v0"] = "0.6,-0.8*14"
	sceneScripts["hard-maze-v0"] = "2,1.6*24"
	sceneScripts["point-v0"] = "0.6,0.9*9"
	sceneScripts["redundant-arm-v0"] = strings.TrimSuffix(strings.Repeat("0.4,-0.2,", 10), ",") + "*20"
}
