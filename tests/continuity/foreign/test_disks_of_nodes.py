"""Where pods keep their data: on the disk of their node, which goes with it, or on one that does not."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_kubernetes.apps.v1 import Deployment, StatefulSet
from pulumi_kubernetes.core.v1 import PersistentVolume, PersistentVolumeClaim, Service
from pulumi_kubernetes.storage.v1 import StorageClass

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.programs import IRELAND, Database, Region

ZONE = "zone:gcp/europe-west1/europe-west1-b"
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}


def database(storage: str | None = None, provisioner: str | None = None, volume: Any = None) -> None:
    """PostgreSQL with a volume of a class, and what calls it."""
    opts = k8s.gke(zones=("b", "c", "d"))
    container = {"name": "pg", "image": "postgres:17", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    template = {"metadata": {"name": "data"}, "spec": {**CLAIM, **({"storageClassName": storage} if storage else {})}}
    spec: Any = {
        "serviceName": "pg",
        "replicas": 1,
        "selector": {"matchLabels": {"app": "pg"}},
        "template": {"metadata": {"labels": {"app": "pg"}}, "spec": {"containers": [container]}},
        "volumeClaimTemplates": [template],
    }
    StatefulSet("pg", metadata={"name": "pg"}, spec=spec, opts=opts)
    Service("pg", metadata={"name": "pg"}, spec={"selector": {"app": "pg"}, "ports": [{"port": 5432}]}, opts=opts)
    if provisioner:
        StorageClass("class", metadata={"name": storage}, provisioner=provisioner, opts=opts)
    if volume:
        own: Any = {"storageClassName": storage, "capacity": {"storage": "10Gi"}, **volume}
        PersistentVolume("volume", metadata={"name": "volume"}, spec=own, opts=opts)
    k8s.web(opts, k8s.apart(), database="pg")


def uploads(path: str, kind: type[Any] = Deployment, **mount: Any) -> None:
    """Pods that mount a directory of their node."""
    opts = k8s.gke(zones=("b", "c", "d"))
    mounts = [{"name": "data", "mountPath": "/uploads", **mount}]
    container = {"name": "web", "image": "shop/web:1", "volumeMounts": mounts}
    pod = {"containers": [container], "volumes": [{"name": "data", "hostPath": {"path": path}}]}
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec: Any = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    kind("web", metadata={"name": "web"}, spec=spec, opts=opts)
    front: Any = {"type": "LoadBalancer", "selector": labels, "ports": [{"port": 80}]}
    Service("web", metadata={"name": "web"}, spec=front, opts=opts)


def without_its_node(found: Assessment, part: str) -> Judgement:
    """Whether the data is kept when the node is lost for good."""
    return judgement(outcome(found, f"server:{part}"), Objective.DATA_LOSS)


@pytest.mark.parametrize(
    "program",
    [
        lambda: database("local-path"),
        lambda: database("fast", "kubernetes.io/no-provisioner"),
        lambda: database("fast", volume={"local": {"path": "/mnt/ssd"}}),
    ],
    ids=["by name", "by class", "by volume"],
)
def test_what_is_on_the_disk_of_a_node_is_lost_with_it(program: Any) -> None:
    found = assessed(program)
    assert outcome(found, "server:pg").kind is Kind.LOST
    assert without_its_node(found, "pg") is Judgement.MISSED


def test_a_disk_of_the_network_is_mounted_elsewhere() -> None:
    found = assessed(lambda: database("fast", "pd.csi.storage.gke.io"))
    assert outcome(found, "server:pg").kind is Kind.RECOVERS
    assert without_its_node(found, "pg") is Judgement.MET


def test_a_directory_of_a_node_is_lost_with_it() -> None:
    found = assessed(lambda: uploads("/srv/uploads"))
    assert without_its_node(found, "web#on its node") is Judgement.MISSED
    assert outcome(found, ZONE).kind is Kind.UNDECIDED, "which zone the node is in is not told"


@pytest.mark.parametrize(
    ("path", "mount"), [("/var/run/docker.sock", {}), ("/srv/uploads", {"readOnly": True}), ("/etc/ssl", {})]
)
def test_a_directory_that_holds_nothing_of_the_shop_is_none_of_its_data(path: str, mount: dict[str, Any]) -> None:
    found = assessed(lambda: uploads(path, **mount))
    assert outcome(found, ZONE).kind is Kind.RECOVERS
    assert not any(r.scenario.id.startswith("server:web#") for r in found.scenarios)


def test_a_disk_in_two_zones_is_not_lost_with_one() -> None:
    def program() -> None:
        opts = k8s.gke(zones=("b", "c"))
        StorageClass(
            "twice",
            metadata={"name": "twice"},
            provisioner="pd.csi.storage.gke.io",
            parameters={"replication-type": "regional-pd"},
            opts=opts,
        )
        claim: Any = {**CLAIM, "storageClassName": "twice"}
        PersistentVolumeClaim("data", metadata={"name": "data"}, spec=claim, opts=opts)
        k8s.web(opts, {"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}, replicas=1)

    assert outcome(assessed(program), ZONE).kind is Kind.UNDECIDED


@pytest.mark.parametrize("multi_az", [True, False])
def test_a_service_that_stands_for_a_database_elsewhere_leads_to_it(multi_az: bool) -> None:
    def program() -> None:
        kept = Database(Region("eu-west-1", IRELAND), None, multi_az=multi_az)
        opts = k8s.gke(zones=("b", "c", "d"))
        k8s.web(opts, k8s.apart(), database="orders")
        spec: Any = {"type": "ExternalName", "externalName": kept.instance.address}
        Service("db", metadata={"name": "orders-haproxy"}, spec=spec, opts=opts)

    gone = outcome(assessed(program), "zone:aws/eu-west-1/euw1-az1")
    assert gone.kind is (Kind.RECOVERS if multi_az else Kind.PERSON)
