//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// interruptible is an experiment of some seconds that saves often.
const interruptible = `version: 1
name: stop
environment: deep-sea-treasure-v0
algorithm: cmorl
steps: 200_000
output: {checkpoint_every: 50ms}
resources: {workers: 2}
`

const interruptibleRun = "stop/cmorl__deep-sea-treasure-v0__s0"

// TestSignalsStopAndSave: one signal finishes the update, saves, says how to go on, and ends with the exit code
// of the specification; two leave at once. SIGHUP twice, as terminals send it, is one. Whatever stopped it,
// the run goes on to the files of a run that was left alone.
func TestSignalsStopAndSave(t *testing.T) {
	if testing.Short() {
		t.Skip("several processes of some seconds each")
	}
	if signal.Ignored(syscall.SIGHUP) { // by nohup; processes begin with the signals that ours handles
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
		t.Cleanup(func() { signal.Ignore(syscall.SIGHUP) })
	}
	config := writeConfig(t, interruptible)
	alone := t.TempDir()
	if code, _, errs := invoke("run", config, "--out", alone, "--quiet"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	want := deterministic(t, filepath.Join(alone, interruptibleRun))
	const saved, atOnce = "resume with: paretolab resume ", "stopped at once: runs go on from their last checkpoints"
	for _, c := range []struct {
		name    string
		signals []syscall.Signal
		code    int
		say     string
	}{
		{"Ctrl-C", []syscall.Signal{syscall.SIGINT}, exitInterrupted, saved},
		{"SIGTERM", []syscall.Signal{syscall.SIGTERM}, exitTerminated, saved},
		{"SIGHUP", []syscall.Signal{syscall.SIGHUP}, exitStopped, saved},
		{"SIGUSR1", []syscall.Signal{syscall.SIGUSR1}, exitStopped, saved},
		{"many SIGHUP", slices.Repeat([]syscall.Signal{syscall.SIGHUP}, 5), exitStopped, saved},
		{"Ctrl-C and SIGTERM", []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}, exitInterrupted, atOnce},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := t.TempDir()
			p, said := program(t, "run", config, "--out", out, "--progress", "lines")
			waitForRows(t, p, filepath.Join(out, interruptibleRun, "metrics.csv"), 3)
			if c.say == atOnce { // stopped and continued, the process finds both signals at the same time
				signalTo(t, p, syscall.SIGSTOP)
			}
			for i, s := range c.signals {
				if err := p.Process.Signal(s); err != nil && i == 0 {
					t.Fatal(err)
				}
				time.Sleep(time.Millisecond)
			}
			p.Process.Signal(syscall.SIGCONT)
			begun := time.Now()
			p.Wait()
			took := time.Since(begun)
			code := p.ProcessState.ExitCode()
			if c.say == atOnce {
				// Of two signals one can come when all is saved already, or the other first.
				if code != exitInterrupted && code != exitTerminated {
					t.Errorf("exit code %d: %s", code, said)
				}
				if !strings.Contains(said.String(), atOnce) && !strings.Contains(said.String(), saved) {
					t.Errorf("it said %q", said)
				}
			} else if code != c.code || !strings.Contains(said.String(), saved+filepath.Join(out, "stop")) || strings.Contains(said.String(), atOnce) {
				t.Errorf("exit code %d, want %d; it said %q", code, c.code, said)
			}
			if _, err := os.Stat(filepath.Join(out, interruptibleRun, "result.json")); err == nil {
				t.Error("it went on to the end")
			}
			if _, err := os.Stat(filepath.Join(out, interruptibleRun, "failure.json")); err == nil {
				t.Error("a stop is no failure")
			}
			t.Logf("%s: exit code %d after %.2f s", c.name, code, took.Seconds())
			if code, _, errs := invoke("resume", out, "--quiet"); code != exitOK {
				t.Fatalf("resume: exit code %d: %s", code, errs)
			}
			if got := deterministic(t, filepath.Join(out, interruptibleRun)); !maps.Equal(got, want) {
				t.Error("the files differ from those of a run that was left alone")
			}
		})
	}
}

// TestNohup: where SIGHUP is ignored from the start, it stays so.
func TestNohup(t *testing.T) {
	config, out := writeConfig(t, strings.Replace(interruptible, "200_000", "40_000", 1)), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := exec.Command("/bin/sh", "-c", `trap '' HUP; exec "$@"`, "sh", self, "run", config, "--out", out, "--quiet")
	p.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	p.Stderr = &said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	waitForRows(t, p, filepath.Join(out, interruptibleRun, "metrics.csv"), 2)
	signalTo(t, p, syscall.SIGHUP)
	if err := p.Wait(); err != nil {
		t.Errorf("%v: %s", err, &said)
	}
	if _, err := os.Stat(filepath.Join(out, interruptibleRun, "result.json")); err != nil {
		t.Error(err)
	}
}

// TestLocksOfProcesses: a run that another process writes is refused with its number, its host and what to
// do; of a process that was killed no lock is left, whatever its file says.
func TestLocksOfProcesses(t *testing.T) {
	config, out := writeConfig(t, interruptible), t.TempDir()
	run := filepath.Join(out, interruptibleRun)
	p, _ := program(t, "run", config, "--out", out, "--quiet")
	waitForRows(t, p, filepath.Join(run, "metrics.csv"), 3)
	signalTo(t, p, syscall.SIGSTOP)
	host, _ := os.Hostname()
	code, _, errs := invoke("resume", out, "--quiet")
	if want := fmt.Sprintf("%s is being written by process %d on %s", run, p.Process.Pid, host); code != exitItemsFailed || !strings.Contains(errs, want) ||
		!strings.Contains(errs, "wait for it or stop it") || !strings.Contains(errs, "remove "+filepath.Join(run, "lock")) {
		t.Errorf("exit code %d: %s, want %q and what to do", code, errs, want)
	}
	if _, err := os.Stat(filepath.Join(run, "failure.json")); err == nil {
		t.Error("the run of the other process is called a failure")
	}
	p.Process.Kill()
	p.Wait()
	if _, err := os.Stat(filepath.Join(run, "lock")); err != nil {
		t.Error("the killed process left no lock file; the test says nothing")
	}
	if code, _, errs := invoke("resume", out, "--quiet"); code != exitOK {
		t.Errorf("after the kill: exit code %d: %s", code, errs)
	}
}

func signalTo(t *testing.T, p *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// waitForRows returns when a table of a process has rows.
func waitForRows(t *testing.T, p *exec.Cmd, path string, rows int) {
	t.Helper()
	for range 60_000 {
		if b, _ := os.ReadFile(path); bytes.Count(b, []byte("\n")) > rows {
			return
		}
		time.Sleep(time.Millisecond)
	}
	p.Process.Kill()
	t.Fatalf("%s has no %d rows after a minute", path, rows)
}
