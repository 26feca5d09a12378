"""Known attacks and floods stop before the load balancer."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Armor, ArmorArgs, Project

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))

armor = Armor("shop", ArmorArgs(project=project, requests_a_minute=2000))
pulumi.export("policy", armor.policy_id)
