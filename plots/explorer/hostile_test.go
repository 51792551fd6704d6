package explorer

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dial opens a connection of its own to the server.
func (c *client) dial() net.Conn {
	c.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	return conn
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for late := time.Now().Add(30 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal(what)
		}
	}
}

// TestUnfinishedHeaders: a hundred clients that never end their header are dropped when its time is over, and keep nobody out.
func TestUnfinishedHeaders(t *testing.T) {
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.headerTime = 300 * time.Millisecond
		}
	}, t.TempDir())
	var slow []net.Conn
	for range 100 {
		conn := c.dial()
		fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
		slow = append(slow, conn)
	}
	if status, _ := c.do("GET", "/api/v1/meta", ""); status != http.StatusOK {
		t.Errorf("beside a hundred slow clients: %d", status)
	}
	for i, conn := range slow {
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		if b, err := io.ReadAll(conn); err != nil || strings.Contains(string(b), " 200 ") {
			t.Errorf("client %d got %q, %v; want the end of the connection", i, b, err)
		}
	}
}

// TestTricklingBodies: clients that send a body byte by byte, or only a part of it, are dropped when its time is over.
func TestTricklingBodies(t *testing.T) {
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.bodyTime = 300 * time.Millisecond
		}
	}, t.TempDir())
	var slow []net.Conn
	for range 20 {
		conn := c.dial()
		fmt.Fprintf(conn, "POST /api/v1/knees HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
			strings.TrimPrefix(c.base, "http://"), c.cookie)
		slow = append(slow, conn)
	}
	go func() { // until the server has closed it
		for {
			if _, err := fmt.Fprint(slow[0], " "); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	if status, _ := c.do("GET", "/api/v1/meta", ""); status != http.StatusOK {
		t.Errorf("beside slow clients: %d", status)
	}
	begun := time.Now()
	for i, conn := range slow {
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		b, err := io.ReadAll(conn)
		if ne, ok := err.(net.Error); ok && ne.Timeout() || strings.Contains(string(b), " 200 ") {
			t.Errorf("client %d got %q, %v; want the end of the connection", i, b, err)
		}
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("they were dropped after %v", took)
	}
}

// TestIdleConnections: a connection without a further request is closed.
func TestIdleConnections(t *testing.T) {
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.idleTime = 200 * time.Millisecond
		}
	}, t.TempDir())
	conn := c.dial()
	fmt.Fprintf(conn, "GET /api/v1/meta HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", strings.TrimPrefix(c.base, "http://"), c.cookie)
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if b, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 200 ") {
		t.Errorf("%q, %v; want an answer and then the end of the connection", b, err)
	}
}

// TestRolloutsEnd: a policy stops acting when its time is over, which its last line says; clients that ask and leave
// do not keep their places.
func TestRolloutsEnd(t *testing.T) {
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.rolloutTime = time.Nanosecond
		}
	}, trainedRuns(t))
	id := c.runs()[smallRun]
	var f frontAnswer
	c.json("/runs/"+id+"/front", "", &f)
	path := "/api/v1/runs/" + id + "/policies/" + f.Policies[0] + "/rollout"
	status, text := c.do("POST", path, "{}")
	if status != http.StatusOK || !strings.Contains(text, `"time"`) {
		t.Errorf("a rollout without time: %d %s", status, text)
	}
	c = serve(t, nil, trainedRuns(t))
	for range 20 {
		conn := c.dial()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
			path, strings.TrimPrefix(c.base, "http://"), c.cookie)
		conn.Close()
	}
	eventually(t, "clients that left keep their places", func() bool {
		status, _ := c.do("POST", path, "{}")
		return status == http.StatusOK && len(c.server.rollouts) == 0
	})
}

// TestHugeHeader: a header of more than 16 KiB is refused.
func TestHugeHeader(t *testing.T) {
	c := serve(t, nil, t.TempDir())
	if status, _ := c.do("GET", "/api/v1/meta", "", "X-Huge", strings.Repeat("x", 64<<10)); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 64 KiB: %d", status)
	}
}

// TestStalledReader: a client of a stream that reads nothing is dropped once the buffers between are full, and its place is free.
func TestStalledReader(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 9, n: 3, evals: 5000})
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.streamTime, s.pollEvery = 100*time.Millisecond, time.Millisecond
		}
	}, dir)
	id := c.runs()["a"]
	conn := c.dial().(*net.TCPConn)
	_ = conn.SetReadBuffer(4096)
	fmt.Fprintf(conn, "GET /api/v1/events?runs=%s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", id, strings.TrimPrefix(c.base, "http://"), c.cookie)
	eventually(t, "the stream did not begin", func() bool { return len(c.server.streams) == 1 })
	path := filepath.Join(dir, "a", "metrics.csv")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head := whole[:strings.IndexByte(string(whole), '\n')+1]
	eventually(t, "a client that reads nothing keeps its place", func() bool {
		for _, b := range [][]byte{head, whole} { // all rows are new again
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Millisecond)
		}
		return len(c.server.streams) == 0
	})
}

