package explorer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How often runs are looked at, comments sent and a client waited for.
const (
	pollEvery    = 500 * time.Millisecond
	commentEvery = 15 * time.Second
	streamTime   = 5 * time.Second // a client that takes longer to accept an event is dropped and comes back
)

// watched is a run of a stream, with how far the client has it.
type watched struct {
	id     string
	rows   int    // of metrics
	fronts int    // of fronts.jsonl
	status string // last sent; "" before the first
	stamp  string
	gone   bool
}

// events streams what changes in runs, as server-sent events, until the client leaves.
func (s *Server) events(w http.ResponseWriter, r *http.Request) (any, error) {
	runs, err := s.watch(r)
	if err != nil {
		return nil, err
	}
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return nil, &fault{http.StatusServiceUnavailable, "unavailable", fmt.Sprintf("%d streams are open", maxStreams), "close other tabs"}
	}
	out := &eventWriter{w: w, control: http.NewResponseController(w), patience: s.streamTime}
	_ = out.control.SetReadDeadline(time.Time{}) // the connection stays
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if err := out.send(": paretolab\nretry: 2000\n\n"); err != nil {
		return nil, nil
	}
	tick, comment := time.NewTicker(s.pollEvery), time.NewTicker(s.commentEvery)
	defer tick.Stop()
	defer comment.Stop()
	for {
		if err := s.sendChanges(r.Context(), out, runs, r.URL.Query().Get("runs") == ""); err != nil {
			return nil, nil
		}
		select {
		case <-r.Context().Done():
			return nil, nil
		case <-comment.C:
			if err := out.send(": still here\n\n"); err != nil {
				return nil, nil
			}
		case <-tick.C:
		}
	}
}

// watch reads which runs a client asks for and what it has of them already.
func (s *Server) watch(r *http.Request) (*[]*watched, error) {
	list := &[]*watched{}
	ids := r.URL.Query().Get("runs")
	if ids != "" {
		for _, id := range strings.Split(ids, ",") {
			if _, err := s.index.find(id); err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(*list, func(x *watched) bool { return x.id == id }) {
				*list = append(*list, &watched{id: id})
			}
		}
		if len(*list) > maxStreamRuns {
			return nil, badInput(fmt.Sprintf("watch at most %d in a stream", maxStreamRuns), "runs has %d entries", len(*list))
		}
	}
	position := r.Header.Get("Last-Event-ID")
	if position == "" {
		position = r.URL.Query().Get("after")
	}
	for _, part := range strings.Split(position, ",") {
		id, rows, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(rows)
		if err != nil || n < 0 {
			continue
		}
		for _, x := range *list {
			if x.id == id {
				x.rows = n
			}
		}
	}
	return list, nil
}

// position is the id of an event: how many rows of every run the client has with it.
func position(runs []*watched) string {
	parts := make([]string, len(runs))
	for i, x := range runs {
		parts[i] = x.id + "=" + strconv.Itoa(x.rows)
	}
	return strings.Join(parts, ",")
}

// sendChanges sends what is new. Where no runs were asked for, that is the status of all.
func (s *Server) sendChanges(ctx context.Context, out *eventWriter, runs *[]*watched, all bool) error {
	if all {
		known := map[string]bool{}
		for _, x := range *runs {
			known[x.id] = true
		}
		first := len(*runs) == 0
		for _, r := range s.index.all() {
			if !known[r.id] {
				x := &watched{id: r.id}
				if first {
					row := r.present()
					x.status = row.Status // the client has the list
				}
				*runs = append(*runs, x)
			}
		}
	}
	for _, x := range *runs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if x.gone {
			continue
		}
		r := s.index.lookUp(x.id)
		if r == nil {
			x.gone = true
			if err := out.event("gone", *runs, all, map[string]string{"run": x.id}); err != nil {
				return err
			}
			continue
		}
		if row := r.present(); row.Status != x.status {
			x.status = row.Status
			if err := out.event("run", *runs, all, map[string]any{"run": row}); err != nil {
				return err
			}
		}
		if stamp := r.files.Stamp("metrics.csv", "fronts.jsonl"); !all && stamp != x.stamp {
			if err := s.sendRows(out, runs, x, r); err != nil {
				return err
			}
			x.stamp = stamp
		}
	}
	return nil
}

// sendRows sends new rows of the metrics of a run and where a new front is.
func (s *Server) sendRows(out *eventWriter, runs *[]*watched, x *watched, r *run) error {
	m, err := s.index.metrics(r)
	if err != nil {
		return nil // what cannot be read shows in the row of the run
	}
	x.rows = min(x.rows, m.rows) // cut back to a checkpoint, or begun anew
	if from := x.rows; m.rows > from {
		rows := m.thin(m.names, from, maxMetricRows)
		x.rows = m.rows
		if err := out.event("metrics", *runs, false, object{{"run", x.id}, {"columns", m.take(m.names, rows)}}); err != nil {
			return err
		}
	}
	f, err := s.index.fronts(r)
	if err != nil {
		return nil
	}
	count, eval, steps := f.last()
	if count != x.fronts && count > 0 {
		x.fronts = count
		return out.event("front", *runs, false, object{{"run", x.id}, {"eval", eval}, {"steps_train", steps}, {"count", count}})
	}
	return nil
}

// eventWriter sends events, each at once.
type eventWriter struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
}

func (o *eventWriter) send(text string) error {
	_ = o.control.SetWriteDeadline(time.Now().Add(o.patience)) // not every connection has one
	if _, err := o.w.Write([]byte(text)); err != nil {
		return err
	}
	return o.control.Flush()
}

// event sends an event whose id lets the client go on after it.
func (o *eventWriter) event(name string, runs []*watched, all bool, data any) error {
	b, err := encode(data)
	if err != nil {
		b, _ = json.Marshal(faultJSON(asFault(err)))
	}
	id := ""
	if !all {
		id = "id: " + position(runs) + "\n"
	}
	return o.send(fmt.Sprintf("event: %s\n%sdata: %s\n\n", name, id, b))
}
