package experiments

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Ways to show progress.
const (
	ProgressAuto  = "auto"  // a bar on a terminal, else lines
	ProgressBar   = "bar"   // one bar, and below it a table of the running items
	ProgressLines = "lines" // one line per start, end and failure, and one a minute; no control characters
	ProgressOff   = "off"
)

const (
	redraw     = 250 * time.Millisecond // of the bar
	lineEvery  = time.Minute            // in lines; every tenth of it in the first minute
	etaAfter   = 10 * time.Second       // before, too little is known
	rateWindow = 30 * time.Second       // of the exponential mean of the rate
)

// itemState is where an item stands.
type itemState int

const (
	waiting itemState = iota
	running
	finished
	failed
	stopped
)

// progress tells people how far the items of a call are. It shows what was last recorded and
// computes no indicator itself. A display that cannot be written to is given up silently: it must
// never stop a run.
type progress struct {
	mode  string // ProgressBar, ProgressLines or ProgressOff
	quiet bool   // failures only
	width func() int
	now   func() time.Time

	mu       sync.Mutex
	w        io.Writer
	items    []*itemProgress
	begun    time.Time
	lastTick time.Time
	lastLine time.Time
	before   int64   // steps at the last tick
	rate     float64 // steps/s, exponential mean
	weight   float64 // of the rate, 1 after long
	drawn    int     // lines of the bar and its table on the screen
	quit     chan struct{}
	done     chan struct{}
}

// itemProgress is one item's part. Its steps are counted without a lock, by any goroutine.
type itemProgress struct {
	p     *progress
	name  string
	total int64
	steps atomic.Int64

	// The rest is guarded by p.mu.
	state itemState
	phase string
	hv    float64
	front int
	known bool // hv and front are
}

// newProgress shows progress on w, nil for nowhere.
func newProgress(w io.Writer, mode string, quiet bool) *progress {
	p := &progress{w: w, mode: mode, quiet: quiet, now: time.Now, width: func() int { return 80 }}
	f, isFile := w.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd()))
	if terminal {
		p.width = func() int {
			if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
				return width
			}
			return 80
		}
	}
	if mode == ProgressAuto || mode == "" {
		p.mode = ProgressLines
		if terminal && os.Getenv("TERM") != "dumb" {
			p.mode = ProgressBar
		}
	}
	if quiet {
		p.mode = ProgressOff
	}
	if w == nil {
		p.w, p.mode = io.Discard, ProgressOff
	}
	return p
}

// add registers an item before the display starts.
func (p *progress) add(name string, steps int) *itemProgress {
	i := &itemProgress{p: p, name: name, total: int64(steps)}
	p.mu.Lock()
	p.items = append(p.items, i)
	p.mu.Unlock()
	return i
}

// start begins to show; stop ends it and takes the bar off the screen.
func (p *progress) start() {
	p.begun = p.now()
	p.lastTick, p.lastLine = p.begun, p.begun
	p.quit, p.done = make(chan struct{}), make(chan struct{})
	quit, done := p.quit, p.done
	go func() {
		defer close(done)
		tick := time.NewTicker(redraw)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				p.tick()
			}
		}
	}()
}

func (p *progress) stop() {
	close(p.quit)
	<-p.done
	p.mu.Lock()
	defer p.mu.Unlock()
	p.quit = nil
	p.erase()
}

// tick updates the rate and the display.
func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	steps := p.steps()
	if dt := now.Sub(p.lastTick).Seconds(); dt > 0 {
		a := 1 - math.Exp(-dt/rateWindow.Seconds())
		p.rate += a * (float64(steps-p.before)/dt - p.rate)
		p.weight += a * (1 - p.weight)
		p.lastTick, p.before = now, steps
	}
	switch p.mode {
	case ProgressBar:
		p.draw()
	case ProgressLines:
		every := lineEvery
		if now.Sub(p.begun) < lineEvery {
			every /= 6
		}
		if now.Sub(p.lastLine) >= every {
			p.lastLine = now
			p.print(p.statusLine())
		}
	}
}

// steps counts what this call trained and what it found done.
func (p *progress) steps() int64 {
	n := int64(0)
	for _, i := range p.items {
		n += i.steps.Load()
	}
	return n
}

