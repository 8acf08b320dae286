import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.io.File;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Both Java clients in turn, with the credentials of one kubeconfig. */
public class Clients {
  public static void main(String[] args) throws Exception {
    fabric8(args[0]);
    official(args[0]);
    System.exit(0);
  }

  static void fabric8(String kubeconfig) throws Exception {
    Config config = Config.fromKubeconfig(new File(kubeconfig));
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      check(client.namespaces().withName("kube-system").get() != null, "fabric8: namespace");
      check(client.namespaces().list().getItems().size() >= 4, "fabric8: namespaces");
      BlockingQueue<String> events = new LinkedBlockingQueue<>();
      var maps = client.configMaps().inNamespace("default");
      try (Watch watch = maps.withName("fabric8").watch(new Watcher<ConfigMap>() {
        public void eventReceived(Action action, ConfigMap map) {
          events.add(action.name());
        }

        public void onClose(WatcherException cause) {}
      })) {
        maps.resource(new ConfigMapBuilder().withNewMetadata().withName("fabric8").endMetadata().addToData("a", "b").build()).create();
        check("ADDED".equals(events.poll(1, TimeUnit.MINUTES)), "fabric8: watch");
        maps.withName("fabric8").edit(map -> new ConfigMapBuilder(map).addToData("c", "d").build());
        check("MODIFIED".equals(events.poll(1, TimeUnit.MINUTES)), "fabric8: watch");
        check("d".equals(maps.withName("fabric8").get().getData().get("c")), "fabric8: get");
        maps.withName("fabric8").delete();
        check("DELETED".equals(events.poll(1, TimeUnit.MINUTES)), "fabric8: watch");
      }
    }
    System.out.println("fabric8 ok");
  }

  static void official(String kubeconfig) throws Exception {
    CoreV1Api core = new CoreV1Api(io.kubernetes.client.util.Config.fromConfig(kubeconfig));
    check(core.listNamespace().execute().getItems().size() >= 4, "client-java: namespaces");
    V1ConfigMap map = new V1ConfigMap().metadata(new V1ObjectMeta().name("client-java")).data(Map.of("a", "b"));
    core.createNamespacedConfigMap("default", map).execute();
    check("b".equals(core.readNamespacedConfigMap("client-java", "default").execute().getData().get("a")), "client-java: get");
    core.deleteNamespacedConfigMap("client-java", "default").execute();
    System.out.println("client-java ok");
  }

  static void check(boolean holds, String what) {
    if (!holds) throw new IllegalStateException(what);
  }
}
