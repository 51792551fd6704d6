package explorer

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// BenchmarkGoals measures what the explorer has to reach: 1,000 runs listed, and a front of 10,000 points and 9 objectives sent.
func BenchmarkGoals(b *testing.B) {
	dir := b.TempDir()
	for i := range 1000 {
		makeRun(b, filepath.Join(dir, fmt.Sprintf("e%d/r%03d", i/100, i)), made{m: 2, n: 20, evals: 50, complete: i%2 == 0})
	}
	big := b.TempDir()
	makeRun(b, filepath.Join(big, "big"), made{m: 9, n: 10_000, evals: 2, complete: true})
	b.Run("start", func(b *testing.B) {
		for b.Loop() {
			s, err := New(Options{Dirs: []string{dir}})
			if err != nil {
				b.Fatal(err)
			}
			s.Close()
		}
		b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/start")
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			c := serve(b, nil, dir)
			b.StartTimer()
			c.do("GET", "/api/v1/runs?limit=1000", "")
			b.StopTimer()
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-heap")
			b.ReportMetric(float64(m.Sys)/1e6, "MB-system")
			b.StartTimer()
		}
		b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/first-list")
	})
	c := serve(b, nil, dir)
	c.do("GET", "/api/v1/runs?limit=1000", "")
	b.Run("list-again", func(b *testing.B) {
		for b.Loop() {
			c.do("GET", "/api/v1/runs?limit=100", "")
		}
	})
	b.Run("front", func(b *testing.B) {
		var bytes int
		var slowest time.Duration
		for b.Loop() {
			b.StopTimer()
			c := serve(b, nil, big)
			id := c.runs()["big"]
			b.StartTimer()
			from := time.Now()
			_, text := c.do("GET", "/api/v1/runs/"+id+"/front", "", "Accept", "application/octet-stream")
			slowest = max(slowest, time.Since(from))
			bytes = len(text)
		}
		b.ReportMetric(float64(bytes), "B/front")
		b.ReportMetric(float64(slowest.Milliseconds()), "ms-slowest")
	})
}

// BenchmarkQuestion measures the time from an answer to the next question, over the interface, on fronts of 1,000 policies: it has to stay below 300 ms.
func BenchmarkQuestion(b *testing.B) {
	for _, m := range []int{2, 3, 5, 9} {
		b.Run(fmt.Sprintf("objectives=%d", m), func(b *testing.B) {
			dir := b.TempDir()
			makeRun(b, filepath.Join(dir, "a"), made{m: m, n: 1000, evals: 2, complete: true})
			c := serve(b, nil, dir)
			var s state
			from := time.Now()
			c.json("/elicitation", `{"runs":["`+c.runs()["a"]+`"],"seed":1}`, &s)
			b.ReportMetric(float64(time.Since(from).Milliseconds()), "ms-first-question")
			var times []float64
			for b.Loop() {
				if s.Question == nil || s.Number > 15 {
					b.StopTimer()
					c.json("/elicitation", `{"runs":["`+c.runs()["a"]+`"],"seed":2}`, &s)
					b.StartTimer()
				}
				answer := "left"
				if s.Items[s.Question.Left].Value[0] < s.Items[s.Question.Right].Value[0] {
					answer = "right"
				}
				from := time.Now()
				c.json("/elicitation/"+s.ID+"/answer", fmt.Sprintf(`{"answer":"%s","question":%d}`, answer, s.Number), &s)
				times = append(times, float64(time.Since(from).Milliseconds()))
			}
			b.ReportMetric(median(times), "ms-median")
			b.ReportMetric(slices.Max(times), "ms-slowest")
			b.ReportMetric(0, "ns/op")
		})
	}
}
