package explorer

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Options say what is served, and to whom.
type Options struct {
	Dirs  []string // folders that hold runs, or are runs
	Token string   // that the printed URL holds; "" asks for none
	Hosts []string // names besides localhost that may stand in the URL
	// State is the folder that sessions of questions are saved below; "" saves none.
	State   string
	Version string // of the program
	Log     *log.Logger
}

// Server is the explorer of some folders of runs. It reads them and never writes into them.
type Server struct {
	options  Options
	roots    []*root
	index    *index
	rollouts chan struct{} // one element for each that is under way
	computes chan struct{}
	sittings *sittings
	streams  chan struct{} // likewise
	// Of event streams; tests set others.
	pollEvery, commentEvery time.Duration
	headerTime              time.Duration // within which a request has to be complete up to its body
	bodyTime                time.Duration // within which it has to be complete
	idleTime                time.Duration // that a connection may stay without a request
	queueTime               time.Duration // that a computation may wait for its turn
	rolloutTime             time.Duration // that a policy may act
	streamTime              time.Duration // that a client of a stream may take to accept an event
	api                     *http.ServeMux
	guard                   guard
}

// Limits of what one request may cost.
const (
	maxMetricRows  = 5000
	maxFrontPoints = 20_000
	maxRunsAtOnce  = 200
	maxRollouts    = 2
	maxComputes    = 4
	maxStreams     = 20
	maxStreamRuns  = 50
	computeTime    = 30 * time.Second
	headerTime     = 5 * time.Second
	bodyTime       = 30 * time.Second
	idleTime       = 60 * time.Second
	queueTime      = 10 * time.Second
)

// New opens the folders. The error names one that cannot be opened.
func New(o Options) (*Server, error) {
	s := &Server{
		options: o, rollouts: make(chan struct{}, maxRollouts), computes: make(chan struct{}, maxComputes), sittings: newSittings(o.State),
		streams: make(chan struct{}, maxStreams), pollEvery: pollEvery, commentEvery: commentEvery,
		headerTime: headerTime, bodyTime: bodyTime, idleTime: idleTime, queueTime: queueTime, rolloutTime: rolloutTime, streamTime: streamTime,
	}
	labels := map[string]bool{}
	for _, dir := range o.Dirs {
		r, err := openRoot(dir)
		if err != nil {
			s.Close()
			return nil, err
		}
		for label, n := r.label, 2; labels[r.label]; n++ {
			r.label = fmt.Sprintf("%s-%d", label, n)
		}
		labels[r.label] = true
		s.roots = append(s.roots, r)
	}
	s.index = newIndex(s.roots)
	s.api = s.routes()
	s.guard = guard{next: s.api, token: o.Token, now: time.Now}
	for _, h := range o.Hosts {
		s.guard.hosts = append(s.guard.hosts, strings.ToLower(h))
	}
	return s, nil
}

// Close closes the folders.
func (s *Server) Close() {
	for _, r := range s.roots {
		r.Close()
	}
}

// routes are the resources of the interface and the page.
func (s *Server) routes() *http.ServeMux {
	m := http.NewServeMux()
	const v1 = "/api/v1"
	for route, h := range map[string]handler{
		"GET /meta":                              s.meta,
		"GET /help":                              s.help,
		"GET /runs":                              s.listRuns,
		"GET /runs/{id}":                         s.showRun,
		"GET /runs/{id}/config":                  s.showConfig,
		"GET /runs/{id}/log":                     s.showLog,
		"GET /runs/{id}/metrics":                 s.showMetrics,
		"GET /runs/{id}/front":                   s.showFront,
		"GET /runs/{id}/policies/{pid}":          s.showPolicy,
		"POST /runs/{id}/policies/{pid}/rollout": s.rollout,
		"POST /best":                             computing(s, s.best),
		"POST /best/map":                         computing(s, s.bestMap),
		"POST /knees":                            computing(s, s.knees),
		"POST /tradeoff":                         computing(s, s.tradeoff),
		"POST /indicators":                       computing(s, s.measureSets),
		"POST /elicitation":                      s.beginElicitation,
		"GET /elicitation":                       s.listElicitations,
		"GET /elicitation/{id}":                  s.showElicitation,
		"DELETE /elicitation/{id}":               s.deleteElicitation,
		"POST /elicitation/{id}/answer":          s.answerElicitation,
		"POST /elicitation/{id}/aspiration":      s.aspire,
		"POST /elicitation/{id}/undo":            s.undoElicitation,
		"POST /export":                           s.export,
		"GET /runs/{id}/lineage":                 s.lineage,
		"GET /runs/{id}/archive":                 s.behaviours,
		"GET /events":                            s.events,
		"POST /compare":                          computing(s, s.compare),
	} {
		method, path, _ := strings.Cut(route, " ")
		m.Handle(method+" "+v1+path, h)
	}
	m.Handle("/api/", handler(func(_ http.ResponseWriter, r *http.Request) (any, error) {
		return nil, notFound("the help lists all routes", "there is no route %s %s", r.Method, r.URL.Path)
	}))
	m.Handle("/", handler(servePage))
	return m
}

// ServeHTTP implements http.Handler for one listener whose port is that of [Server.Serve].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.guard.ServeHTTP(w, r) }

// Serve answers requests on all listeners, which have the same port, until the context ends. Certificate and key
// are files; without them it speaks HTTP.
func (s *Server) Serve(ctx context.Context, listeners []net.Listener, certificate, key string) error {
	_, port, err := net.SplitHostPort(listeners[0].Addr().String())
	if err != nil {
		return err
	}
	s.guard.port, s.guard.secure = port, certificate != ""
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.headerTime,
		ReadTimeout:       s.bodyTime,
		WriteTimeout:      60 * time.Second, // of an answer; streams set their own
		IdleTimeout:       s.idleTime,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          s.options.Log,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	failed := make(chan error, len(listeners))
	var serving sync.WaitGroup
	for _, l := range listeners {
		serving.Go(func() {
			if certificate != "" {
				err := server.ServeTLS(l, certificate, key)
				failed <- err
				return
			}
			failed <- server.Serve(l)
		})
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	// Streams end with the context; whatever else is under way gets a moment.
	end, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if server.Shutdown(end) != nil {
		server.Close()
	}
	serving.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// root is a folder that is served.
type root struct {
	*os.Root
	label string
	shown string // as the user gave it
	alone string // name of the run that the folder is; "" if it holds runs
}

func openRoot(dir string) (*root, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	opened, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	r := &root{Root: opened, label: filepath.Base(absolute), shown: filepath.Clean(dir)}
	if info, err := opened.Lstat("run.json"); err == nil && info.Mode().IsRegular() {
		r.alone = r.label
	}
	return r, nil
}
