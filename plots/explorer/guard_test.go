package explorer

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSecurity tries to get in from other sites, with other names, without the token, with the wrong type.
func TestSecurity(t *testing.T) {
	c := serve(t, func(o *Options, _ *Server) { o.Hosts = []string{"lab.example.org"} }, t.TempDir())
	port := c.base[strings.LastIndex(c.base, ":"):]
	const post = `{"runs":["0"]}`
	for _, x := range []struct {
		name         string
		method, path string
		body         string
		header       []string
		status       int
		code         string
	}{
		{"the page itself", "GET", "/", "", nil, 200, ""},
		{"our own name", "GET", "/api/v1/meta", "", []string{"Host", "localhost" + port}, 200, ""},
		{"IPv6 name", "GET", "/api/v1/meta", "", []string{"Host", "[::1]" + port}, 200, ""},
		{"a name of --host", "GET", "/api/v1/meta", "", []string{"Host", "LAB.example.org" + port}, 200, ""},
		{"rebound name", "GET", "/api/v1/meta", "", []string{"Host", "evil.example" + port}, 421, "wrong_host"},
		{"rebound name, page", "GET", "/", "", []string{"Host", "evil.example" + port}, 421, "wrong_host"},
		{"prefix of our name", "GET", "/", "", []string{"Host", "127.0.0.1.evil.example" + port}, 421, "wrong_host"},
		{"another port", "GET", "/", "", []string{"Host", "127.0.0.1:1"}, 421, "wrong_host"},
		{"no port", "GET", "/", "", []string{"Host", "127.0.0.1"}, 421, "wrong_host"},
		{"unspecified address", "GET", "/", "", []string{"Host", "0.0.0.0" + port}, 421, "wrong_host"},
		{"no cookie", "GET", "/api/v1/runs", "", []string{"Cookie", ""}, 401, "no_token"},
		{"no cookie, page", "GET", "/", "", []string{"Cookie", ""}, 401, "no_token"},
		{"cookie of another port", "GET", "/", "", []string{"Cookie", "paretolab_explorer_1=secret-of-the-test"}, 401, "no_token"},
		{"guessed cookie", "GET", "/", "", []string{"Cookie", c.cookie + "x"}, 401, "no_token"},
		{"guessed token", "GET", "/?token=secret", "", []string{"Cookie", ""}, 401, "no_token"},
		{"token of the URL", "GET", "/?token=secret-of-the-test&view=1", "", []string{"Cookie", ""}, 303, ""},
		{"token for the interface", "GET", "/api/v1/meta?token=secret-of-the-test", "", []string{"Cookie", ""}, 200, ""},
		{"foreign origin", "POST", "/api/v1/knees", post, []string{"Origin", "http://evil.example"}, 403, "forbidden"},
		{"null origin", "POST", "/api/v1/knees", post, []string{"Origin", "null"}, 403, "forbidden"},
		{"origin of another port", "POST", "/api/v1/knees", post, []string{"Origin", "http://127.0.0.1:1"}, 403, "forbidden"},
		{"origin by TLS", "POST", "/api/v1/knees", post, []string{"Origin", "https" + c.base[4:]}, 403, "forbidden"},
		{"our origin", "POST", "/api/v1/knees", post, []string{"Origin", c.base}, 404, "not_found"},
		{"cross-site fetch", "POST", "/api/v1/knees", post, []string{"Sec-Fetch-Site", "cross-site"}, 403, "forbidden"},
		{"same-site fetch", "POST", "/api/v1/knees", post, []string{"Sec-Fetch-Site", "same-site"}, 403, "forbidden"},
		{"cross-site delete", "DELETE", "/api/v1/elicitation/0123456789ab", "", []string{"Sec-Fetch-Site", "cross-site"}, 403, "forbidden"},
		{"form", "POST", "/api/v1/knees", post, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "media_type"},
		{"text", "POST", "/api/v1/knees", post, []string{"Content-Type", "text/plain"}, 415, "media_type"},
		{"no type", "DELETE", "/api/v1/elicitation/0123456789ab", "", []string{"Content-Type", ""}, 415, "media_type"},
		{"preflight", "OPTIONS", "/api/v1/knees", "", []string{"Origin", "http://evil.example"}, 405, "method"},
		{"put", "PUT", "/api/v1/runs", "", nil, 405, "method"},
		{"huge body", "POST", "/api/v1/knees", `{"runs":["` + strings.Repeat("x", maxBodyBytes) + `"]}`, nil, 413, "too_large"},
		{"dots", "GET", "/api/v1/runs/..%2f..%2fetc%2fpasswd/config", "", nil, 404, "not_found"},
		{"dots in a file", "GET", "/static/..%2f..%2fgo.mod", "", nil, 404, "not_found"},
		{"NUL", "GET", "/api/v1/runs/a%00b/front", "", nil, 404, "not_found"},
		{"dots in a session", "GET", "/api/v1/elicitation/..%2f..%2fx", "", nil, 404, "not_found"},
		{"unknown route", "GET", "/api/v1/files", "", nil, 404, "not_found"},
	} {
		response, err := noRedirects.Do(c.request(x.method, x.path, x.body, x.header...))
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		text := make([]byte, 1000)
		n, _ := response.Body.Read(text)
		response.Body.Close()
		if response.StatusCode != x.status || x.code != "" && !strings.Contains(string(text[:n]), `"code":"`+x.code+`"`) {
			t.Errorf("%s: %d %s, want %d %s", x.name, response.StatusCode, text[:n], x.status, x.code)
		}
		for name, want := range securityHeaders {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", x.name, name, got)
			}
		}
		for name := range response.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: answers with %s", x.name, name)
			}
		}
		if x.status == 303 {
			cookie := response.Header.Get("Set-Cookie")
			for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
				if !strings.Contains(cookie, want) {
					t.Errorf("the cookie %q is not %s", cookie, want)
				}
			}
			if to := response.Header.Get("Location"); to != "/?view=1" {
				t.Errorf("the token leads to %q", to)
			}
		}
	}
}