// say prints a line, above the bar if there is one.
func (p *progress) say(format string, a ...any) {
	if p.quiet {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print(fmt.Sprintf(format, a...))
}

// print writes a line; p.mu is held.
func (p *progress) print(line string) {
	line = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return ' '
		}
		return r
	}, line)
	p.erase()
	fmt.Fprintln(p.w, line)
	if p.mode == ProgressBar && p.quit != nil {
		p.draw()
	}
}

// begin announces that the item runs, from the given number of steps on.
func (i *itemProgress) begin(steps int) {
	i.steps.Store(int64(steps))
	i.p.mu.Lock()
	defer i.p.mu.Unlock()
	i.p.before += int64(steps) // what was done before is no speed
	i.state = running
	if i.p.mode == ProgressLines {
		from := ""
		if steps > 0 {
			from = fmt.Sprintf(", continued at %s", siSteps(int64(steps)))
		}
		i.p.print(fmt.Sprintf("start %s: %s steps%s", i.name, siSteps(i.total), from))
	}
}

// recorded shows what an evaluation found.
func (i *itemProgress) recorded(phase string, hv float64, front int) {
	i.p.mu.Lock()
	defer i.p.mu.Unlock()
	i.phase, i.hv, i.front, i.known = phase, hv, front, true
}

// enter shows a phase without evaluation.
func (i *itemProgress) enter(phase string) {
	i.p.mu.Lock()
	defer i.p.mu.Unlock()
	i.phase = phase
}

// end announces how the item ended: result says it in a few words.
func (i *itemProgress) end(s itemState, result string) {
	i.p.mu.Lock()
	defer i.p.mu.Unlock()
	i.state = s
	if s == finished {
		i.p.before += i.total - i.steps.Load()
		i.steps.Store(i.total)
	}
	words := map[itemState]string{finished: "done", failed: "failed", stopped: "stopped"}
	if s == failed || i.p.mode != ProgressOff {
		i.p.print(fmt.Sprintf("%s %s: %s", words[s], i.name, result))
	}
}

// counts is the number of items in each state.
func (p *progress) counts() (n [stopped + 1]int) {
	for _, i := range p.items {
		n[i.state]++
	}
	return n
}

// summary is how many items are done, running, failed and left.
func (p *progress) summary() string {
	n := p.counts()
	s := fmt.Sprintf("%d of %d done, %d running", n[finished], len(p.items), n[running])
	if n[failed] > 0 {
		s += fmt.Sprintf(", %d failed", n[failed])
	}
	if n[waiting] > 0 {
		s += fmt.Sprintf(", %d left", n[waiting])
	}
	return s
}

// fields are steps, rate and time left, from the most to the least important.
func (p *progress) fields() []string {
	steps, total := p.steps(), int64(0)
	left := int64(0) // of items that did not fail
	for _, i := range p.items {
		total += i.total
		if i.state == waiting || i.state == running {
			left += max(0, i.total-i.steps.Load())
		}
	}
	rate := 0.0
	if p.weight > 0 {
		rate = p.rate / p.weight
	}
	f := []string{siSteps(steps) + "/" + siSteps(total) + " steps", siSteps(int64(rate)) + " steps/s"}
	if len(p.items) == 1 && p.items[0].known {
		f = append(f, "HV "+shortFloat(p.items[0].hv), fmt.Sprintf("front %d", p.items[0].front))
	}
	eta := "--:--"
	if p.now().Sub(p.begun) >= etaAfter && rate > 0 {
		eta = clockTime(time.Duration(float64(left) / rate * float64(time.Second)))
	}
	return append(f, "ETA "+eta)
}

// statusLine is the regular line without a terminal.
func (p *progress) statusLine() string {
	parts := []string{p.summary()}
	parts = append(parts, p.fields()...)
	line := strings.Join(parts, ", ")
	if len(p.items) > 1 {
		for _, i := range p.items {
			if i.state == running && i.known {
				line += fmt.Sprintf("; %s [%s] HV %s, front %d", i.name, i.phase, shortFloat(i.hv), i.front)
			}
		}
	}
	return line
}

