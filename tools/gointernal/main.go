// Prints the structs of kube-apiserver's internal API version, which its error messages show, one fact per line, for
// tools/generate.ts. The output is committed as tools/go-internal.txt, so that generating needs no Go:
//
//	go run . > ../go-internal.txt
//
// Lines, fields separated by a blank:
//
//	= <group package>.<type>                  begins a struct, in the order of its fields
//	<Go name> <json name> <expression>        a field; json name `-`: its published form has none
//	<Go name> + w                             an embedded struct of apimachinery, whose fields stand here in their wire form
//
// Expressions: n pointer, slice, map or interface (null when absent); s string; 0 number; f boolean; q quantity; t time;
// i int-or-string; `n:<struct>` and `:<struct>` a pointer to, list or map of, and a struct of the internal version; w a struct
// of apimachinery.
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/certificates"
	"k8s.io/kubernetes/pkg/apis/coordination"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/discovery"
	"k8s.io/kubernetes/pkg/apis/flowcontrol"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/apis/node"
	"k8s.io/kubernetes/pkg/apis/policy"
	"k8s.io/kubernetes/pkg/apis/rbac"
	"k8s.io/kubernetes/pkg/apis/resource"
	"k8s.io/kubernetes/pkg/apis/scheduling"
	"k8s.io/kubernetes/pkg/apis/storage"
	"k8s.io/kubernetes/pkg/apis/storagemigration"
)

func main() {
	internal := runtime.NewScheme()
	published := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		apiextensions.AddToScheme, apiregistration.AddToScheme, admissionregistration.AddToScheme, apps.AddToScheme,
		autoscaling.AddToScheme, batch.AddToScheme, certificates.AddToScheme, coordination.AddToScheme, core.AddToScheme,
		discovery.AddToScheme, flowcontrol.AddToScheme, networking.AddToScheme, node.AddToScheme, policy.AddToScheme,
		rbac.AddToScheme, resource.AddToScheme, scheduling.AddToScheme, storage.AddToScheme, storagemigration.AddToScheme,
	} {
		must(add(internal))
	}
	for _, add := range []func(*runtime.Scheme) error{
		clientscheme.AddToScheme, apiextensionsv1.AddToScheme, apiregistrationv1.AddToScheme,
	} {
		must(add(published))
	}
	names := jsonNames(published)
	// What the internal security context holds stands beside it in the published form.
	for name, json := range names["core.PodSpec"] {
		if _, ok := names["core.PodSecurityContext"][name]; !ok {
			names["core.PodSecurityContext"][name] = json
		}
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	structs := structsOf(internal, func(t reflect.Type) bool { return isInternal(t) })
	sort.Slice(structs, func(i, j int) bool { return shortName(structs[i]) < shortName(structs[j]) })
	for _, t := range structs {
		fmt.Fprintf(out, "= %s\n", shortName(t))
		printFields(out, t, names[shortName(t)])
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// structsOf gives every struct that is reached from the kinds of a scheme and wanted.
func structsOf(scheme *runtime.Scheme, wanted func(reflect.Type) bool) []reflect.Type {
	seen := map[reflect.Type]bool{}
	found := []reflect.Type{}
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] || !wanted(t) {
			return
		}
		seen[t] = true
		found = append(found, t)
		for i := 0; i < t.NumField(); i++ {
			visit(t.Field(i).Type)
		}
	}
	for gvk, t := range scheme.AllKnownTypes() {
		if !strings.HasSuffix(gvk.Kind, "List") {
			visit(t)
		}
	}
	return found
}

func isInternal(t reflect.Type) bool {
	return strings.Contains(t.PkgPath(), "/pkg/apis/") && !strings.HasPrefix(t.PkgPath(), "k8s.io/apimachinery/")
}

// shortName drops the version: `core.Pod` for the internal and for every published form.
func shortName(t reflect.Type) string {
	path := t.PkgPath()
	for _, prefix := range []string{"k8s.io/api/", "k8s.io/kubernetes/pkg/apis/", "k8s.io/apiextensions-apiserver/pkg/apis/", "k8s.io/kube-aggregator/pkg/apis/"} {
		path = strings.TrimPrefix(path, prefix)
	}
	return strings.Split(path, "/")[0] + "." + t.Name()
}

// jsonNames gives the JSON names of published structs' fields by Go name; those of a stable version count first.
func jsonNames(scheme *runtime.Scheme) map[string]map[string]string {
	names := map[string]map[string]string{}
	structs := structsOf(scheme, func(t reflect.Type) bool { return !strings.HasPrefix(t.PkgPath(), "k8s.io/apimachinery/") })
	sort.Slice(structs, func(i, j int) bool { return rank(structs[i]) < rank(structs[j]) })
	for _, t := range structs {
		of := names[shortName(t)]
		if of == nil {
			of = map[string]string{}
			names[shortName(t)] = of
		}
		var add func(t reflect.Type)
		add = func(t reflect.Type) {
			for i := 0; i < t.NumField(); i++ {
				f := t.Field(i)
				name := strings.Split(f.Tag.Get("json"), ",")[0]
				if f.Anonymous && name == "" {
					if f.Type.Kind() == reflect.Struct {
						add(f.Type)
					}
				} else if _, ok := of[strings.ToLower(f.Name)]; !ok && name != "-" {
					of[strings.ToLower(f.Name)] = name
				}
			}
		}
		add(t)
	}
	return names
}

func rank(t reflect.Type) string {
	version := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	stage := "0"
	if strings.Contains(version, "beta") {
		stage = "1"
	} else if strings.Contains(version, "alpha") {
		stage = "2"
	}
	// Of two stable versions the later one is the internal one's like; of two others too.
	return stage + string('z'-version[1]) + version
}

func printFields(out *bufio.Writer, t reflect.Type, names map[string]string) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := strings.Split(f.Tag.Get("json"), ",")[0]
		if !f.IsExported() || tag == "-" {
			continue
		}
		if f.Anonymous && tag == "" {
			if f.Type.Kind() == reflect.Struct && isInternal(f.Type) {
				printFields(out, f.Type, names)
			} else {
				fmt.Fprintf(out, "%s + w\n", f.Name)
			}
			continue
		}
		name, ok := names[strings.ToLower(f.Name)]
		if !ok {
			name = "-"
		}
		shown := f.Name
		if tag != "" {
			shown = tag
		}
		fmt.Fprintf(out, "%s %s %s\n", shown, name, expression(f.Type))
	}
}

func expression(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		e := t
		for e.Kind() == reflect.Pointer || e.Kind() == reflect.Slice || e.Kind() == reflect.Map {
			e = e.Elem()
		}
		if e.Kind() == reflect.Struct && isInternal(e) {
			return "n:" + shortName(e)
		}
		return "n"
	case reflect.Interface:
		return "n"
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "f"
	case reflect.Struct:
		if isInternal(t) {
			return ":" + shortName(t)
		}
		switch t.Name() {
		case "Quantity":
			return "q"
		case "Time", "MicroTime":
			return "t"
		case "IntOrString":
			return "i"
		}
		return "w"
	}
	return "0"
}
