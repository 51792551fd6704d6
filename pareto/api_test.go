package pareto

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// parsed returns the files of the package, tests too, by name.
func parsed(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	set, files := token.NewFileSet(), map[string]*ast.File{}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") {
			if files[name], err = parser.ParseFile(set, name, nil, parser.ParseComments); err != nil {
				t.Fatal(err)
			}
		}
	}
	return set, files
}

// exported returns what the package offers: functions, types, and methods as Type.Method.
func exported(t *testing.T) (functions, types, methods []string) {
	t.Helper()
	set, files := parsed(t)
	maps.DeleteFunc(files, func(name string, _ *ast.File) bool { return strings.HasSuffix(name, "_test.go") })
	p, err := doc.NewFromFiles(set, slices.Collect(maps.Values(files)), "pareto")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Funcs {
		functions = append(functions, f.Name)
	}
	for _, typ := range p.Types {
		types = append(types, typ.Name)
		for _, f := range typ.Funcs {
			functions = append(functions, f.Name)
		}
		for _, m := range typ.Methods {
			methods = append(methods, typ.Name+"."+m.Name)
		}
	}
	return functions, types, methods
}

// identifiersIn returns the names that occur in the functions whose name has a prefix, in the test files
// that have another.
func identifiersIn(t *testing.T, file, function string) map[string]bool {
	t.Helper()
	_, files := parsed(t)
	names := map[string]bool{}
	for name, f := range files {
		if !strings.HasPrefix(name, file) || !strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !strings.HasPrefix(f.Name.Name, function) {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					names[id.Name] = true
				}
				return true
			})
		}
	}
	return names
}

// signatures returns the types that the exported functions and methods of these names take or return.
func signatures(t *testing.T, used map[string]bool) map[string]bool {
	t.Helper()
	_, files := parsed(t)
	types := map[string]bool{}
	for name, f := range files {
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !strings.HasSuffix(name, "_test.go") && used[f.Name.Name] {
				ast.Inspect(f.Type, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						types[id.Name] = true
					}
					return true
				})
			}
		}
	}
	return types
}

// TestEverythingHasAnExample: every exported function and method is used in an Example, and every type is
// used in one, or by a function that is.
func TestEverythingHasAnExample(t *testing.T) {
	used := identifiersIn(t, "example", "Example")
	functions, types, methods := exported(t)
	for _, name := range slices.Concat(functions, methods) {
		if !used[name[strings.Index(name, ".")+1:]] {
			t.Errorf("no example uses %s", name)
		}
	}
	implied := signatures(t, used)
	for _, name := range types {
		if !used[name] && !used["Example"+name] && !implied[name] {
			t.Errorf("no example uses the type %s", name)
		}
	}
}

// TestEverythingIsFuzzed: FuzzNoPanic calls every exported function, and has an archive of every kind.
func TestEverythingIsFuzzed(t *testing.T) {
	used := identifiersIn(t, "fuzznopanic", "")
	functions, _, methods := exported(t)
	for _, name := range slices.Concat(functions, methods) {
		if !used[name[strings.Index(name, ".")+1:]] {
			t.Errorf("FuzzNoPanic does not call %s", name)
		}
	}
}

// TestDocumentationNamesEverything: the package comment says what every exported function is for.
func TestDocumentationNamesEverything(t *testing.T) {
	_, files := parsed(t)
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(files["doc.go"].Doc.Text(), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}) {
		words[w] = true
	}
	functions, _, _ := exported(t)
	for _, name := range functions {
		if !words[name] {
			t.Errorf("doc.go does not mention %s", name)
		}
	}
}
