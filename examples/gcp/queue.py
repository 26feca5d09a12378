"""Mails that a shop sends when it comes to it: a queue in Belgium, with what no worker could send put aside."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Agent, Alerts, AlertsArgs, Key, KeyArgs, Project, Queue, QueueArgs, Region

project = Project(project="acme-prod", number="123456789012", provider=gcp.Provider("acme", project="acme-prod"))
provider = gcp.Provider("belgium", project="acme-prod", region="europe-west1")
belgium = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)
key = Key("data", KeyArgs(project=belgium, location="europe-west1", purpose="queues", agents=frozenset({Agent.PUBSUB})))

mails = Queue("mails", QueueArgs(region=belgium, key_name=key.key_name, timeout=120))
Alerts(
    "alerts",
    AlertsArgs(project=project, emails={"on-call": "on-call@shop.example"}, queues={"mails": mails.watched}),
)
# A worker is let in by `mails.used_by("mailer", worker.member, worker)`.
pulumi.export("topic", mails.topic_id)
