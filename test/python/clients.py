"""The official client with the credentials of one kubeconfig."""

import sys

from kubernetes import client, config, watch

config.load_kube_config(sys.argv[1])
core = client.CoreV1Api()
assert "kube-system" in [item.metadata.name for item in core.list_namespace().items]
body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="python"), data={"a": "b"})
made = core.create_namespaced_config_map("default", body)
core.patch_namespaced_config_map("python", "default", {"data": {"c": "d"}})
assert core.read_namespaced_config_map("python", "default").data == {"a": "b", "c": "d"}
core.delete_namespaced_config_map("python", "default")
seen = []
stream = watch.Watch()
for event in stream.stream(
    core.list_namespaced_config_map,
    "default",
    field_selector="metadata.name=python",
    resource_version=made.metadata.resource_version,
):
    seen.append(event["type"])
    if event["type"] == "DELETED":
        stream.stop()
assert seen == ["MODIFIED", "DELETED"], seen
print("python ok")
