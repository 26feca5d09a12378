"""A shop of all components, wired as a customer would: for the contracts that hold over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

from bcinfra import gcp
from tests.gcp.conftest import MAINTENANCE, NUMBER, PROJECT, REGIONS, VAULT, VAULT_NUMBER, project, region

CIDRS = {"ghent": "10.0.0.0/16", "turin": "10.1.0.0/16"}
DOMAIN = "shop.example"


def everything(*, disposable: bool = False, primary: str = "ghent") -> Callable[[], None]:
    """A program that declares the shop."""

    def program() -> None:
        worldwide = project(disposable=disposable)
        vault = project(VAULT, VAULT_NUMBER, disposable=disposable)
        apart = region("us-east1", VAULT, VAULT_NUMBER, disposable=disposable)
        regions = {site: region(name, PROJECT, NUMBER, disposable=disposable) for site, name in REGIONS.items()}
        other = next(site for site in REGIONS if site != primary)

        keys = {site: _key(f"data-{site}", at, at.name) for site, at in regions.items()}
        network = gcp.Network(
            "shop",
            gcp.NetworkArgs(
                project=worldwide,
                sites={site: gcp.NetworkSite(region=at, cidr=CIDRS[site]) for site, at in regions.items()},
            ),
        )
        data: dict[str, dict[str, Any]] = {
            site: {
                "region": at,
                "key_name": keys[site].key_name,
                "network_id": network.services_network_id,
                "maintenance_window": MAINTENANCE[site],
            }
            for site, at in regions.items()
        }
        password = pulumi.Output.secret("correct horse")
        secret = gcp.ReplicatedSecret(
            "database-password",
            gcp.ReplicatedSecretArgs(
                project=worldwide,
                sites={site: gcp.KeyedRegion(region=at, key_name=keys[site].key_name) for site, at in regions.items()},
                value=password,
            ),
        )
        orders = gcp.MySql(
            "orders",
            gcp.MySqlArgs(
                project=worldwide,
                sites={
                    site: gcp.MySqlSite(**at, allocated_range=network.sites[site].services_range)
                    for site, at in data.items()
                },
                primary=primary,
                disaster_replica=other,
                version="8.4",
                tier="db-perf-optimized-N-4",
                storage=100,
                database="shop",
                username="shop",
                password=password,
            ),
        )
        gcp.MySqlStandby(
            "abroad",
            gcp.MySqlStandbyArgs(
                site=gcp.MySqlSite(**data["turin"]),
                primary=gcp.ExternalPrimary(
                    host="10.8.0.5",
                    username="replica",
                    password=password,
                    ca_certificate="-----BEGIN CERTIFICATE-----",
                    dump="gs://acme-seed/orders.sql.gz",
                ),
                version="8.4",
                tier="db-perf-optimized-N-4",
                storage=100,
            ),
        )
        carts = gcp.Redis(
            "carts",
            gcp.RedisArgs(sites={site: gcp.RedisSite(**at) for site, at in data.items()}, primary=primary),
        )
        gcp.Files(
            "files",
            gcp.FilesArgs(
                sites={
                    site: gcp.FilesSite(
                        region=at["region"],
                        key_name=at["key_name"],
                        network_id=at["network_id"],
                        subnet_id=network.sites[site].subnet_id,
                        allocated_range=network.sites[site].services_range,
                        clients=("10.30.0.0/20",),
                    )
                    for site, at in data.items()
                },
                primary="ghent",
                size=100,
            ),
        )
        machines = {
            site: gcp.InstanceTier(
                f"web-{site}",
                gcp.InstanceTierArgs(
                    region=at,
                    network_id=network.network_id,
                    subnet_id=network.sites[site].subnet_id,
                    image="projects/acme-prod/global/images/family/web",
                    machine_type="n4-standard-2",
                    peak=20,
                ),
            )
            for site, at in regions.items()
        }
        containers = {
            site: gcp.CloudRunTier(
                f"api-{site}",
                gcp.CloudRunTierArgs(
                    region=at,
                    network_id=network.network_id,
                    subnet_id=network.sites[site].subnet_id,
                    image="europe-docker.pkg.dev/acme/shop/api:1",
                    peak=20,
                    environment={"REDIS": carts.addresses[site]},
                    secrets={"DB_PASSWORD": secret.secret_id},
                ),
            )
            for site, at in regions.items()
        }
        background: dict[str, Any] = {
            "region": regions["ghent"],
            "network_id": network.network_id,
            "subnet_id": network.sites["ghent"].subnet_id,
            "image": "europe-docker.pkg.dev/acme/shop/api:1",
            "secrets": {"DB_PASSWORD": secret.secret_id},
        }
        mailer = gcp.Worker("mailer", gcp.WorkerArgs(**background, replicas=2))
        gcp.Job("export", gcp.JobArgs(**background, schedule="30 2 * * *"))
        mails = gcp.Queue("mails", gcp.QueueArgs(region=regions["ghent"], key_name=keys["ghent"].key_name))
        mails.used_by("mailer", mailer.member, mailer)
        gcp.ImageRepositories(
            "images",
            gcp.ImageRepositoriesArgs(
                repository="shop",
                sites={
                    site: gcp.ImageSite(region=at, key_name=keys[site].key_name, readers={"web": machines[site].member})
                    for site, at in regions.items()
                },
            ),
        )
        gcp.Buckets(
            "media",
            gcp.BucketsArgs(
                project=worldwide,
                location="eu",
                regions=frozenset({"europe-west1", "europe-west4"}),
                key_name=_key("media", worldwide, "europe").key_name,
                copies={"vault": gcp.IsolatedBucket(project=vault, location="us")},
                writers={"web": machines["ghent"].member},
            ),
        )
        gcp.InternalBalancer(
            "app",
            gcp.InternalBalancerArgs(
                region=regions["ghent"],
                network_id=network.network_id,
                subnet_id=network.sites["ghent"].subnet_id,
                group=machines["ghent"].group,
            ),
        )
        gcp.Archive(
            "copies",
            gcp.ArchiveArgs(region=apart),
        )
        gcp.ForeignBucketCopy(
            "media-abroad",
            gcp.ForeignBucketCopyArgs(
                project=worldwide,
                source="shop-media-dublin",
                role_arn="arn:aws:iam::111111111111:role/media-abroad",
                queue_arn="arn:aws:sqs:eu-west-1:111111111111:media-abroad",
                copy_to=gcp.IsolatedBucket(project=vault, location="europe-west3"),
                reader=machines["ghent"].member,
            ),
        )
        gcp.ChangeStream(
            "changes",
            gcp.ChangeStreamArgs(
                at=gcp.KeyedRegion(region=regions["ghent"], key_name=keys["ghent"].key_name),
                subnet_id=network.sites["ghent"].endpoints_subnet_id,
                host=orders.address,
                username="datastream",
                password_secret=secret.secret_id,
                databases=frozenset({"shop"}),
                bucket=gcp.IsolatedBucket(project=vault, location="us"),
            ),
        )
        gcp.Backups(
            "backups",
            gcp.BackupsArgs(
                sites=regions,
                vaults={"ghent": gcp.Vault(project=vault, location="europe-west1")},
                protected={
                    "ghent": {"orders": gcp.Protected(kind=gcp.Kind.MYSQL, resource=orders.instance_ids["ghent"])}
                },
            ),
        )
        zone = gcp.PublicZone("zone", gcp.PublicZoneArgs(project=worldwide, domain=DOMAIN, signed=False))
        gcp.NameServers(
            "zone",
            gcp.NameServersArgs(
                project=worldwide,
                zone_name=zone.zone_name,
                domain=DOMAIN,
                own=zone.name_servers,
                others=("ns-1.awsdns-00.org",),
            ),
        )
        gcp.ProofRecord(
            "elsewhere",
            gcp.ProofRecordArgs(
                project=worldwide,
                zone_name=zone.zone_name,
                name=f"_x.{DOMAIN}",
                kind="CNAME",
                value="_y.acm-validations.aws.",
            ),
        )
        certificate = gcp.Certificate(
            "shop", gcp.CertificateArgs(project=worldwide, zone_name=zone.zone_name, domain=DOMAIN)
        )
        armor = gcp.Armor("shop", gcp.ArmorArgs(project=worldwide))
        fronts = {
            what: gcp.LoadBalancer(
                what,
                gcp.LoadBalancerArgs(
                    project=worldwide,
                    backends={
                        site: gcp.Backend(group=tier.group, serverless=tier.serverless) for site, tier in tiers.items()
                    },
                    certificate_map=certificate.map_id,
                    security_policy=armor.policy_id,
                ),
            )
            for what, tiers in {"web": machines, "api": containers}.items()
        }
        gcp.GeoDns(
            "dns",
            gcp.GeoDnsArgs(
                project=worldwide,
                domain=DOMAIN,
                zone_name=zone.zone_name,
                endpoints={
                    "shop": gcp.Endpoint(address=fronts["web"].addresses["A"], location="europe-west1"),
                    "fallback": gcp.Endpoint(address="198.51.100.7", location="us-east1"),
                },
                primary="shop",
            ),
        )
        people = gcp.Alerts(
            "alerts",
            gcp.AlertsArgs(
                project=worldwide,
                emails={"ann": "ann@shop.example"},
                databases={"orders": orders.identifiers["ghent"]},
                replicas={"orders": orders.identifiers["turin"]},
                workflows={"failover": "failover", "restore": "restore-orders"},
                queues={"mails": mails.watched},
            ),
        )
        gcp.LogArchive(
            "logs",
            gcp.LogArchiveArgs(
                project=worldwide,
                vault=region("us-east4", VAULT, VAULT_NUMBER, disposable=disposable),
                locked=not disposable,
            ),
        )
        gcp.Watch(
            "watch",
            gcp.WatchArgs(
                project=worldwide,
                channels=people.channels,
                availability=99.9,
                databases={"orders": orders.identifiers["ghent"]},
            ),
        )
        outage = gcp.OutageAlerts(
            "outage",
            gcp.OutageAlertsArgs(
                standby=regions["turin"],
                host=DOMAIN,
                replicas={"orders": orders.identifiers["turin"]},
                url_map_name=fronts["web"].url_map_name,
                channels=people.channels,
            ),
        )
        gcp.Failover(
            "failover",
            gcp.FailoverArgs(
                standby=regions["turin"],
                primary_region=REGIONS["ghent"],
                signals=outage.signals,
                databases={
                    "orders": gcp.Database(replica=orders.identifiers["turin"], primary=orders.identifiers["ghent"])
                },
                caches={"carts": carts.identifiers["turin"]},
                groups={"web": gcp.Group(autoscaler=machines["turin"].autoscaler_name, minimum=6)},
                services={
                    "api": gcp.RunService(
                        name=containers["turin"].service_name,
                        service_account=containers["turin"].service_account,
                        minimum=4,
                    )
                },
                load_balancers={what: front.backend_service_id for what, front in fronts.items()},
                key_name=keys["turin"].key_name,
            ),
        )
        gcp.RestoreTest(
            "restore-orders",
            gcp.RestoreTestArgs(
                region=regions["ghent"], instance=orders.identifiers["ghent"], database="shop", least_mb=500
            ),
        )
        lines = {"north": "203.0.113.1", "south": "198.51.100.1"}
        gcp.SiteVpn(
            "office",
            gcp.SiteVpnArgs(
                region=regions["ghent"],
                site="premises",
                network_id=network.network_id,
                lines={
                    name: gcp.SiteLine(
                        interface=at,
                        address=address,
                        inside=(f"169.254.20.{8 * at}/30", f"169.254.20.{8 * at + 4}/30"),
                        keys=("correct horse 1", "correct horse 2"),
                    )
                    for at, (name, address) in enumerate(lines.items())
                },
                asn=65010,
            ),
        )
        near = gcp.VpnGateway("abroad", gcp.VpnGatewayArgs(region=regions["turin"], network_id=network.network_id))
        gcp.PeerTunnels(
            "abroad",
            gcp.PeerTunnelsArgs(
                region=regions["turin"],
                peer="aws",
                gateway_id=near.gateway_id,
                router_id=near.router_id,
                router_name=near.router_name,
                connections={
                    name: gcp.PeerConnection(
                        interface=0 if at == 0 else 1,
                        addresses=(f"203.0.113.{at}", f"198.51.100.{at}"),
                        inside=(f"169.254.30.{8 * at + 2}", f"169.254.30.{8 * at + 6}"),
                        peer_inside=(f"169.254.30.{8 * at + 1}", f"169.254.30.{8 * at + 5}"),
                        keys=("correct horse 3", "correct horse 4"),
                    )
                    for at, name in enumerate(("zero", "one"))
                },
                asn=64512,
            ),
        )
        gcp.Runbooks(
            "runbook",
            gcp.RunbooksArgs(
                region=apart,
                pages={"routine.html": pulumi.StringAsset("Look from outside.")},
                readers=("group:on-call@help.example",),
            ),
        )
        gcp.StaticPage(
            "page",
            gcp.StaticPageArgs(
                region=region("us-east1", "acme-help", "333344445555", disposable=disposable),
                domain="shop-help.example",
                pages={"index.html": "<h1>Call us</h1>", "closed.html": "<h1>Closed</h1>"},
                shop=DOMAIN,
            ),
        )
        gcp.SiteChecks("office", gcp.SiteChecksArgs(project=worldwide, site="premises", addresses=lines, port=443))
        pulumi.export("address", fronts["web"].addresses["A"])

    return program


def _key(name: str, at: gcp.Project, location: str) -> gcp.Key:
    agents = frozenset(
        {gcp.Agent.CLOUD_SQL, gcp.Agent.MEMORYSTORE, gcp.Agent.SECRET_MANAGER, gcp.Agent.DATASTREAM, gcp.Agent.PUBSUB}
    )
    return gcp.Key(name, gcp.KeyArgs(project=at, location=location, purpose="data", agents=agents))
