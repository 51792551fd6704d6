package cli

import (
	"os"
	"os/exec"
	"testing"
)

// BenchmarkStart starts the program, the binary of these tests, as a process that prints its version. The goal
// is less than 100 ms.
func BenchmarkStart(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c := exec.Command(self, "version")
		c.Env = append(os.Environ(), asProgram+"=1")
		if err := c.Run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*b.Elapsed().Seconds()/float64(b.N), "ms/start")
}
