// Package keelson holds what only Go's own client can show: typed clients, JSON and protobuf, and their informers, against
// the server that KUBECONFIG names.
package keelson

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

var contentTypes = []string{"application/json", "application/vnd.kubernetes.protobuf"}

func client(t *testing.T, contentType string) *kubernetes.Clientset {
	t.Helper()
	path := os.Getenv("KUBECONFIG")
	if path == "" {
		t.Skip("KUBECONFIG names no server")
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	config.ContentType = contentType
	config.QPS = -1
	return kubernetes.NewForConfigOrDie(config)
}

func namespace(t *testing.T, c *kubernetes.Clientset) string {
	t.Helper()
	made, err := c.CoreV1().Namespaces().Create(context.Background(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "go-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.CoreV1().Namespaces().Delete(context.Background(), made.Name, metav1.DeleteOptions{}) })
	return made.Name
}

// An informer that followed random writes holds exactly what the server lists.
func TestInformer(t *testing.T) {
	seconds, err := strconv.Atoi(os.Getenv("KEELSON_HISTORY_SECONDS"))
	if err != nil {
		seconds = 3
	}
	for _, contentType := range contentTypes {
		t.Run(contentType, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			c := client(t, contentType)
			ns := namespace(t, c)
			factory := informers.NewSharedInformerFactoryWithOptions(c, 0, informers.WithNamespace(ns))
			lister := factory.Core().V1().ConfigMaps().Lister()
			informer := factory.Core().V1().ConfigMaps().Informer()
			factory.Start(ctx.Done())
			if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
				t.Fatal("the informer did not sync")
			}
			writeAtRandom(ctx, t, c, ns, time.Duration(seconds)*time.Second)
			want, err := c.CoreV1().ConfigMaps(ns).List(ctx, metav1.ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			equal := func() string {
				have, _ := lister.List(labels.Everything())
				if len(have) != len(want.Items) {
					return fmt.Sprintf("the informer has %d objects, the server %d", len(have), len(want.Items))
				}
				for i := range want.Items {
					item, err := lister.ConfigMaps(ns).Get(want.Items[i].Name)
					if err != nil || !equality.Semantic.DeepEqual(item, &want.Items[i]) {
						return fmt.Sprintf("%s differs: %v", want.Items[i].Name, err)
					}
				}
				return ""
			}
			for i := 0; i < 300 && equal() != ""; i++ {
				time.Sleep(10 * time.Millisecond)
			}
			if difference := equal(); difference != "" {
				t.Fatal(difference)
			}
			t.Logf("%d objects in the end", len(want.Items))
		})
	}
}

func writeAtRandom(ctx context.Context, t *testing.T, c *kubernetes.Clientset, ns string, length time.Duration) {
	var writers sync.WaitGroup
	end := time.Now().Add(length)
	maps := c.CoreV1().ConfigMaps(ns)
	for w := 0; w < 4; w++ {
		writers.Add(1)
		go func() {
			defer writers.Done()
			random := rand.New(rand.NewSource(int64(w)))
			for i := 0; time.Now().Before(end); i++ {
				name := fmt.Sprintf("m-%d", random.Intn(50))
				var err error
				switch random.Intn(4) {
				case 0:
					_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"w": strconv.Itoa(i)}}, metav1.CreateOptions{})
				case 1:
					var found *corev1.ConfigMap
					if found, err = maps.Get(ctx, name, metav1.GetOptions{}); err == nil {
						if found.Data == nil {
							found.Data = map[string]string{}
						}
						found.Data[strconv.Itoa(w)] = strconv.Itoa(i)
						_, err = maps.Update(ctx, found, metav1.UpdateOptions{})
					}
				case 2:
					_, err = maps.Patch(ctx, name, types.StrategicMergePatchType, []byte(fmt.Sprintf(`{"data":{"p":"%d"}}`, i)), metav1.PatchOptions{})
				case 3:
					err = maps.Delete(ctx, name, metav1.DeleteOptions{})
				}
				if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsAlreadyExists(err) && !apierrors.IsConflict(err) {
					t.Errorf("a write failed: %v", err)
					return
				}
			}
		}()
	}
	writers.Wait()
}

// What a typed client writes is what it reads, in both forms.
func TestTypedObjects(t *testing.T) {
	ctx := context.Background()
	for _, contentType := range contentTypes {
		t.Run(contentType, func(t *testing.T) {
			c := client(t, contentType)
			ns := namespace(t, c)
			replicas := int32(2)
			wanted := &appsv1.Deployment{
				ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: map[string]string{"app": "web"}},
				Spec: appsv1.DeploymentSpec{
					Replicas: &replicas,
					Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
					Template: corev1.PodTemplateSpec{
						ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}},
						Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "nginx"}}},
					},
				},
			}
			made, err := c.AppsV1().Deployments(ns).Create(ctx, wanted, metav1.CreateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			read, err := c.AppsV1().Deployments(ns).Get(ctx, "web", metav1.GetOptions{})
			if err != nil || !equality.Semantic.DeepEqual(made, read) {
				t.Fatalf("what was made and what was read differ: %v", err)
			}
			scale, err := c.AppsV1().Deployments(ns).GetScale(ctx, "web", metav1.GetOptions{})
			if err != nil || scale.Spec.Replicas != 2 {
				t.Fatalf("scale: %v %v", scale, err)
			}
			scale.Spec.Replicas = 5
			if scale, err = c.AppsV1().Deployments(ns).UpdateScale(ctx, "web", scale, metav1.UpdateOptions{}); err != nil || scale.Spec.Replicas != 5 {
				t.Fatalf("scale: %v %v", scale, err)
			}
			if err = c.AppsV1().Deployments(ns).DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "app=web"}); err != nil {
				t.Fatal(err)
			}
			if _, err = c.AppsV1().Deployments(ns).Get(ctx, "web", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
				t.Fatalf("it is still there: %v", err)
			}
		})
	}
}
