package cli

import (
	"os"
	"syscall"
)

// stopSignals ask for an orderly stop: Ctrl-C, or SIGTERM, which stands for closing the console, logging off and
// shutting down.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// schedulerSignal does not exist on Windows.
const schedulerSignal = syscall.Signal(-1)