// TestRedirectStaysHere: no path makes the redirect lead to another site.
func TestRedirectStaysHere(t *testing.T) {
	c := serve(t, nil, t.TempDir())
	for _, path := range []string{"//evil.example/", "/%5cevil.example", "/%2f%2fevil.example", "/\\evil.example"} {
		r := c.request("GET", "/", "")
		r.URL.Opaque = path + "?token=secret-of-the-test"
		response, err := noRedirects.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if to := response.Header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || strings.Contains(to, "://") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
}

// TestGuessing: ten wrong tokens a minute are answered, more are not looked at; who is in stays in.
func TestGuessing(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.guard.now = func() time.Time { return now }
		}
	}, t.TempDir())
	try := func(token string) int {
		status, _ := c.do("GET", "/?token="+token, "", "Cookie", "")
		return status
	}
	for i := range wrongTries {
		if status := try(fmt.Sprint("guess", i)); status != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d", i, status)
		}
	}
	if status := try("one-more"); status != http.StatusTooManyRequests {
		t.Errorf("guess %d: %d", wrongTries, status)
	}
	if status := try("secret-of-the-test"); status != http.StatusTooManyRequests {
		t.Errorf("the token itself, after guessing: %d", status)
	}
	if status, _ := c.do("GET", "/api/v1/meta", ""); status != http.StatusOK {
		t.Errorf("who had the cookie was locked out: %d", status)
	}
	now = now.Add(triesForget)
	if status := try("secret-of-the-test"); status != http.StatusSeeOther {
		t.Errorf("a minute later: %d", status)
	}
}

// TestToken: tokens have 128 bits and differ.
func TestToken(t *testing.T) {
	a, b := NewToken(), NewToken()
	if a == b || len(a) != 22 {
		t.Errorf("tokens %q and %q", a, b)
	}
}

// TestWhereToListen: other machines are let in only with a token, and by TLS or against better advice.
func TestWhereToListen(t *testing.T) {
	for _, x := range []struct {
		name string
		a    Address
		want string // part of the error; "": none
	}{
		{"default", Address{Token: true}, ""},
		{"default without token", Address{}, ""},
		{"loopback", Address{Addr: "127.0.0.1:0"}, ""},
		{"everybody", Address{Addr: "0.0.0.0:0", Token: true}, "--insecure-http"},
		{"everybody, no host", Address{Addr: ":0", Token: true}, "--insecure-http"},
		{"everybody without token", Address{Addr: "0.0.0.0:0", InsecureHTTP: true}, "--no-token"},
		{"against advice", Address{Addr: "0.0.0.0:0", Token: true, InsecureHTTP: true}, ""},
		{"half of TLS", Address{Token: true, Certificate: "x"}, "go together"},
		{"no certificate", Address{Token: true, Certificate: "x", Key: "y"}, "--tls-cert x"},
		{"no port", Address{Addr: "127.0.0.1", Token: true}, "HOST:PORT"},
		{"bad port", Address{Addr: "127.0.0.1:99999", Token: true}, "65535"},
	} {
		warned := false
		x.a.Warn = func(string) { warned = true }
		listeners, err := x.a.Listen()
		for _, l := range listeners {
			l.Close()
		}
		if (x.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", x.name, err, x.want)
		}
		if warned != (x.name == "against advice") {
			t.Errorf("%s: warned %v", x.name, warned)
		}
	}
}
