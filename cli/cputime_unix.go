//go:build unix

package cli

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that the process has used, of user and system.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
