"""Search on a cluster: three nodes in three zones, TLS, and a user that changes nothing of the cluster."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.graph.core.model import Graph
from bcinfra.kubernetes import Operator, OperatorArgs, Peer, Search, SearchArgs
from bcinfra.kubernetes.cluster import HOST, ZONE
from tests.helpers import refusals
from tests.kubernetes.conftest import cluster, counts, declare, nested, row


def args(*, kind: Any = "opensearch", **more: Any) -> SearchArgs:
    at = more.pop("cluster", None) or cluster()
    fields: dict[str, Any] = {
        "cluster": at,
        "namespace": "shop",
        "operator": Operator("opensearch", OperatorArgs(cluster=at, kind=kind, namespace="opensearch-operator")),
        "version": "2.19.3",
        "memory": 4096,
        "storage": 40,
        "administrator_password": "correct horse",
        "password": "battery staple",
        "clients": {"web": Peer(pods={"app.kubernetes.io/name": "web"})},
    }
    return SearchArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: Search("products", args()))


def test_what_it_is_made_of(graph: Graph) -> None:
    own = dict.fromkeys(("OpensearchUser", "OpensearchRole", "OpensearchUserRoleBinding"), 1)
    assert counts(graph) == {"OpenSearchCluster": 1, "Release": 1, "Secret": 2, "NetworkPolicy": 1, **own}


def test_a_zone_leaves_a_leader_and_all_of_the_index(graph: Graph) -> None:
    made = row(graph, "OpenSearchCluster", "products")
    (pool,) = nested(made, "spec", "nodePools")
    assert made.options.protect
    assert (pool["replicas"], "cluster_manager" in pool["roles"], pool["jvm"]) == (3, True, "-Xms2048m -Xmx2048m")
    assert [(r["topologyKey"], r["whenUnsatisfiable"]) for r in pool["topologySpreadConstraints"]] == [
        (ZONE, "DoNotSchedule"),
        (HOST, "DoNotSchedule"),
    ]
    tls = nested(made, "spec", "security", "tls")
    assert tls["http"] == {"generate": True}


def test_the_shop_s_user_changes_no_setting_of_the_cluster(graph: Graph) -> None:
    role = nested(row(graph, "OpensearchRole", "products-role"), "spec")
    assert not {"*", "cluster_all", "cluster:admin/*"} & set(role["clusterPermissions"])
    user = row(graph, "OpensearchUser", "products-user")
    assert nested(user, "metadata", "name") == "shop"
    assert nested(row(graph, "OpensearchUserRoleBinding", "products-binding"), "spec", "users") == ["shop"]


def test_what_cannot_be_is_refused() -> None:
    assert refusals(lambda: args(kind="redis", cluster=cluster(zones=("a", "b")))) == [
        "cluster: 2 zone(s); a leader needs a majority, which three zones always leave",
        "operator: this one keeps redis running, not opensearch",
    ]
