package mujoco

import (
	"testing"
	"time"
)

func BenchmarkStep(b *testing.B) {
	for _, name := range Names() {
		b.Run(name, func(b *testing.B) {
			m, err := Load(name)
			if err != nil {
				b.Fatal(err)
			}
			d := NewDrill(m, 1, 1)
			defer d.Close()
			start := time.Now()
			for b.Loop() {
				d.Step()
			}
			c := d.Counts()
			b.ReportMetric(float64(c.Steps*m.FrameSkip)/time.Since(start).Seconds(), "steps/s")
			b.ReportMetric(float64(c.Rows)/float64(c.Steps), "rows")
			b.ReportMetric(float64(c.Iterations)/float64(c.Steps), "iterations")
		})
	}
}
