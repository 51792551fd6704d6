package explorer

import (
	"net/http"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// roleNames name the colours of scenes, in the order of envs.Role, and shapeNames their shapes, in that of envs.Shape.
var (
	roleNames = []string{"background", "agent", "goal", "hazard", "wall", "object1", "object2", "object3", "object4", "object5", "object6", "object7",
		"object8", "trace", "target", "ink"}
	shapeNames = []string{"line", "polyline", "polygon", "circle", "rectangle", "capsule", "arrow"}
)

// help answers with the description of the interface.
func (s *Server) help(w http.ResponseWriter, _ *http.Request) (any, error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(Interface)) // a client that left needs none
	return nil, nil
}

// meta says what this server is and can.
func (s *Server) meta(http.ResponseWriter, *http.Request) (any, error) {
	type label struct {
		Label string `json:"label"`
	}
	type figure struct {
		Name string `json:"name"`
		Doc  string `json:"doc"`
	}
	roots, figures := []label{}, []figure{}
	for _, r := range s.roots {
		roots = append(roots, label{r.label})
	}
	for _, k := range plots.Kinds() {
		figures = append(figures, figure{k.Name, k.Doc})
	}
	program := experiments.ThisProgram()
	return map[string]any{
		"version": program.Version, "commit": program.Commit, "api": 1, "roots": roots,
		"limits": map[string]any{
			"metric_rows": maxMetricRows, "front_points": maxFrontPoints, "runs_at_once": maxRunsAtOnce, "rollout_steps": maxRolloutSteps,
			"rollout_bytes": maxRolloutBytes, "rollout_seconds": rolloutTime.Seconds(), "rollouts": maxRollouts, "streams": maxStreams,
			"stream_runs": maxStreamRuns, "body_bytes": maxBodyBytes, "compute_seconds": computeTime.Seconds(), "scene_fps": maxSceneRate,
		},
		"roles": roleNames, "shapes": shapeNames, "metrics": experiments.ComparisonMetrics(), "indicators": indicatorNames(),
		"exports": exportFormats, "figures": figures,
	}, nil
}
