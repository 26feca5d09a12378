"""A shop from charts: as a template, as a release, and as a component of the newest kind."""

from pulumi_kubernetes.helm.v3 import Chart, ChartOpts, FetchOpts, Release, RepositoryOptsArgs
from pulumi_kubernetes.helm.v4 import Chart as NewChart
from pulumi_kubernetes.kustomize import Directory

Chart("redis", ChartOpts(chart="redis", fetch_opts=FetchOpts(repo="https://charts.example")))
Release("mysql", chart="mysql", repository_opts=RepositoryOptsArgs(repo="https://charts.example"))
NewChart("web", chart="nginx")
Directory("monitoring", "monitoring")
