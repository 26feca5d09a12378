"""A key for the databases and caches of Ghent."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Agent, Key, KeyArgs, Project

project = Project(project="acme-prod", number="123456789012", provider=gcp.Provider("acme", project="acme-prod"))

key = Key(
    "data",
    KeyArgs(
        project=project,
        location="europe-west1",
        purpose="data",
        agents=frozenset({Agent.CLOUD_SQL, Agent.MEMORYSTORE}),
    ),
)
pulumi.export("key", key.key_name)
