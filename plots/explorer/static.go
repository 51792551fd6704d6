package explorer

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// assets are the page: nothing of it comes from anywhere else.
//
//go:embed static
var assets embed.FS

// mediaTypes are those of the files of the page, whatever the machine says.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8",
}

// tags are the hashes of the files, which do not change while the program runs.
var tags sync.Map

// servePage serves the files of the page. A path that is none and names none leads to the page itself, which finds what is
// meant. Large files are stored compressed, under their name with .gz.
func servePage(w http.ResponseWriter, r *http.Request) (any, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, &fault{http.StatusMethodNotAllowed, "method", "the page is only read", "use GET"}
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	name = strings.TrimPrefix(name, "static/")
	if name == "" || path.Ext(name) == "" {
		name = "index.html"
	}
	kind, ok := mediaTypes[path.Ext(name)]
	if !ok {
		return nil, notFound("", "there is no file %s", r.URL.Path)
	}
	text, err := fs.ReadFile(assets, "static/"+name)
	compressed := false
	if err != nil {
		text, err = fs.ReadFile(assets, "static/"+name+".gz")
		compressed = err == nil
	}
	if err != nil {
		return nil, notFound("", "there is no file %s", r.URL.Path)
	}
	if compressed {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			return nil, &fault{http.StatusNotAcceptable, "media_type", "the file is compressed by gzip", "every browser accepts that"}
		}
		w.Header().Set("Content-Encoding", "gzip")
	}
	tag, ok := tags.Load(name)
	if !ok {
		sum := sha256.Sum256(text)
		tag = hex.EncodeToString(sum[:8])
		tags.Store(name, tag)
	}
	if unchanged(w, r, tag.(string)) {
		return nil, nil
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if r.Method == http.MethodGet {
		bytes.NewReader(text).WriteTo(w)
	}
	return nil, nil
}
