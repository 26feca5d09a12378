"""Who is told of alarms: stated once on the page, and wired to what each ground tells people by."""

from __future__ import annotations

import midsize
import pytest

from bcinfra.assembly import secrets
from bcinfra.continuity.model.fcaps import Area
from bcinfra.continuity.readings.fcaps import cells
from bcinfra.graph.core.model import Graph, Secret
from bcinfra.spec import Alarms, Chat
from tests.assembly.conftest import hybrid, large, recorded, sample
from tests.helpers import rows
from tests.kubernetes.conftest import nested

TOLD = Alarms(
    mail={"on-call": "on-call@shop.example"},
    chat={"operations": Chat(team="T0123ABCDEF", channel="C0123ABCDEF")},
    pager={"duty": "pagerKey"},
    sms={"owner": "+3225550100"},
)


@pytest.fixture(scope="module")
def clouds() -> Graph:
    return recorded(large.PROD.revised(alarms=TOLD))


def test_every_topic_of_aws_tells_everybody(clouds: Graph) -> None:
    topics = {r.name for r in clouds.of_type("aws:sns/topic:Topic") if r.name.endswith("alarms")}
    assert len(topics) == 5, "of both sites, of the vault, of what is worldwide, and of the accelerator"
    told = {r.name: r.inputs for r in clouds.of_type("aws:sns/topicSubscription:TopicSubscription")}
    for topic in topics:
        mail, sms, pager = (told[f"{topic}-{who}"] for who in ("on-call", "owner", "duty"))
        assert (mail["protocol"], mail["endpoint"]) == ("email", "on-call@shop.example")
        assert (sms["protocol"], sms["endpoint"]) == ("sms", "+3225550100")
        assert (pager["protocol"], pager["endpoint"]) == ("https", Secret()), "the key stands in the address"
    (chat,) = clouds.of_type("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration")
    assert (chat.inputs["slackTeamId"], chat.inputs["slackChannelId"]) == ("T0123ABCDEF", "C0123ABCDEF")


@pytest.mark.parametrize("archive", [True, False])
def test_people_are_told_of_the_vaults_keys_whatever_is_kept_there(archive: bool) -> None:
    shop = midsize.PROD
    graph = sample("midsize-prod") if archive else recorded(shop.revised(backups=shop.backups.revised(archive=False)))
    vaults = {r.name for r in graph.of_type("aws:kms/key:Key") if "virginia" in r.name}
    assert {"midsize-prod-virginia-data-key", "midsize-prod-virginia-backups-key"} <= vaults
    (found,) = (one for one in cells(graph) if (one.tier, one.ground, one.area) == ("keys", "aws", Area.FAULT))
    assert [met.need.need for met in found.needs if met.missing] == []


def test_people_are_told_of_the_key_of_a_clusters_images() -> None:
    graph = sample("php-kubernetes")
    (found,) = (one for one in cells(graph) if (one.tier, one.ground, one.area) == ("keys", "gcp", Area.FAULT))
    told = next(met for met in found.needs if met.need.need == "deletion of a key told")
    assert told.by and not told.but


def test_every_alert_of_google_tells_everybody(clouds: Graph) -> None:
    channels = {r.name.rpartition("-alerts-")[2]: r.inputs for r in rows(clouds, "NotificationChannel").values()}
    assert {who: one["type"] for who, one in channels.items() if who in ("on-call", "operations", "duty", "owner")} == {
        "on-call": "email",
        "operations": "slack",
        "duty": "pagerduty",
        "owner": "sms",
    }
    assert channels["owner"]["labels"] == {"number": "+3225550100"}


def test_alertmanager_tells_everybody_of_each_namespace() -> None:
    sites = {name: s.revised(prometheus=True) if s.kind == "kubernetes" else s for name, s in hybrid.PROD.sites.items()}
    graph = recorded(hybrid.PROD.revised(alarms=TOLD, sites=sites))
    found = rows(graph, "AlertmanagerConfig")
    assert len(found) == 6, "of tiers, data and storage, at two sites"
    for one in found.values():
        receiver, *others = nested(one, "spec", "receivers")
        assert all("webhookConfigs" in other for other in others), "who hears the heartbeat, and nobody else"
        assert receiver["emailConfigs"] == [{"to": "on-call@shop.example", "sendResolved": True}]
        assert receiver["pagerdutyConfigs"][0]["routingKey"]["key"] == "pager-duty"
        assert receiver["slackConfigs"][0]["channel"] == "C0123ABCDEF"
        assert nested(one, "spec", "route", "receiver") == receiver["name"]


def test_their_keys_are_asked_for() -> None:
    asked = secrets(large.PROD.revised(alarms=TOLD))
    assert asked["pagerKey"] == "integration key of PagerDuty for duty"
    assert "chatToken" in asked, "Google Cloud writes as a bot"


def test_who_is_told_by_mail_alone_has_no_secret() -> None:
    graph = sample("hybrid-prod")
    assert len(rows(graph, "AlertmanagerConfig")) == 6
    kept = [name for name in rows(graph, "Secret") if name.endswith("-receivers")]
    assert kept == ["hybrid-prod-ghent-tiers-receivers", "hybrid-prod-holland-tiers-receivers"], "the heartbeats' own"
