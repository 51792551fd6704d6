package experiments

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clock is a clock that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func shown(mode string, c *clock, names ...string) (*progress, []*itemProgress, *bytes.Buffer) {
	var b bytes.Buffer
	p := newProgress(&b, mode, false)
	p.now = c.now
	var items []*itemProgress
	for _, n := range names {
		items = append(items, p.add(n, 600_000))
	}
	p.begun, p.lastTick, p.lastLine = c.t, c.t, c.t
	return p, items, &b
}

func TestWithoutATerminalThereAreNoControlCharacters(t *testing.T) {
	var b bytes.Buffer
	opt := quietly(2, &testDisk{})
	opt.Messages, opt.Progress = &b, ProgressAuto
	crash := newClimber()
	crash.afterTrain = func() { panic("bell \a and\x1b[31m colour") }
	root := t.TempDir()
	execute(context.Background(), opt, []*job{testJob(filepath.Join(root, "a"), 1, newClimber()), testJob(filepath.Join(root, "b"), 2, crash)})
	for _, r := range b.String() {
		if r < ' ' && r != '\n' {
			t.Fatalf("control character %q in\n%s", r, b.String())
		}
	}
	for _, want := range []string{"start climber test-walk-v0 s1: 360 steps", "done climber test-walk-v0 s1: HV ", "failed climber test-walk-v0 s2: panic"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}

func TestLinesTellEveryMinuteHowFarTheRunsAre(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	p, items, b := shown(ProgressLines, c, "a s0", "a s1", "a s2")
	items[0].begin(0)
	items[1].begin(200_000)
	b.Reset()
	for range 4 * 300 { // five minutes
		c.t = c.t.Add(redraw)
		items[0].steps.Add(250)
		p.tick()
	}
	items[0].recorded("stage1", 1234.5, 17)
	lines := strings.Count(b.String(), "\n")
	if lines != 5+4 { // in the first minute every ten seconds
		t.Errorf("%d lines in five minutes:\n%s", lines, b.String())
	}
	last := b.String()[strings.LastIndex(strings.TrimSpace(b.String()), "\n")+1:]
	if want := "0 of 3 done, 2 running, 1 left, 490k/1.80M steps, 1.00k steps/s, ETA 21:50\n"; last != want {
		t.Errorf("the last is %q, want %q", last, want)
	}
	b.Reset()
	c.t = c.t.Add(time.Minute)
	p.tick()
	if !strings.Contains(b.String(), "; a s0 [stage1] HV 1234.5, front 17") {
		t.Errorf("the last indicators are missing in %q", b.String())
	}
}

func TestTheTimeLeftIsUnknownForTenSeconds(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	p, items, _ := shown(ProgressLines, c, "a s0")
	items[0].begin(0)
	for range 39 {
		c.t = c.t.Add(redraw)
		items[0].steps.Add(1000)
		p.tick()
	}
	if got := strings.Join(p.fields(), " "); !strings.HasSuffix(got, "ETA --:--") {
		t.Errorf("after 9.75 s: %s", got)
	}
	c.t = c.t.Add(redraw)
	if got := strings.Join(p.fields(), " "); !strings.HasSuffix(got, "ETA 02:21") {
		t.Errorf("after 10 s: %s", got)
	}
}

func TestTheBarFitsAnyTerminal(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	for _, names := range [][]string{{"cmorl mo-hopper-2d s3"}, {"cmorl deep-sea-treasure-v0 s0", "cmorl deep-sea-treasure-concave-v0 s0", "x s1"}} {
		p, items, b := shown(ProgressBar, c, names...)
		for _, i := range items[:min(2, len(items))] {
			i.begin(0)
			i.steps.Add(372_000)
			i.recorded("stage2/r3", 121000, 37)
		}
		for _, width := range []int{20, 40, 80, 120, 200} {
			p.width = func() int { return width }
			b.Reset()
			p.draw()
			for k, l := range strings.Split(strings.TrimPrefix(b.String(), "\r"), "\n") {
				visible := strings.NewReplacer("\x1b[K", "", "\x1b[J", "", "\x1b[2A", "", "\x1b[1A", "", "\r", "").Replace(l)
				if len([]rune(visible)) >= width && width > 20 {
					t.Errorf("line %d has %d characters at width %d: %q", k, len([]rune(visible)), width, visible)
				}
			}
		}
		if len(names) == 1 {
			if want := "cmorl mo-hopper-2d s3 [stage2/r3] 62% |############........| 372k/600k steps"; !strings.Contains(b.String(), want) {
				t.Errorf("the bar is %q", b.String())
			}
			continue
		}
		if strings.Count(b.String(), "\n") != 2 || !strings.Contains(b.String(), "0 of 3 done, 2 running, 1 left") || !strings.Contains(b.String(), "HV 121000  front 37") {
			t.Errorf("the table of two running items is %q", b.String())
		}
	}
}

func TestQuietTellsFailuresOnly(t *testing.T) {
	var b bytes.Buffer
	opt := quietly(1, &testDisk{})
	opt.Messages, opt.Quiet = &b, true
	crash := newClimber()
	crash.afterTrain = func() { panic("no") }
	root := t.TempDir()
	execute(context.Background(), opt, []*job{testJob(filepath.Join(root, "a"), 1, newClimber()), testJob(filepath.Join(root, "b"), 2, crash)})
	if got := b.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "failed climber") {
		t.Errorf("got %q", got)
	}
}

// brokenPipe is a display that nobody reads any more.
type brokenPipe struct{ n int }

func (b *brokenPipe) Write([]byte) (int, error) { b.n++; return 0, errors.New("broken pipe") }

func TestARunOutlivesItsAudience(t *testing.T) {
	for _, mode := range []string{ProgressLines, ProgressBar} {
		opt := quietly(1, &testDisk{})
		w := &brokenPipe{}
		opt.Messages, opt.Progress = w, mode
		if _, err := execute(context.Background(), opt, []*job{testJob(filepath.Join(t.TempDir(), "a"), 1, newClimber())}); err != nil || w.n == 0 {
			t.Errorf("%s: %v after %d writes", mode, err, w.n)
		}
	}
}

func TestCounts(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.00k", 41_200: "41.2k", 999_499: "999k", 999_500: "1.00M", 9_996: "10.0k", 2_480_000: "2.48M", 12e9: "12.0G"} {
		if got := siSteps(n); got != want {
			t.Errorf("%d steps are written %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "00:00", 36 * time.Second: "00:36", 3661 * time.Second: "1:01:01"} {
		if got := clockTime(d); got != want {
			t.Errorf("%v is written %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 bytes", 1500: "1.5 kB", 3e9: "3.0 GB"} {
		if got := byteCount(n); got != want {
			t.Errorf("%d bytes are written %q, want %q", n, got, want)
		}
	}
}
