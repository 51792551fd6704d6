package cli

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that the process has used, of user and system.
func cpuTime() time.Duration {
	var created, exited, system, user syscall.Filetime
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	if err := syscall.GetProcessTimes(self, &created, &exited, &system, &user); err != nil {
		return 0
	}
	ticks := func(t syscall.Filetime) time.Duration {
		return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
	}
	return ticks(system) + ticks(user)
}
