"""Components of AWS and of Google Cloud that are joined, though neither package knows the other."""

from __future__ import annotations

from bcinfra import aws, gcp
from bcinfra.continuity.model.parts import StoreKind
from bcinfra.continuity.readings.read import read
from bcinfra.graph.core.model import Secret
from bcinfra.graph.record.recorder import record
from tests.aws.conftest import key_arn, named as rows, region as aws_region
from tests.gcp.conftest import VAULT, VAULT_NUMBER, project, region

LINES = ("zero", "one")


def tunnels() -> None:
    here, there = aws_region(), region("europe-west3")
    keys = {line: (f"correct_horse_{n}", f"battery_staple_{n}") for n, line in enumerate(LINES)}
    near = gcp.VpnGateway("aws", gcp.VpnGatewayArgs(region=there, network_id="projects/acme/global/networks/shop"))
    vpn = aws.SiteVpn(
        "google",
        aws.SiteVpnArgs(
            region=here,
            site="google",
            vpc_id="vpc-1",
            lines={line: aws.SiteLine(address=near.addresses[n], keys=keys[line]) for n, line in enumerate(LINES)},
            asn=near.asn,
        ),
    )
    gcp.PeerTunnels(
        "aws",
        gcp.PeerTunnelsArgs(
            region=there,
            peer="aws",
            gateway_id=near.gateway_id,
            router_id=near.router_id,
            router_name=near.router_name,
            connections={
                line: gcp.PeerConnection(
                    interface=0 if line == "zero" else 1,
                    addresses=vpn.tunnel_addresses[line],
                    inside=vpn.inside_addresses[line],
                    peer_inside=vpn.cloud_inside_addresses[line],
                    keys=keys[line],
                )
                for line in LINES
            },
            asn=64512,
        ),
    )


def test_tunnels_between_the_vendors_are_made_in_one_run_without_a_circle() -> None:
    graph = record(tunnels)
    (gateway,) = graph.of_type("gcp:compute/haVpnGateway:HaVpnGateway")
    (peer,) = graph.of_type("gcp:compute/externalVpnGateway:ExternalVpnGateway")
    connections = rows(graph, "aws:ec2/vpnConnection:VpnConnection")
    routers = rows(graph, "aws:ec2/customerGateway:CustomerGateway")
    for line in LINES:
        assert routers[f"google-{line}"].property_dependencies["ipAddress"] == (gateway.urn,)
    assert set(peer.property_dependencies["interfaces"]) == {row.urn for row in connections.values()}
    for line in LINES:
        for n in (0, 1):
            end = rows(graph, "gcp:compute/routerInterface:RouterInterface")[f"aws-{line}-{n}"]
            neighbour = rows(graph, "gcp:compute/routerPeer:RouterPeer")[f"aws-{line}-{n}"]
            assert end.property_dependencies["ipRange"] == (connections[f"google-{line}"].urn,)
            assert neighbour.property_dependencies["peerIpAddress"] == (connections[f"google-{line}"].urn,)


def test_the_keys_of_both_ends_are_secrets() -> None:
    graph = record(tunnels)
    for row in graph.of_type("gcp:compute/vPNTunnel:VPNTunnel"):
        assert row.inputs["sharedSecret"] == Secret()
    assert "correct_horse" not in str(graph.resources)
    assert "battery_staple" not in str(graph.resources)


def media() -> None:
    here, google = aws_region(), project()
    files = aws.Buckets(
        "media",
        aws.BucketsArgs(sites={"dublin": aws.KeyedRegion(region=here, key_arn=key_arn("eu-west-1"))}, primary="dublin"),
    )
    events = aws.BucketEvents(
        "media",
        aws.BucketEventsArgs(
            region=here,
            bucket=files.names["dublin"],
            bucket_arn=files.arns["dublin"],
            key_arn=key_arn("eu-west-1"),
            subject="112233445566778899000",
        ),
    )
    gcp.ForeignBucketCopy(
        "media-copy",
        gcp.ForeignBucketCopyArgs(
            project=google,
            source=files.names["dublin"],
            role_arn=events.role_arn,
            queue_arn=events.queue_arn,
            copy_to=gcp.IsolatedBucket(project=project(VAULT, VAULT_NUMBER), location="europe-west3"),
            reader="serviceAccount:web@acme.iam.gserviceaccount.com",
        ),
    )


def test_objects_at_aws_are_copied_to_google_and_read_as_one_store() -> None:
    (store,) = (s for s in read(record(media)).stores if s.kind is StoreKind.OBJECTS)
    assert [member.site for member in store.members] == ["aws/eu-west-1", "gcp/europe-west3"]
    assert "gcp/europe-west3" in {copy.site for copy in store.copies}
