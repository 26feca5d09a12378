"""A regional cluster of the newest version, and a deployment in it."""

import pulumi
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes

client = gcp.organizations.get_client_config()
zones = gcp.compute.get_zones(region="europe-west1")
version = gcp.container.get_engine_versions(location="europe-west1").latest_master_version
cluster = gcp.container.Cluster(
    "shop", location="europe-west1", node_locations=zones.names, min_master_version=version, initial_node_count=1
)
kubeconfig = pulumi.Output.all(cluster.name, cluster.endpoint).apply(
    lambda found: f"cluster {found[0]} at {found[1]} of {client.project}"
)
provider = kubernetes.Provider("shop", kubeconfig=kubeconfig)
labels = {"app": "web"}
kubernetes.apps.v1.Deployment(
    "web",
    spec={
        "selector": {"match_labels": labels},
        "replicas": pulumi.Config().require_int("replicas"),
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}},
    },
    opts=pulumi.ResourceOptions(provider=provider),
)
pulumi.export("project", client.project)
