package explorer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// fault is an answer that says what is wrong, for people and for the page.
type fault struct {
	status  int
	code    string
	message string // value and place
	hint    string // remedy
}

func (f *fault) Error() string {
	if f.hint == "" {
		return f.message
	}
	return f.message + "; " + f.hint
}

func badInput(hint, format string, a ...any) *fault {
	return &fault{http.StatusBadRequest, "bad_input", fmt.Sprintf(format, a...), hint}
}

func notFound(hint, format string, a ...any) *fault {
	return &fault{http.StatusNotFound, "not_found", fmt.Sprintf(format, a...), hint}
}

func busy(hint, format string, a ...any) *fault {
	return &fault{http.StatusTooManyRequests, "busy", fmt.Sprintf(format, a...), hint}
}

// asFault translates the errors of the packages below.
func asFault(err error) *fault {
	var f *fault
	var input *pareto.InputError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &tooLarge):
		return &fault{http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("the body has more than %d bytes", tooLarge.Limit), "ask for less at once"}
	case errors.Is(err, context.DeadlineExceeded):
		return &fault{http.StatusServiceUnavailable, "unavailable", fmt.Sprintf("the computation took more than %v", computeTime), "give fewer points, or use the command line"}
	case errors.Is(err, context.Canceled):
		return &fault{http.StatusServiceUnavailable, "unavailable", "the request was cancelled", ""}
	case errors.As(err, &input):
		return badInput(input.Remedy, "%v", strings.TrimSuffix(input.Error(), "; "+input.Remedy))
	case errors.Is(err, experiments.ErrNewerFormat):
		return &fault{http.StatusConflict, "changed", err.Error(), "use a later version of paretolab"}
	case errors.Is(err, experiments.ErrCorrupt):
		return &fault{http.StatusConflict, "changed", err.Error(), "`paretolab doctor DIR` checks a run; reload when it has been repaired"}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, experiments.ErrNoRuns):
		return notFound("reload the list of runs; it may have been removed", "%v", err)
	}
	return &fault{http.StatusInternalServerError, "internal", err.Error(), ""}
}

// writeFault answers with an error.
func writeFault(w http.ResponseWriter, err error) {
	f := asFault(err)
	h := w.Header()
	h.Del("ETag")
	h.Del("Content-Encoding")
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(f.status)
	b, _ := json.Marshal(faultJSON(f)) // texts only
	w.Write(append(b, '\n'))
}

func faultJSON(f *fault) any {
	return map[string]any{"error": map[string]string{"code": f.code, "message": f.message, "hint": f.hint}}
}

// handler is a route: it answers with a value that becomes JSON, or writes the answer itself and returns nil.
type handler func(w http.ResponseWriter, r *http.Request) (any, error)

// ServeHTTP implements http.Handler.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, err := h(w, r)
	switch {
	case err != nil:
		writeFault(w, err)
	case v != nil:
		writeJSON(w, r, http.StatusOK, v)
	}
}

// writeJSON answers with a value; nothing more than its status if the client has it already.
func writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	b, err := encode(v)
	if err != nil {
		writeFault(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)+1))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(append(b, '\n'))
	}
}

// unchanged sets the tag of what is answered from and reports whether the client has that already, which it is then told.
func unchanged(w http.ResponseWriter, r *http.Request, tag string) bool {
	tag = `"` + tag + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Vary", "Accept")
	for _, have := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(have), "W/") == tag {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

// body reads the JSON object in a request. Unknown keys and anything behind it are errors.
func body(w http.ResponseWriter, r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &fault{http.StatusUnsupportedMediaType, "media_type", fmt.Sprintf("the Content-Type is %q", r.Header.Get("Content-Type")), "send JSON as application/json"}
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var kind *json.UnmarshalTypeError
	var tooLarge *http.MaxBytesError
	switch {
	case err == io.EOF:
		return badInput("send a JSON object", "the body is empty")
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &kind):
		return badInput("see /api/v1 in the help", "%s is %s, not %s", fieldName(kind.Field), kind.Value, jsonKind(kind.Type))
	case err != nil:
		return badInput("send one JSON object", "the body: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); err != io.EOF {
		return badInput("send one JSON object", "the body goes on after its object")
	}
	// What is computed now may take longer than a body.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // not every connection has one
	return nil
}

func fieldName(f string) string {
	if f == "" {
		return "the body"
	}
	return f
}

// jsonKind is what a Go type is in JSON.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "an integer"
}

// encode is v as JSON in which numbers that are not finite are the texts "NaN", "+Inf" and "-Inf".
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	var unsupported *json.UnsupportedValueError
	if errors.As(err, &unsupported) {
		b.Reset()
		err = e.Encode(plain(reflect.ValueOf(v)))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// plain is a value without numbers that are not finite, as encoding/json would encode it otherwise.
func plain(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch x := v.Interface().(type) {
	case object:
		out := make(object, len(x))
		for i, m := range x {
			out[i] = member{m.name, plain(reflect.ValueOf(m.value))}
		}
		return out
	case json.Marshaler:
		return x
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		switch x := v.Float(); {
		case math.IsNaN(x):
			return "NaN"
		case math.IsInf(x, 1):
			return "+Inf"
		case math.IsInf(x, -1):
			return "-Inf"
		default:
			return v.Interface()
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Interface()
		}
		fallthrough
	case reflect.Array:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(v.Index(i))
		}
		return list
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		m := make(map[string]any, v.Len())
		for i := v.MapRange(); i.Next(); {
			m[fmt.Sprint(i.Key().Interface())] = plain(i.Value())
		}
		return m
	case reflect.Struct:
		return plainStruct(v)
	}
	return v.Interface()
}

// plainStruct is plain of a struct, its fields in their order.
func plainStruct(v reflect.Value) any {
	var o object
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() && !f.Anonymous, name == "-":
			continue
		case f.Anonymous && name == "":
			inner := reflect.Indirect(v.Field(i))
			if inner.IsValid() && inner.Kind() == reflect.Struct {
				if part, ok := plainStruct(inner).(object); ok {
					o = append(o, part...)
				}
			}
			continue
		case strings.Contains(options, "omitempty") && isEmpty(v.Field(i)):
			continue
		case name == "":
			name = f.Name
		}
		o = append(o, member{name, plain(v.Field(i))})
	}
	return o
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// object is a JSON object whose members have an order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}
