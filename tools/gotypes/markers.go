package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// markers holds what stands only in comments of the source: `+enum` types with their constants, and `+default=`.
type markers struct {
	// types marked as enums, by package path and type name
	enums map[string]bool
	// values of string constants, by package path and type name
	constants map[string][]string
	// the literals of string constants, by package path and constant name
	values map[string]string
	// defaults, by package path, type name and Go field name
	defaults map[string]string
	parsed   map[string]bool
}

func newMarkers() *markers {
	return &markers{enums: map[string]bool{}, constants: map[string][]string{}, values: map[string]string{}, defaults: map[string]string{}, parsed: map[string]bool{}}
}

// of gives the facts of one field as text to append to its line.
func (m *markers) of(t reflect.Type, f reflect.StructField) string {
	m.load(t.PkgPath())
	text := ""
	field := f.Type
	for field.Kind() == reflect.Pointer || field.Kind() == reflect.Slice && field.Name() == "" {
		field = field.Elem()
	}
	if field.Kind() == reflect.String && field.PkgPath() != "" {
		m.load(field.PkgPath())
		if key := field.PkgPath() + "." + field.Name(); m.enums[key] && len(m.constants[key]) > 0 {
			values := slices.Sorted(slices.Values(m.constants[key]))
			text += " enum=" + strings.Join(values, "|")
		}
	}
	if v, ok := m.defaults[t.PkgPath()+"."+t.Name()+"."+f.Name]; ok {
		if name, isReference := strings.CutPrefix(v, "ref("); isReference {
			v = m.values[t.PkgPath()+"."+strings.TrimSuffix(name, ")")]
		}
		text += " default=" + compactJSON(v)
	}
	return text
}

func (m *markers) load(path string) {
	if m.parsed[path] || !strings.HasPrefix(path, "k8s.io/") {
		return
	}
	m.parsed[path] = true
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		panic(err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "*.go"))
	set := token.NewFileSet()
	for _, name := range files {
		if base := filepath.Base(name); strings.HasSuffix(base, "_test.go") || strings.HasPrefix(base, "zz_") || base == "generated.pb.go" {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		file, err := parser.ParseFile(set, name, source, parser.ParseComments)
		if err != nil {
			panic(err)
		}
		m.file(path, file)
	}
}

func (m *markers) file(path string, file *ast.File) {
	for _, declaration := range file.Decls {
		d, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				m.constant(path, s)
			case *ast.TypeSpec:
				if has(s.Doc, "+enum") || len(d.Specs) == 1 && has(d.Doc, "+enum") {
					m.enums[path+"."+s.Name.Name] = true
				}
				if st, ok := s.Type.(*ast.StructType); ok {
					m.structDefaults(path+"."+s.Name.Name, st)
				}
			}
		}
	}
}

func (m *markers) constant(path string, s *ast.ValueSpec) {
	typeName, ok := s.Type.(*ast.Ident)
	if !ok || len(s.Values) != 1 {
		return
	}
	literal, ok := s.Values[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return
	}
	value, _ := strconv.Unquote(literal.Value)
	key := path + "." + typeName.Name
	m.values[path+"."+s.Names[0].Name] = literal.Value
	if !slices.Contains(m.constants[key], value) {
		m.constants[key] = append(m.constants[key], value)
	}
}

func (m *markers) structDefaults(key string, st *ast.StructType) {
	for _, field := range st.Fields.List {
		if len(field.Names) != 1 || field.Doc == nil {
			continue
		}
		for _, comment := range field.Doc.List {
			if _, v, ok := strings.Cut(comment.Text, "+default="); ok {
				m.defaults[key+"."+field.Names[0].Name] = strings.TrimSpace(v)
			}
		}
	}
}

func has(doc *ast.CommentGroup, marker string) bool {
	if doc == nil {
		return false
	}
	for _, comment := range doc.List {
		if strings.TrimSpace(strings.TrimPrefix(comment.Text, "//")) == marker {
			return true
		}
	}
	return false
}
