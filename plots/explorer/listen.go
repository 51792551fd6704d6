package explorer

import (
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
)

// Address says where the explorer listens.
type Address struct {
	Addr             string // host:port; "" is this machine alone, on a free port
	Token            bool   // somebody without the token is refused
	Certificate, Key string // files for TLS
	InsecureHTTP     bool   // allows other machines without TLS
	Warn             func(string)
}

// Listen opens the address, on both loopback addresses unless it names one. The error says what is refused and what to do.
func (a *Address) Listen() ([]net.Listener, error) {
	host, port := "", "0"
	if a.Addr != "" {
		var err error
		if host, port, err = net.SplitHostPort(a.Addr); err != nil {
			return nil, fmt.Errorf("--addr is %q; it is HOST:PORT such as 127.0.0.1:8080", a.Addr)
		}
		if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
			return nil, fmt.Errorf("--addr is %q; its port is a number from 0 to 65535", a.Addr)
		}
	}
	if (a.Certificate == "") != (a.Key == "") {
		return nil, fmt.Errorf("--tls-cert and --tls-key go together")
	}
	if a.Certificate != "" {
		if _, err := tls.LoadX509KeyPair(a.Certificate, a.Key); err != nil {
			return nil, fmt.Errorf("--tls-cert %s, --tls-key %s: %w", a.Certificate, a.Key, err)
		}
	}
	both := a.Addr == "" || host == "localhost"
	if !both && !isLoopback(host) {
		switch {
		case !a.Token:
			return nil, fmt.Errorf("--no-token is for this machine alone, and --addr %s is open to others; leave one of them out", a.Addr)
		case a.Certificate == "" && !a.InsecureHTTP:
			return nil, fmt.Errorf("--addr %s is open to other machines: give --tls-cert and --tls-key, or --insecure-http; better, leave --addr out and forward a port: ssh -L 8080:127.0.0.1:PORT HOST", a.Addr)
		case a.Certificate == "":
			a.Warn("warning: whoever can listen to the network sees the token and everything shown; ssh -L forwards a port safely")
		}
	}
	if !both {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return nil, fmt.Errorf("--addr %s: %w", a.Addr, err)
		}
		return []net.Listener{l}, nil
	}
	return listenLoopback(port)
}

// listenLoopback opens a port of both loopback addresses. Where there is no IPv6, that of IPv4 alone.
func listenLoopback(port string) ([]net.Listener, error) {
	const attempts = 10 // a free port of one address may be taken on the other
	for attempt := 1; ; attempt++ {
		v4, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return nil, err
		}
		_, chosen, err := net.SplitHostPort(v4.Addr().String())
		if err != nil {
			return nil, err
		}
		v6, err := net.Listen("tcp6", net.JoinHostPort("::1", chosen))
		switch {
		case err == nil:
			return []net.Listener{v4, v6}, nil
		case port != "0" || attempt == attempts || !hasIPv6():
			return []net.Listener{v4}, nil
		}
		v4.Close()
	}
}

// hasIPv6 reports whether this machine has the IPv6 loopback address.
func hasIPv6() bool {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	l.Close()
	return true
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
