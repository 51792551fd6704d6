package explorer

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// guard lets only those requests through that come from the page itself, in the browser of somebody who
// has the token.
type guard struct {
	next   http.Handler
	token  string   // "": none is asked for
	hosts  []string // names besides those of this machine
	port   string   // that Host must name
	secure bool     // cookies travel by TLS only

	now   func() time.Time
	mu    sync.Mutex
	tries []time.Time // wrong tokens of the last minute
}

// Limits of guessing.
const (
	wrongTries   = 10
	triesForget  = time.Minute
	maxBodyBytes = 1 << 20
)

// NewToken returns 128 random bits as text.
func NewToken() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// securityHeaders stand on every answer.
var securityHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
		"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
}

// ServeHTTP implements http.Handler.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range securityHeaders {
		w.Header().Set(name, value)
	}
	if err := g.check(w, r); err != nil {
		writeFault(w, err)
		return
	}
	if given := r.URL.Query().Get("token"); given != "" && r.Method == http.MethodGet && !strings.HasPrefix(r.URL.Path, "/api/") {
		g.enter(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
	g.next.ServeHTTP(w, r)
}

// check returns why a request is refused.
func (g *guard) check(w http.ResponseWriter, r *http.Request) error {
	if !g.ours(r.Host) {
		return &fault{http.StatusMisdirectedRequest, "wrong_host", fmt.Sprintf("this server is not %q", r.Host), "open the printed URL; --host NAME allows another name"}
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost, http.MethodDelete:
		if err := g.sameOrigin(r); err != nil {
			return err
		}
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			return &fault{http.StatusUnsupportedMediaType, "media_type", fmt.Sprintf("the Content-Type is %q", r.Header.Get("Content-Type")), "send JSON as application/json"}
		}
	default:
		w.Header().Set("Allow", "GET, HEAD, POST, DELETE")
		return &fault{http.StatusMethodNotAllowed, "method", fmt.Sprintf("nothing here takes %s", r.Method), "use GET, POST or DELETE"}
	}
	return g.admit(r)
}

// ours reports whether a Host header names this server: names that others may point here are not ours.
func (g *guard) ours(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"), g.defaultPort()
	}
	name = strings.ToLower(name)
	return port == g.port && (slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, name) || slices.Contains(g.hosts, name))
}

func (g *guard) defaultPort() string {
	if g.secure {
		return "443"
	}
	return "80"
}

// sameOrigin checks that another site did not send a request.
func (g *guard) sameOrigin(r *http.Request) error {
	foreign := func(what string) error {
		return &fault{http.StatusForbidden, "forbidden", "the request comes from " + what, "only the explorer's own page may send it"}
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		scheme := "http"
		if g.secure {
			scheme = "https"
		}
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != scheme || !strings.EqualFold(u.Host, r.Host) {
			return foreign(fmt.Sprintf("the origin %q", origin))
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return foreign(fmt.Sprintf("a %s page", site))
	}
	return nil
}

// admit checks the token, which the cookie or the URL holds. Who has the cookie is never locked out, so that
// another user of the machine cannot shut the page down by guessing.
func (g *guard) admit(r *http.Request) error {
	if g.token == "" {
		return nil
	}
	given := r.URL.Query().Get("token")
	if c, err := r.Cookie(g.cookie()); err == nil {
		if g.matches(c.Value) {
			return nil
		}
		if given == "" {
			given = c.Value
		}
	}
	const remedy = "open the URL that `paretolab explore` printed, with its token"
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.tries = slices.DeleteFunc(g.tries, func(t time.Time) bool { return now.Sub(t) >= triesForget })
	switch {
	case given == "":
		return &fault{http.StatusUnauthorized, "no_token", "there is no token", remedy}
	case len(g.tries) >= wrongTries:
		return busy("wait a minute, then "+remedy, "%d wrong tokens within a minute", wrongTries)
	case !g.matches(given):
		g.tries = append(g.tries, now)
		return &fault{http.StatusUnauthorized, "no_token", "the token is wrong", remedy}
	}
	return nil
}

// cookie is the name of the cookie; cookies do not tell ports apart, so that it does.
func (g *guard) cookie() string { return "paretolab_explorer_" + g.port }

// matches compares a token in constant time, whatever its length.
func (g *guard) matches(given string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(g.token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// enter turns the token of the printed URL into a cookie and leads to the page without it.
func (g *guard) enter(w http.ResponseWriter, r *http.Request) {
	if g.token != "" {
		http.SetCookie(w, &http.Cookie{Name: g.cookie(), Value: g.token, Path: "/", HttpOnly: true, Secure: g.secure, SameSite: http.SameSiteStrictMode})
	}
	q := r.URL.Query()
	q.Del("token")
	to := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, "/\\"), RawQuery: q.Encode()}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}
