package kern

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// "An implementation may combine multiple floating-point operations into a single fused operation,
// possibly across statements […] An explicit floating-point type conversion rounds to the precision of the
// target type, preventing fusion" (Go specification, Floating-point operators). So the plain kernels give
// the same bits on every architecture if every product of theirs is converted at once.
func TestPlainProductsAreRounded(t *testing.T) {
	const source = "generic.go"
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range []string{source, "kern.go", "gemm.go", "vec.go", "vec64.go", "layer64.go", "tree.go", "sweep.go", "dispatch_other.go"} {
		f, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	checker := types.Config{Importer: importer.ForCompiler(files, "source", nil)}
	if _, err := checker.Check("kern", files, parsed, &info); err != nil {
		t.Fatal(err)
	}
	isFloat := func(e ast.Expr) bool {
		basic, ok := info.Types[e].Type.Underlying().(*types.Basic)
		return ok && basic.Info()&types.IsFloat != 0
	}
	rounded := map[ast.Expr]bool{} // products under a conversion
	products := 0
	ast.Inspect(parsed[0], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if info.Types[n.Fun].IsType() && isFloat(n) {
				rounded[ast.Unparen(n.Args[0])] = true
			}
		case *ast.BinaryExpr:
			if n.Op == token.MUL && isFloat(n) {
				products++
				if !rounded[n] && info.Types[n].Value == nil {
					t.Errorf("%s: a product without a conversion to float32 or float64 around it", files.Position(n.Pos()))
				}
			}
		case *ast.AssignStmt:
			if n.Tok == token.MUL_ASSIGN && isFloat(n.Lhs[0]) {
				t.Errorf("%s: *= leaves its product without a conversion", files.Position(n.Pos()))
			}
		}
		return true
	})
	if products < 40 {
		t.Errorf("%s has %d products; these are not all the kernels", source, products)
	}
}
