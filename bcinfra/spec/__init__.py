"""What a customer states: the shop, its sites, tiers, data, capabilities and objectives. Nothing about Pulumi."""

from bcinfra.spec.business import Business, Peak
from bcinfra.spec.data import Capability, DataClass, Needs, Objectives, Offer, OwnObjectives
from bcinfra.spec.load import load_shop
from bcinfra.spec.parts import Backups, Media, MySql, Redis, State, Tier
from bcinfra.spec.problems import Place, Problem, SpecError
from bcinfra.spec.schema import json_schema
from bcinfra.spec.shop import Shop
from bcinfra.spec.sites import AwsSite, Site
from bcinfra.spec.values import Strategy

__all__ = [
    "AwsSite",
    "Backups",
    "Business",
    "Capability",
    "DataClass",
    "Media",
    "MySql",
    "Needs",
    "Objectives",
    "Offer",
    "OwnObjectives",
    "Peak",
    "Place",
    "Problem",
    "Redis",
    "Shop",
    "Site",
    "SpecError",
    "State",
    "Strategy",
    "Tier",
    "json_schema",
    "load_shop",
]
