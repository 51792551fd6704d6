package cli

import (
	"os"
	"syscall"
)

// stopSignals ask for an orderly stop: Ctrl-C or the system.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// schedulerSignal does not exist on Windows.
const schedulerSignal = syscall.Signal(-1)
