// Prints what Go's reflection and the source markers know about the Kubernetes API types, one fact per line, for
// tools/generate.ts. The output is committed as tools/go-facts.txt, so that generating needs no Go:
//
//	go run . > ../go-facts.txt
//
// Lines, fields separated by a blank:
//
//	= <definition name>                                    begins a struct
//	<json name> <go flags> <type expression> <protobuf number> [patch=<strategy>] [key=<merge key>] [in=<embedded>] [go=<type>] [enum=a|b] [default=<json>]
//	+ <embedded definition> <protobuf number>              an inlined struct that protobuf keeps as a message
//	k <group> <version> <kind> <definition name>           a registered kind
//
// Flags: p pointer, o omitempty or omitzero, - none. in: the embedded structs that a promoted field lies in, joined by dots, but
// for TypeMeta. go: Go's name of the type, then of its items, joined by |, where the type expression does not tell them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	imagepolicyv1alpha1 "k8s.io/api/imagepolicy/v1alpha1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1beta1 "k8s.io/apimachinery/pkg/apis/meta/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/version"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// Types with their own JSON form, by definition name; `any:<name>` is any JSON value under that definition.
var scalars = map[string]string{
	"io.k8s.apimachinery.pkg.api.resource.Quantity":                                         "quantity",
	"io.k8s.apimachinery.pkg.apis.meta.v1.Time":                                             "time",
	"io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime":                                        "microtime",
	"io.k8s.apimachinery.pkg.apis.meta.v1.Duration":                                         "duration",
	"io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1":                                         "fieldsV1",
	"io.k8s.apimachinery.pkg.util.intstr.IntOrString":                                       "intOrString",
	"io.k8s.apimachinery.pkg.runtime.RawExtension":                                          "any:RawExtension",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON":                         "any:JSON",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray":       "any:JSONSchemaPropsOrArray",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool":        "any:JSONSchemaPropsOrBool",
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "any:JSONSchemaPropsOrStringArray",
}

type printer struct {
	out     *bufio.Writer
	markers *markers
	seen    map[reflect.Type]bool
	queue   []reflect.Type
}

func main() {
	scheme := clientscheme.Scheme
	for _, add := range []func(*runtime.Scheme) error{
		admissionv1.AddToScheme, apidiscoveryv2.AddToScheme, imagepolicyv1alpha1.AddToScheme,
		apiextensionsv1.AddToScheme, apiregistrationv1.AddToScheme, metav1.AddMetaToScheme, metav1beta1.AddMetaToScheme,
	} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	p := &printer{out: bufio.NewWriter(os.Stdout), markers: newMarkers(), seen: map[reflect.Type]bool{}}
	defer p.out.Flush()
	kinds := []string{}
	for gvk, t := range scheme.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal {
			continue
		}
		p.enqueue(t)
		if strings.HasPrefix(definitionName(t), "io.k8s.apimachinery.pkg.apis.meta.v1.") && gvk.Group != "meta.k8s.io" {
			// The options and WatchEvent are registered in every group and are kinds of none.
			continue
		}
		kinds = append(kinds, fmt.Sprintf("k %s %s %s %s", orCore(gvk.Group), gvk.Version, gvk.Kind, definitionName(t)))
	}
	for _, v := range []any{
		metav1.APIVersions{}, metav1.APIGroupList{}, metav1.APIResourceList{}, metav1.Table{}, metav1.PartialObjectMetadata{},
		metav1.PartialObjectMetadataList{}, metav1.Status{}, metav1.WatchEvent{}, metav1.Condition{}, metav1.ApplyOptions{},
		metav1.TableOptions{}, metav1.GroupVersionKind{}, metav1.GroupVersionResource{}, version.Info{},
	} {
		p.enqueue(reflect.TypeOf(v))
	}
	structs := []reflect.Type{}
	for len(p.queue) > 0 {
		t := p.queue[0]
		p.queue = p.queue[1:]
		structs = append(structs, t)
		p.visit(t)
	}
	sort.Strings(kinds)
	for _, line := range kinds {
		fmt.Fprintln(p.out, line)
	}
	sort.Slice(structs, func(i, j int) bool { return definitionName(structs[i]) < definitionName(structs[j]) })
	for _, t := range structs {
		p.printType(t)
	}
}

func orCore(group string) string {
	if group == "" {
		return "core"
	}
	return group
}

// definitionName gives OpenAPI's name of a type: `k8s.io/api/core/v1.Pod` is `io.k8s.api.core.v1.Pod`.
func definitionName(t reflect.Type) string {
	path := t.PkgPath()
	if !strings.HasPrefix(path, "k8s.io/") {
		return ""
	}
	return "io.k8s." + strings.ReplaceAll(strings.TrimPrefix(path, "k8s.io/"), "/", ".") + "." + t.Name()
}