// draw rewrites the bar and the table below it.
func (p *progress) draw() {
	width := max(20, p.width()-1)
	lines := append([]string{p.bar(width)}, p.table(width)...)
	var b strings.Builder
	if p.drawn > 0 {
		b.WriteByte('\r')
		if p.drawn > 1 {
			fmt.Fprintf(&b, "\x1b[%dA", p.drawn-1)
		}
	}
	for k, l := range lines {
		if k > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l + "\x1b[K")
	}
	b.WriteString("\x1b[J")
	io.WriteString(p.w, b.String())
	p.drawn = len(lines)
}

// erase takes bar and table off the screen.
func (p *progress) erase() {
	if p.drawn == 0 {
		return
	}
	s := "\r"
	if p.drawn > 1 {
		s += fmt.Sprintf("\x1b[%dA", p.drawn-1)
	}
	io.WriteString(p.w, s+"\x1b[J")
	p.drawn = 0
}

// bar is the first line: what runs, how far it is, and as many fields as fit.
func (p *progress) bar(width int) string {
	what := p.summary()
	if len(p.items) == 1 {
		what = p.items[0].name
		if ph := p.items[0].phase; ph != "" {
			what += " [" + ph + "]"
		}
	}
	total := int64(0)
	for _, i := range p.items {
		total += i.total
	}
	bar := progressbar.NewOptions64(max(1, total), progressbar.OptionSetWriter(io.Discard), progressbar.OptionSetWidth(20),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "#", SaucerPadding: ".", BarStart: "|", BarEnd: "|"}))
	bar.Set64(min(p.steps(), max(1, total)))
	middle := strings.Trim(bar.String(), "\r ")
	fields := p.fields()
	for {
		line := what + " " + middle + " " + strings.Join(fields, ", ")
		if what == "" {
			line = line[1:]
		}
		switch {
		case utf8.RuneCountInString(line) <= width:
			return line
		case what != "" && len(p.items) == 1 && utf8.RuneCountInString(line)-utf8.RuneCountInString(what) > width/2:
			what = ""
		case len(fields) > 1:
			fields = fields[:len(fields)-1]
		default:
			return clip(line, width)
		}
	}
}

// table has one line per running item, if there are several items.
func (p *progress) table(width int) []string {
	const most = 16
	if len(p.items) == 1 {
		return nil
	}
	var lines []string
	more, name, phase := 0, 0, 0
	for _, i := range p.items {
		if i.state == running {
			name, phase = max(name, utf8.RuneCountInString(i.name)), max(phase, utf8.RuneCountInString(i.phase))
		}
	}
	for _, i := range p.items {
		if i.state != running {
			continue
		}
		if len(lines) == most {
			more++
			continue
		}
		steps := i.steps.Load()
		l := fmt.Sprintf("  %-*s  %-*s  %3d%%  %s/%s", name, i.name, phase, i.phase, 100*min(steps, i.total)/max(1, i.total), siSteps(steps), siSteps(i.total))
		if i.known {
			l += fmt.Sprintf("  HV %s  front %d", shortFloat(i.hv), i.front)
		}
		lines = append(lines, clip(l, width))
	}
	if more > 0 {
		lines = append(lines, clip(fmt.Sprintf("  and %d more", more), width))
	}
	return lines
}

func clip(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:width])
}

// siSteps writes a count in three digits: 950, 41.2k, 2.48M.
func siSteps(n int64) string {
	x, unit := float64(n), ""
	for _, u := range []string{"k", "M", "G", "T"} {
		if math.Abs(x) < 999.5 {
			break
		}
		x, unit = x/1000, u
	}
	digits := 0
	switch a := math.Abs(x); {
	case unit == "":
	case a < 9.995:
		digits = 2
	case a < 99.95:
		digits = 1
	}
	return strconv.FormatFloat(x, 'f', digits, 64) + unit
}

// shortFloat writes a number in up to six digits.
func shortFloat(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// clockTime writes mm:ss, or hh:mm:ss from an hour on.
func clockTime(d time.Duration) string {
	s := int(math.Ceil(d.Seconds()))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}
