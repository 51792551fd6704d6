package experiments

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkRecording measures for how long training waits for an evaluation of 100 policies to be recorded, and
// for a checkpoint with a state of a megabyte and ten, on the disk of the temporary folder. The goals are 1 % of
// the 5 s between two evaluations, and 200 ms.
func BenchmarkRecording(b *testing.B) {
	for _, megabytes := range []int{1, 10} {
		b.Run(fmt.Sprintf("state=%dMB", megabytes), func(b *testing.B) {
			var rows, checkpoints, longest float64
			var evaluations, saved int
			for b.Loop() {
				dir := filepath.Join(b.TempDir(), "run")
				c := &climber{Tasks: 100, Sigma: 0.5, ballast: make([]byte, megabytes<<20)}
				j := testJob(dir, 1, c)
				j.output.CheckpointEvery = time.Nanosecond
				if _, err := execute(context.Background(), quietly(2, nil), []*job{j}); err != nil {
					b.Fatal(err)
				}
				text, err := os.ReadFile(filepath.Join(dir, fileLog))
				if err != nil {
					b.Fatal(err)
				}
				for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
					var line struct {
						Recording struct {
							Rows        float64 `json:"seconds_rows"`
							Checkpoints float64 `json:"seconds_checkpoints"`
							Longest     float64 `json:"longest_checkpoint"`
							Saved       int     `json:"checkpoints"`
						}
					}
					if err := json.Unmarshal(s.Bytes(), &line); err != nil {
						b.Fatal(err)
					}
					rows += line.Recording.Rows
					checkpoints += line.Recording.Checkpoints
					longest = max(longest, line.Recording.Longest)
					saved += line.Recording.Saved
				}
				evaluations += testRounds
			}
			b.ReportMetric(1000*rows/float64(evaluations), "ms/evaluation")
			b.ReportMetric(1000*checkpoints/float64(saved), "ms/checkpoint")
			b.ReportMetric(1000*longest, "ms-longest")
		})
	}
}