func (p *printer) enqueue(t reflect.Type) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if p.seen[t] || scalars[definitionName(t)] != "" || strings.Contains(t.PkgPath(), "/internalversion") {
		return
	}
	p.seen[t] = true
	p.queue = append(p.queue, t)
}

// visit puts the types a type needs into the queue.
func (p *printer) visit(t reflect.Type) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if name, _, inline := jsonTag(f); name == "-" || !f.IsExported() {
			continue
		} else if inline {
			p.enqueue(f.Type)
		} else {
			p.expression(f.Type)
		}
	}
}

func (p *printer) expression(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := definitionName(t)
	if s := scalars[name]; s != "" {
		return s
	}
	switch t.Kind() {
	case reflect.Struct:
		p.enqueue(t)
		return name
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + p.expression(t.Elem())
	case reflect.Map:
		return "{}" + p.expression(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int32, reflect.Uint32, reflect.Int16, reflect.Uint16, reflect.Int8, reflect.Uint8:
		return "int32"
	case reflect.Int64, reflect.Int, reflect.Uint64:
		return "int64"
	case reflect.Float64, reflect.Float32:
		return "double"
	case reflect.Interface:
		return "any"
	}
	panic("no expression for " + t.String())
}

// goNames gives Go's names of a field's type and of what its lists and maps hold; told: the type expression says as much.
func goNames(t reflect.Type) (names string, told bool) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := definitionName(t)
	if scalars[name] != "" || (t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8) {
		return t.String(), !strings.HasPrefix(scalars[name], "any:")
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		inner, innerTold := goNames(t.Elem())
		return t.String() + "|" + inner, innerTold && t.Name() == "" && t.Elem().Kind() != reflect.Pointer
	case reflect.Struct:
		path := strings.Split(name, ".")
		return t.String(), t.String() == strings.Join(path[len(path)-2:], ".")
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float64:
		return t.String(), t.PkgPath() == ""
	case reflect.Interface:
		return t.String(), true
	}
	return t.String(), false
}

func jsonTag(f reflect.StructField) (name string, omit bool, inline bool) {
	parts := strings.Split(f.Tag.Get("json"), ",")
	name = parts[0]
	for _, option := range parts[1:] {
		omit = omit || option == "omitempty" || option == "omitzero"
		inline = inline || option == "inline"
	}
	inline = inline || (f.Anonymous && name == "")
	if name == "" && !inline {
		name = f.Name
	}
	return name, omit, inline
}

func protobufNumber(f reflect.StructField) string {
	parts := strings.Split(f.Tag.Get("protobuf"), ",")
	if len(parts) < 2 {
		return "0"
	}
	return parts[1]
}

func (p *printer) printType(t reflect.Type) {
	fmt.Fprintf(p.out, "= %s\n", definitionName(t))
	p.printFields(t, nil, false)
}

// printFields prints a struct's fields, those of inlined structs in place. The latter (inside) have no number of their own
// in the outer message: protobuf keeps an inlined struct as a message, or (TypeMeta) leaves it out.
func (p *printer) printFields(t reflect.Type, path []string, inside bool) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		name, omit, inline := jsonTag(f)
		if name == "-" || !f.IsExported() {
			continue
		}
		number := protobufNumber(f)
		if inline {
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			if number != "0" && !inside {
				fmt.Fprintf(p.out, "+ %s %s\n", definitionName(embedded), number)
			}
			p.printFields(embedded, append(path[:len(path):len(path)], f.Name), true)
			continue
		}
		if inside {
			number = "0"
		}
		flags := ""
		if f.Type.Kind() == reflect.Pointer {
			flags += "p"
		}
		if omit {
			flags += "o"
		}
		if flags == "" {
			flags = "-"
		}
		line := fmt.Sprintf("%s %s %s %s", name, flags, p.expression(f.Type), number)
		if v := f.Tag.Get("patchStrategy"); v != "" {
			line += " patch=" + v
		}
		if v := f.Tag.Get("patchMergeKey"); v != "" {
			line += " key=" + v
		}
		if in := strings.Join(path, "."); in != "" && in != "TypeMeta" {
			line += " in=" + in
		}
		if names, told := goNames(f.Type); !told {
			line += " go=" + names
		}
		line += p.markers.of(t, f)
		fmt.Fprintln(p.out, line)
	}
}

func compactJSON(text string) string {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		v = text
	}
	b, _ := json.Marshal(v)
	return string(b)
}
