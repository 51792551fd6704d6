//go:build unix

package cli

import (
	"os"
	"syscall"
)

// stopSignals ask for an orderly stop: Ctrl-C, the system, a terminal that is closed, a batch scheduler.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1}

// schedulerSignal asks for a checkpoint and exit code 75.
const schedulerSignal = syscall.SIGUSR1
