"""Manifests from files, some there, one not, and one text."""

from pulumi_kubernetes.yaml import ConfigFile, ConfigGroup
from pulumi_kubernetes.yaml.v2 import ConfigGroup as Manifests

ConfigFile("guestbook", "guestbook.yaml")
ConfigFile("ingress", "https://shop.example/ingress.yaml")
ConfigGroup("names", yaml=["{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"])
Manifests("more", files=["guestbook.yaml"])