// TestTwentyStreams: twenty clients are served at once, the next is refused, and one that leaves makes room.
func TestTwentyStreams(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 3, evals: 3})
	c := serve(t, nil, dir)
	path := "/api/v1/events?runs=" + c.runs()["a"]
	var leave context.CancelFunc
	for range maxStreams {
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		leave = cancel
		response, err := http.DefaultClient.Do(c.request("GET", path, "").WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		if line, err := bufio.NewReader(response.Body).ReadString('\n'); response.StatusCode != http.StatusOK || err != nil {
			t.Fatalf("%d %q %v", response.StatusCode, line, err)
		}
	}
	if status, text := c.do("GET", path, ""); status != http.StatusServiceUnavailable || !strings.Contains(text, "20 streams") {
		t.Errorf("stream 21: %d %s", status, text)
	}
	leave()
	eventually(t, "a client left, and its place is not free", func() bool { return len(c.server.streams) < maxStreams })
}

// TestExpensiveRequestsEnd: four are computed at once, the next is told to wait, and what nobody waits for any more is given up.
func TestExpensiveRequestsEnd(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 9, n: 3000, evals: 2, complete: true})
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.queueTime = 10 * time.Millisecond
		}
	}, dir)
	body := `{"sets":[{"runs":["` + c.runs()["a"] + `"]}],"reference":[0,0,0,0,0,0,0,0,0],"names":["hypervolume"]}`
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	for range maxComputes {
		go func() {
			if response, err := http.DefaultClient.Do(c.request("POST", "/api/v1/indicators", body).WithContext(ctx)); err == nil {
				response.Body.Close()
			}
		}()
	}
	eventually(t, "the requests did not begin", func() bool { return len(c.server.computes) == maxComputes })
	if status, text := c.do("POST", "/api/v1/indicators", body); status != http.StatusTooManyRequests {
		t.Errorf("a fifth: %d %s", status, text)
	}
	leave()
	from := time.Now()
	eventually(t, "what nobody waits for is still computed", func() bool { return len(c.server.computes) == 0 })
	if took := time.Since(from); took > computeTime/2 {
		t.Errorf("giving up took %v", took)
	}
}

// TestTLS: with a certificate the page is served by TLS only, its cookie is for TLS only, and pages without TLS are foreign.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	certificate, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	roots := selfSigned(t, certificate, key)
	s, err := New(Options{Dirs: []string{t.TempDir()}, Token: "secret-of-the-test", State: t.TempDir(), Log: log.New(io.Discard, "", 0)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	listeners, err := (&Address{Addr: "127.0.0.1:0", Token: true, Certificate: certificate, Key: key}).Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listeners, certificate, key) }()
	address := listeners[0].Addr().String()
	secure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}, CheckRedirect: noRedirects.CheckRedirect}
	response, err := secure.Get("https://" + address + "/?token=secret-of-the-test")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	cookie := response.Header.Get("Set-Cookie")
	if response.StatusCode != http.StatusSeeOther || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("%d, cookie %q", response.StatusCode, cookie)
	}
	for origin, want := range map[string]int{"https://" + address: http.StatusNotFound, "http://" + address: http.StatusForbidden} {
		r, _ := http.NewRequest("POST", "https://"+address+"/api/v1/knees", strings.NewReader(`{"runs":["0"]}`))
		r.Header.Set("Cookie", strings.Split(cookie, ";")[0])
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", origin)
		response, err := secure.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("from %s: %d, want %d", origin, response.StatusCode, want)
		}
	}
	if response, err := http.Get("http://" + address + "/?token=secret-of-the-test"); err == nil {
		response.Body.Close()
		if response.StatusCode != http.StatusBadRequest || response.Header.Get("Set-Cookie") != "" {
			t.Errorf("without TLS: %d, cookie %q", response.StatusCode, response.Header.Get("Set-Cookie"))
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// selfSigned writes a certificate for 127.0.0.1 and its key, and returns who trusts it.
func selfSigned(t *testing.T, certificate, key string) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: encoded}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool
}

// TestEnormousFiles: files beyond the limit are not read, however little of the disk they take.
func TestEnormousFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"metrics.csv", "archive.csv", "config.yaml", "run.json"} {
		path := filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name)))
		makeRun(t, path, made{m: 2, n: 3, evals: 3, complete: true})
		f, err := os.OpenFile(filepath.Join(path, name), os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Truncate(1 << 34); err != nil {
			t.Skip("no sparse files here: ", err)
		}
		f.Close()
	}
	c := serve(t, nil, dir)
	ids := c.runs()
	for run, route := range map[string]string{"metrics": "/metrics", "archive": "/front", "config": "/config", "run": ""} {
		if status, text := c.do("GET", "/api/v1/runs/"+ids[run]+route, ""); status != http.StatusConflict || !strings.Contains(text, "bytes") {
			t.Errorf("%s: %d %.200s", run, status, text)
		}
	}
}
