package experiments

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// JSONSchema returns the schema of configurations as JSON Schema 2020-12, by which editors complete
// and check YAML and JSON files. It knows the environments and algorithms of this program; settings of
// algorithms and options of environments are checked by `paretolab config validate`, which knows which
// belongs where.
func JSONSchema() ([]byte, error) {
	s := objectSchema(configType)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "paretolab experiment"
	s["properties"].(schema)[keyInclude] = schema{
		"description": "files whose values lie below those of this one, later ones above earlier ones; paths begin at the folder of this file",
		"anyOf":       []schema{{"type": "string"}, {"type": "array", "items": schema{"type": "string"}}},
	}
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

type schema = map[string]any

// objectSchema describes a mapping with the keys of a struct.
func objectSchema(t reflect.Type) schema {
	properties, required := schema{}, []string{}
	for _, f := range schemaFields(t) {
		properties[f.key] = f.schema()
		if f.required {
			required = append(required, f.key)
		}
	}
	if t == configType { // second paths to a value
		for alias, canon := range configAliases {
			at := properties
			keys := strings.Split(alias, ".")
			for _, key := range keys[:len(keys)-1] {
				at = at[key].(schema)["properties"].(schema)
			}
			inner := configType
			for _, key := range canon[:len(canon)-1] {
				inner = fieldByKey(inner, key).typ
			}
			at[keys[len(keys)-1]] = fieldByKey(inner, canon[len(canon)-1]).schema()
		}
	}
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// schema describes the value of a key.
func (f *schemaField) schema() schema {
	s := typeSchema(f.typ, f.limits)
	if f.short != "" {
		whole := typeSchema(f.typ, f.limits)
		if f.typ.Kind() == reflect.Slice {
			item := whole["items"].(schema)
			s = schema{"type": "array", "items": shortSchema(item, f.short)}
		} else {
			s = shortSchema(whole, f.short)
		}
	}
	s["description"] = f.doc
	if f.def != "" {
		s["default"] = f.def
		if json.Valid([]byte(f.def)) {
			s["default"] = json.RawMessage(f.def)
		}
	}
	return s
}

// shortSchema allows the value of one key in the place of a mapping.
func shortSchema(object schema, key string) schema {
	return schema{"anyOf": []schema{object["properties"].(schema)[key].(schema), object}}
}

func typeSchema(t reflect.Type, l limits) schema {
	switch t {
	case reflect.TypeFor[Seeds]():
		return schema{"anyOf": []schema{
			{"type": "array", "items": schema{"anyOf": []schema{{"type": "integer", "minimum": 0}, {"type": "string", "pattern": `^[0-9_]+\.\.[0-9_]+$`}}}, "minItems": 1},
			{"type": "string"}, {"type": "integer", "minimum": 0},
		}}
	case reflect.TypeFor[Discount]():
		return schema{"anyOf": []schema{{"type": "number", "exclusiveMinimum": 0, "maximum": 1}, {"const": "environment"}}}
	case reflect.TypeFor[Range]():
		ends := schema{"type": "array", "items": schema{"type": "number"}, "minItems": 2, "maxItems": 2}
		return schema{"type": "object", "additionalProperties": false, "properties": schema{
			"uniform": ends, "log": ends, "int": ends, "choice": schema{"type": "array", "minItems": 1},
			"step": schema{"type": "integer", "minimum": 1}, "points": schema{"type": "integer", "minimum": 2},
		}}
	case durationType:
		return schema{"type": "string", "pattern": `^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$`}
	case plainMapType:
		return schema{"type": "object"}
	}
	switch {
	case t.Kind() == reflect.Struct:
		s := objectSchema(t)
		switch t {
		case reflect.TypeFor[EnvironmentChoice]():
			suggest(s, "id", envs.IDs())
		case reflect.TypeFor[AlgorithmChoice]():
			suggest(s, "name", agents.IDs())
		}
		return s
	case t.Kind() == reflect.Slice:
		return schema{"type": "array", "items": typeSchema(t.Elem(), l)}
	case t.Kind() == reflect.Map:
		return schema{"type": "object", "additionalProperties": typeSchema(t.Elem(), l)}
	case t.Kind() == reflect.Bool:
		return schema{"type": "boolean"}
	case t.Kind() == reflect.String:
		s := schema{"type": "string"}
		if l.words != nil {
			s["enum"] = l.words
		}
		return s
	}
	s := schema{"type": "number"}
	if isInteger(t) {
		s["type"] = "integer"
	}
	bound := func(x float64, open bool, closedKey, openKey string) {
		switch {
		case math.IsInf(x, 0):
		case open:
			s[openKey] = x
		default:
			s[closedKey] = x
		}
	}
	bound(l.low, l.lowOpen, "minimum", "exclusiveMinimum")
	bound(l.high, l.highOpen, "maximum", "exclusiveMaximum")
	return s
}

// suggest adds known words to a text that may also be another one, such as the path of a file.
func suggest(object schema, key string, words []string) {
	p := object["properties"].(schema)[key].(schema)
	delete(p, "type")
	p["anyOf"] = []schema{{"enum": slices.Clone(words)}, {"type": "string"}}
}
