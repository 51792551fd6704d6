//go:build unix

package cli

import (
	"os"
	"syscall"
)

// stopSignals ask for an orderly stop: Ctrl-C, the system, a batch scheduler.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGUSR1}

// schedulerSignal asks for a checkpoint and exit code 75.
const schedulerSignal = syscall.SIGUSR1
