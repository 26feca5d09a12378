"""Programs that are said to let customers reach a person while the shop is down, and do not; their twins do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.runbooks import runbooks
from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind, WayKind
from bcinfra.graph.record.recorder import record
from bcinfra.report.documents.runbook import Book
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_contact import (
    AWS,
    MAIL,
    OVERFLOW,
    PAGE,
    PHONE,
    SOUTH,
    centre,
    kept,
    person,
    shop,
)
from tests.continuity.foreign.test_truths import assessed, with_defaults
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier, model

MADE = {"domain": "shop-help.example", "account": "help", "region": "europe-west3"}
ACCOUNTS = {"main": "111122223333", "help": {"project": "help", "number": "432109876543"}}
ACCOUNT = "account:aws/111122223333"
TELLS = f'<p>Call <a href="tel:{PHONE["number"]}">+32 2 555 01 00</a></p>'
LOOKS = '<link rel="stylesheet" href="https://cdn.shop.example/shop.css">'
RUNS = "<script defer src='//www.shop.example/shop.js'></script>"


def named(
    contact: dict[str, Any],
    more: Callable[[Region, Any], object] = lambda _, __: None,
    accounts: dict[str, Any] = ACCOUNTS,
) -> Assessment:
    """What is said of a shop whose names Route 53 answers, with ``more`` beside it in the same program."""
    from pulumi_aws import route53

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at)
        Database(at, tier)
        zone = route53.Zone("shop", name="shop.example", opts=at.opts)
        for host in ("shop.example", "www.shop.example", "cdn.shop.example", "chat.shop.example"):
            alias: Any = {
                "name": tier.balancer.dns_name,
                "zone_id": tier.balancer.zone_id,
                "evaluate_target_health": True,
            }
            route53.Record(host, zone_id=zone.zone_id, name=host, type="A", aliases=[alias], opts=at.opts)
        more(at, tier)
        spec = {
            "domain": "shop.example",
            "accounts": accounts,
            "sites": {"ireland": {"kind": "aws", "region": "eu-west-1", "role": "primary", "account": "main"}},
            "data": {"orders": {"criticality": "critical", "home": "mysql"}},
            "objectives": {"recovery_time": "15m", "data_loss": "15m"},
            "contact": contact,
        }
        pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})

    return assessed(program)


# -- the page ---------------------------------------------------------------------------------------------------------


def paged(
    *,
    index: str | None = "index.html",
    reader: str | None = "allUsers",
    role: str = "roles/storage.objectViewer",
    acl: Callable[[Any, Any, Any], object] | None = None,
    uniform: bool | None = None,
    mx: str | None = "10 in1-smtp.example.",
    ends: bool = True,
    certified: str = "shop-help.example",
) -> Callable[[Region, Any], None]:
    """A page at Google Cloud, in a project of its own; ``acl`` is what else lets its files be read."""
    from pulumi_gcp import Provider, compute, dns, storage

    def declare(_: Region, __: Any) -> None:
        opts = pulumi.ResourceOptions(provider=Provider("help", project="help", region="europe-west3"))
        files = storage.Bucket(
            "help",
            location="EUROPE-WEST3",
            website={"main_page_suffix": "index.html"},
            uniform_bucket_level_access=uniform,
            opts=opts,
        )
        if index:
            page = storage.BucketObject("help", bucket=files.name, name=index, content=TELLS, opts=opts)
            if acl:
                acl(files, page, opts)
        if reader:
            storage.BucketIAMMember("help", bucket=files.name, role=role, member=reader, opts=opts)
        backend = compute.BackendBucket("help", bucket_name=files.name, opts=opts)
        urls = compute.URLMap("help", default_service=backend.self_link, opts=opts)
        certificate = compute.ManagedSslCertificate("help", managed={"domains": [certified]}, opts=opts)
        proxy = compute.TargetHttpsProxy(
            "help", url_map=urls.self_link, ssl_certificates=[certificate.self_link], opts=opts
        )
        address = compute.GlobalAddress("help", opts=opts)
        compute.GlobalForwardingRule(
            "help", target=proxy.self_link, ip_address=address.address, port_range="443", opts=opts
        )
        zone = dns.ManagedZone("help", dns_name="shop-help.example.", opts=opts)
        row: dict[str, Any] = {"managed_zone": zone.name, "name": "shop-help.example.", "ttl": 300, "opts": opts}
        if ends:
            dns.RecordSet("help", type="A", rrdatas=[address.address], **row)
        if mx:
            dns.RecordSet("mail", type="MX", rrdatas=[mx], **row)

    return declare


def test_a_page_that_the_program_makes_elsewhere_shows_the_ways() -> None:
    assert person(named({"phone": PHONE, "page": MADE}, paged()), AWS).kind is Kind.UNAFFECTED


@pytest.mark.parametrize(
    "more",
    [
        {"reader": None},
        {"reader": "user:ann@shop.example"},
        {"reader": "allAuthenticatedUsers"},
        {"role": "roles/storage.legacyBucketReader"},
        {"index": None},
        {"index": "help.html"},
        {"ends": False},
        {"certified": "www.shop-help.example"},
    ],
    ids=[
        "nobody may read its files",
        "one person alone may",
        "who has an account of Google may",
        "their names alone may be read",
        "nobody knows what it has",
        "it has no first page",
        "no name leads to it",
        "its certificate is for another name",
    ],
)
def test_a_page_that_nobody_sees_is_none(more: dict[str, Any]) -> None:
    assert not kept(named({"phone": PHONE, "page": MADE}, paged(**more)), AWS)


def new_files(entity: str) -> Callable[[Any, Any, Any], object]:
    def declare(files: Any, _: Any, opts: Any) -> None:
        from pulumi_gcp import storage

        storage.DefaultObjectAccessControl("help", bucket=files.name, entity=entity, role="READER", opts=opts)

    return declare


def new_files_by_list(files: Any, _: Any, opts: Any) -> None:
    from pulumi_gcp import storage

    storage.DefaultObjectACL("help", bucket=files.name, role_entities=["READER:allUsers"], opts=opts)


def the_page(entity: str) -> Callable[[Any, Any, Any], object]:
    def declare(files: Any, page: Any, opts: Any) -> None:
        from pulumi_gcp import storage

        new_files("allUsers")(files, page, opts)
        named: Any = {"bucket": files.name, "object": page.output_name}
        storage.ObjectAccessControl("help", entity=entity, role="READER", **named, opts=opts)

    return declare


def the_bucket(files: Any, _: Any, opts: Any) -> None:
    from pulumi_gcp import storage

    storage.BucketAccessControl("help", bucket=files.name, entity="allUsers", role="READER", opts=opts)


def the_bucket_by_list(**stated: Any) -> Callable[[Any, Any, Any], object]:
    def declare(files: Any, _: Any, opts: Any) -> None:
        from pulumi_gcp import storage

        storage.BucketACL("help", bucket=files.name, **stated, opts=opts)

    return declare


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({"acl": new_files("allUsers")}, True),
        ({"acl": new_files_by_list}, True),
        ({"acl": new_files("allUsers"), "uniform": True}, False),
        ({"acl": new_files("allAuthenticatedUsers")}, False),
        ({"acl": the_page("allUsers")}, True),
        ({"acl": the_page("user-ann@shop.example")}, False),
        ({"acl": the_bucket}, False),
        ({"acl": the_bucket_by_list(role_entities=["READER:allUsers"])}, False),
        ({"acl": the_bucket_by_list(role_entities=["READER:allUsers"], default_acl="publicRead")}, True),
    ],
    ids=[
        "new files are everybody's",
        "new files are everybody's by a list",
        "the bucket gave ACLs up",
        "new files are for accounts of Google",
        "the page is everybody's",
        "the page has readers of its own",
        "names alone are everybody's",
        "names alone are everybody's by a list",
        "new files are everybody's by the bucket's ACL",
    ],
)
def test_a_page_is_seen_where_its_acl_says_so(more: dict[str, Any], seen: bool) -> None:
    assert kept(named({"phone": PHONE, "page": MADE}, paged(reader=None, **more)), AWS) is seen


OPEN: dict[str, Any] = {
    "block_public_acls": False,
    "ignore_public_acls": False,
    "block_public_policy": False,
    "restrict_public_buckets": False,
}
ALL_READ: Any = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::help/*"}
FROM_HOME: Any = {**ALL_READ, "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}


def on_a_website(
    *,
    policy: dict[str, Any] | None = None,
    known: bool = True,
    acl: str | None = None,
    of_bucket: str | None = None,
    owner: str | None = "BucketOwnerPreferred",
    access: dict[str, Any] | None = OPEN,
    of_account: bool = False,
    called: str = "shop-help.example",
) -> Callable[[Region, Any], None]:
    """A page on S3's own website, in another account, which everybody must be let read."""
    from pulumi_aws import Provider, route53, s3

    def declare(_: Region, __: Any) -> None:
        where = Provider("help", region="us-east-1", allowed_account_ids=["999988887777"])
        opts = pulumi.ResourceOptions(provider=where)
        files = s3.Bucket("help", bucket=called, opts=opts)
        site = s3.BucketWebsiteConfiguration(
            "help", bucket=files.bucket, index_document={"suffix": "index.html"}, opts=opts
        )
        page: Any = {"key": "index.html", "content": TELLS, "content_type": "text/html", "acl": acl}
        s3.BucketObjectv2("help", bucket=files.bucket, **page, opts=opts)
        if access:
            s3.BucketPublicAccessBlock("help", bucket=files.bucket, **access, opts=opts)
        if of_account:
            s3.AccountPublicAccessBlock("help", block_public_policy=True, ignore_public_acls=True, opts=opts)
        if owner:
            s3.BucketOwnershipControls("help", bucket=files.bucket, rule={"object_ownership": owner}, opts=opts)
        if of_bucket:
            s3.BucketAclV2("help", bucket=files.bucket, acl=of_bucket, opts=opts)
        if policy:
            rows = {"Statement": [policy if known else {**policy, "Resource": files.arn}]}
            s3.BucketPolicy("help", bucket=files.bucket, policy=pulumi.Output.json_dumps(rows), opts=opts)
        zone = route53.Zone("help", name="shop-help.example", opts=opts)
        alias: Any = {"name": site.website_domain, "zone_id": files.hosted_zone_id, "evaluate_target_health": False}
        route53.Record("help", zone_id=zone.zone_id, name="shop-help.example", type="A", aliases=[alias], opts=opts)

    return declare


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({"policy": ALL_READ}, True),
        ({"policy": ALL_READ, "known": False}, True),
        ({"policy": ALL_READ, "access": None}, False),
        ({"policy": ALL_READ, "known": False, "access": None}, False),
        ({"policy": ALL_READ, "access": {**OPEN, "restrict_public_buckets": True}}, False),
        ({"policy": ALL_READ, "of_account": True}, False),
        ({"policy": FROM_HOME}, False),
        ({"policy": ALL_READ, "called": "help"}, False),
        ({"acl": "public-read"}, True),
        ({"acl": "public-read", "access": {**OPEN, "ignore_public_acls": True}}, False),
        ({"acl": "public-read", "owner": "BucketOwnerEnforced"}, False),
        ({"acl": "public-read", "owner": None}, False),
        ({"of_bucket": "public-read"}, False),
        ({}, False),
    ],
    ids=[
        "everybody may read",
        "a policy that the deployment knows",
        "S3 blocks what nobody says is open",
        "S3 blocks a policy that the deployment knows",
        "the bucket is closed",
        "the account is closed",
        "from one network alone",
        "S3 answers by the bucket's name",
        "the page is everybody's",
        "its ACL is ignored",
        "its bucket takes no ACLs",
        "a new bucket takes no ACLs",
        "names alone are everybody's",
        "it is only called a website",
    ],
)
def test_a_website_is_seen_where_everybody_may_read_it(more: dict[str, Any], seen: bool) -> None:
    page = {**MADE, "region": "us-east-1"}
    found = named({"phone": PHONE, "page": page}, on_a_website(**more), accounts=OTHER_ACCOUNT)
    assert kept(found, ACCOUNT) is seen


def at_aws(
    text: str,
    *,
    root: str | None = "index.html",
    reads: str = "s3:GetObject",
    alias: str | None = "shop-help.example",
    enabled: bool = True,
    own: bool = True,
    **file: Any,
) -> Callable[[Region, Any], None]:
    """A page in another account of AWS: what it says is seen there. ``own``: it has a certificate of its own; ``file``:
    how the page is handed out."""
    from pulumi_aws import Provider, acm, cloudfront, route53, s3

    def declare(_: Region, __: Any) -> None:
        where = Provider("help", region="us-east-1", allowed_account_ids=["999988887777"])
        opts = pulumi.ResourceOptions(provider=where)
        files = s3.Bucket("help", bucket="help-files", opts=opts)
        told: Any = {"content_type": "text/html; charset=utf-8", **file}
        s3.BucketObjectv2("help", bucket=files.bucket, key="index.html", content=text, **told, opts=opts)
        edges = {"Service": "cloudfront.amazonaws.com"}
        row = {"Effect": "Allow", "Principal": edges, "Action": reads, "Resource": "arn:aws:s3:::help-files/*"}
        s3.BucketPolicy("help", bucket=files.bucket, policy=json.dumps({"Statement": [row]}), opts=opts)
        certificate = acm.Certificate("help", domain_name="shop-help.example", validation_method="DNS", opts=opts)
        own_one: Any = {"acm_certificate_arn": certificate.arn, "ssl_support_method": "sni-only"}
        made = cloudfront.Distribution(
            "help",
            enabled=enabled,
            default_root_object=root,
            aliases=[alias] if alias else None,
            origins=[{"origin_id": "files", "domain_name": files.bucket_regional_domain_name}],
            default_cache_behavior={
                "target_origin_id": "files",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "viewer_protocol_policy": "redirect-to-https",
            },
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate=own_one if own else {"cloudfront_default_certificate": True},
            opts=opts,
        )
        zone = route53.Zone("help", name="shop-help.example", opts=opts)
        leads: Any = {"name": made.domain_name, "zone_id": made.hosted_zone_id, "evaluate_target_health": False}
        route53.Record("help", zone_id=zone.zone_id, name="shop-help.example", type="A", aliases=[leads], opts=opts)

    return declare


OTHER_ACCOUNT = {**ACCOUNTS, "help": "999988887777"}
OWN = '<link rel="stylesheet" href="/own.css"><script src="https://shop-help.example/own.js"></script>'
LINK = '<a href="https://www.shop.example/">the shop</a>'


@pytest.mark.parametrize(
    ("text", "more", "seen"),
    [
        (TELLS, {}, True),
        ("<p>Call 02 555 01 00</p>", {}, True),
        (OWN + TELLS, {}, True),
        (LINK + TELLS, {}, True),
        ("<p>We are back soon.</p>", {}, False),
        ("<p>Call +32 2 555 01 99</p>", {}, False),
        (LOOKS + TELLS, {}, False),
        (RUNS + TELLS, {}, False),
        (TELLS, {"root": None}, False),
        (TELLS, {"reads": "s3:ListBucket"}, False),
        (f"<!-- {TELLS} --><p>We are back soon.</p>", {}, False),
        (f"<!-- We are back soon. -->{TELLS}", {}, True),
        (f"<p>We are back soon.</p><script>const page = `{TELLS}`</script>", {}, False),
        (f"<div hidden>{TELLS}</div>", {}, False),
        (TELLS, {"content_type": None}, False),
        (TELLS, {"content_type": "application/octet-stream"}, False),
        (TELLS, {"content_type": "text/plain"}, True),
        (TELLS, {"content_disposition": "attachment; filename=help.html"}, False),
        (TELLS, {"content_disposition": "inline"}, True),
        (TELLS, {"enabled": False}, False),
        (TELLS, {"alias": None}, False),
        (TELLS, {"alias": "www.shop-help.example"}, False),
        (TELLS, {"alias": "*.example"}, True),
        (TELLS, {"own": False}, False),
    ],
    ids=[
        "it names a way",
        "as people of the country write it",
        "it loads what stands with it",
        "it links to the shop",
        "it names no way",
        "it names another number",
        "it looks as the shop's own host says",
        "it runs what the shop's own host gives",
        "nothing is shown first",
        "its edges may not read its files",
        "the number is a remark",
        "something else is a remark",
        "a script has the number",
        "the number is hidden",
        "browsers save what nothing is said of",
        "browsers save bytes",
        "browsers show text",
        "browsers save it",
        "browsers show it",
        "the CDN is switched off",
        "the CDN knows no name",
        "the CDN knows another name",
        "the CDN knows every name",
        "its certificate is for another name",
    ],
)
def test_a_page_counts_for_what_it_shows(text: str, more: dict[str, Any], seen: bool) -> None:
    page = {**MADE, "region": "us-east-1"}
    found = named({"phone": PHONE, "page": page}, at_aws(text, **more), accounts=OTHER_ACCOUNT)
    assert kept(found, ACCOUNT) is seen


@pytest.mark.parametrize(
    ("vendor", "dns", "reached"),
    [("cloudfront", "names", False), ("pages", "route53", False), ("pages", "names", True)],
)
def test_a_service_is_its_cloud_s_by_whatever_name(vendor: str, dns: str, reached: bool) -> None:
    page = {**PAGE, "vendor": vendor, "dns": dns}
    assert kept(assessed(lambda: shop({"phone": PHONE, "page": page})), AWS) is reached


def test_a_page_that_the_program_has_at_the_shop_s_vendor_is_there_whatever_is_stated() -> None:
    from pulumi_aws import route53

    def beside(at: Region, tier: Any) -> None:
        zone = route53.Zone("help", name="shop-help.example", opts=at.opts)
        alias: Any = {"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": True}
        route53.Record("help", zone_id=zone.zone_id, name="shop-help.example", type="A", aliases=[alias], opts=at.opts)

    assert not kept(named({"phone": PHONE, "page": PAGE}, beside), AWS)
    assert kept(named({"phone": PHONE, "page": PAGE}), AWS)


def test_an_account_that_the_shop_runs_in_is_not_apart() -> None:
    page = {**MADE, "account": "main", "region": "eu-west-1"}
    found = named({"phone": PHONE, "page": page}, paged())
    (region,) = (r for r in found.scenarios if r.scenario.id == "region:aws/eu-west-1")
    assert {one.kind for one in region.outcomes if one.capability != "reach-a-person"} != {Kind.UNAFFECTED}


@pytest.mark.parametrize("account", ["111122223333", "999988887777"], ids=["the shop's", "another"])
def test_a_registration_is_in_an_account(account: str) -> None:
    """Who takes the shop's account over takes the page's name too, where it is registered there."""
    from pulumi_aws import Provider, route53domains

    def beside(at: Region, tier: Any) -> None:
        paged()(at, tier)
        where = Provider("registrar", region="us-east-1", allowed_account_ids=[account])
        route53domains.RegisteredDomain(
            "help", domain_name="shop-help.example", auto_renew=True, opts=pulumi.ResourceOptions(provider=where)
        )

    assert kept(named({"phone": PHONE, "page": MADE}, beside), ACCOUNT) is (account != "111122223333")


# -- lost credentials -------------------------------------------------------------------------------------------------


def trusting(account: str) -> Callable[[Region, Any], None]:
    """The page at Google Cloud, in a project that lets in who has an identity of an account of AWS."""
    from pulumi_gcp import Provider, iam

    def declare(at: Region, tier: Any) -> None:
        paged()(at, tier)
        opts = pulumi.ResourceOptions(provider=Provider("trusts", project="help", region="europe-west3"))
        pool = iam.WorkloadIdentityPool("shop", workload_identity_pool_id="shop", opts=opts)
        iam.WorkloadIdentityPoolProvider(
            "shop",
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id="shop",
            aws={"account_id": account},
            opts=opts,
        )

    return declare


def admitting(role: str, member: str) -> Callable[[Region, Any], None]:
    """The page at Google Cloud, in a project whose permissions name somebody."""
    from pulumi_gcp import Provider, projects

    def declare(at: Region, tier: Any) -> None:
        paged()(at, tier)
        opts = pulumi.ResourceOptions(provider=Provider("admits", project="help", region="europe-west3"))
        projects.IAMMember("shop", project="help", role=role, member=member, opts=opts)

    return declare


def role_for(who: Any, **row: Any) -> Callable[[Region, Any], None]:
    """The page in another account of AWS, with a role there that somebody may take on."""
    from pulumi_aws import Provider, iam

    def declare(at: Region, tier: Any) -> None:
        at_aws(TELLS)(at, tier)
        where = Provider("roles", region="us-east-1", allowed_account_ids=["999988887777"])
        stated = {"Effect": "Allow", "Principal": who, **(row or {"Action": "sts:AssumeRole"})}
        iam.Role(
            "deploys",
            assume_role_policy=json.dumps({"Statement": [stated]}),
            opts=pulumi.ResourceOptions(provider=where),
        )

    return declare


def people_of(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


SHOP_S = "serviceAccount:deploys@acme-prod.iam.gserviceaccount.com"
ITS_OWN = "serviceAccount:deploys@help.iam.gserviceaccount.com"


@pytest.mark.parametrize(
    ("more", "attacked", "purged"),
    [
        (paged(), True, True),
        (trusting("111122223333"), False, False),
        (admitting("roles/storage.admin", SHOP_S), False, False),
        (admitting("roles/storage.admin", ITS_OWN), True, True),
        (admitting("roles/storage.objectViewer", SHOP_S), True, True),
    ],
    ids=[
        "another vendor's project",
        "it trusts the shop's account",
        "another project's robot may change it",
        "its own robot may change it",
        "another project's robot may look",
    ],
)
def test_what_lost_credentials_do_not_reach_is_there_still(more: Any, attacked: bool, purged: bool) -> None:
    found = named({"phone": PHONE, "page": MADE}, more)
    assert (kept(found, "ransomware"), kept(found, "purge")) == (attacked, purged)


@pytest.mark.parametrize(
    ("more", "attacked"),
    [
        (at_aws(TELLS), True),
        (role_for(people_of("111122223333")), False),
        (role_for(people_of("999988887777")), True),
        (role_for(people_of("111122223333"), NotAction="sts:TagSession"), False),
        (role_for("*"), False),
        (role_for({"Federated": "accounts.google.com"}, Action="sts:AssumeRoleWithWebIdentity"), False),
        (role_for({"Service": "lambda.amazonaws.com"}), True),
    ],
    ids=[
        "another account",
        "the shop's people may take a role on there",
        "its own people may",
        "the shop's people may do all but one thing",
        "anybody may",
        "what runs at Google may",
        "a service of the vendor's may",
    ],
)
def test_another_account_of_the_vendor_is_beyond_an_intruder_and_within_an_insider_s_reach(
    more: Any, attacked: bool
) -> None:
    page = {**MADE, "region": "us-east-1"}
    found = named({"phone": PHONE, "page": page}, more, accounts=OTHER_ACCOUNT)
    assert (kept(found, "ransomware"), kept(found, "purge")) == (attacked, False)


def test_a_page_in_the_shop_s_own_account_is_lost_with_it() -> None:
    page = {**MADE, "account": "main", "region": "us-east-1"}
    found = named({"phone": PHONE, "page": page}, at_aws(TELLS), accounts={**ACCOUNTS, "main": "999988887777"})
    assert not kept(found, "ransomware")


# -- mail and chat ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mx", "reached"),
    [
        ("10 in1-smtp.example.", True),
        ("10 inbound-smtp.eu-west-1.amazonaws.com.", False),
        ("10 www.shop.example.", False),
        ("0 .", False),
        (None, False),
    ],
    ids=["its vendor", "the lost vendor", "a server of the shop", "nobody, it says", "nobody"],
)
def test_mail_is_received_where_its_records_lead(mx: str | None, reached: bool) -> None:
    assert kept(named({"mail": MAIL, "page": MADE}, paged(mx=mx)), AWS) is reached


@pytest.mark.parametrize(
    ("mail", "reached"),
    [
        ({**MAIL, "servers": ["10 inbound-smtp.eu-west-1.amazonaws.com"]}, False),
        ({**MAIL, "mx": "ses"}, False),
        ({**MAIL, "address": "help@shop.example"}, False),
        ({**MAIL, "servers": ["10 in1-smtp.example"]}, True),
    ],
    ids=["servers at the lost vendor", "the lost vendor's service", "the shop's own domain", "apart"],
)
def test_mail_is_as_far_away_as_its_servers_and_its_domain(mail: dict[str, Any], reached: bool) -> None:
    assert kept(named({"mail": mail, "page": PAGE}), AWS) is reached


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        ("https://chat.shop.example/help", False),
        ("https://talk.shop.example/help", False),
        ("https://app.chats.example/shop", True),
        (None, False),
    ],
    ids=["the shop's own host", "below the shop's domain", "its vendor's", "nobody knows where"],
)
def test_a_chat_is_where_it_opens(url: str | None, reached: bool) -> None:
    chat = {"vendor": "chats", "url": url}
    assert kept(named({"chat": chat, "page": MADE}, paged()), AWS) is reached


# -- the telephone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("carrier", ["aws", "amazon-connect"])
def test_a_second_number_at_the_same_vendor_is_no_second_one(carrier: str) -> None:
    phone = {"number": "+3225550100", "carrier": "aws", "overflow": {**OVERFLOW, "carrier": carrier}}
    assert not kept(assessed(lambda: shop({"phone": phone, "page": PAGE})), AWS)


def flow(*actions: tuple[str, str, dict[str, Any]]) -> str:
    """A flow of actions, each of a type, one after the other."""
    rows = [
        {
            "Identifier": name,
            "Type": kind,
            "Parameters": parameters,
            "Transitions": {"NextAction": actions[n + 1][0]} if n + 1 < len(actions) else {},
        }
        for n, (name, kind, parameters) in enumerate(actions)
    ]
    return json.dumps({"Version": "2019-10-30", "StartAction": actions[0][0] if actions else "", "Actions": rows})


SAID = ("said", "MessageParticipant", {"Text": "We call back."})
END: tuple[str, str, dict[str, Any]] = ("end", "DisconnectParticipant", {})
OUT = ("out", "TransferParticipantToThirdParty", {"ThirdPartyPhoneNumber": OVERFLOW["number"]})
LATE = [{"day": "SUNDAY", "start_time": {"hours": 9, "minutes": 0}, "end_time": {"hours": 9, "minutes": 30}}]


@pytest.mark.parametrize(
    "more",
    [
        {"content": flow(SAID, END)},
        {"content": flow(OUT, END)},
        {"content": "{}"},
        {"hours": LATE},
        {"hours": []},
        {"zone": "Asia/Tokyo", "stated": "mon-fri 08:00-18:00"},
        {"status": "DISABLED"},
        {"agents": False},
        {"inbound": False},
        {"flows": ("calls", "other")},
    ],
    ids=[
        "it says something and ends",
        "it only hands on",
        "it does nothing",
        "it opens for half an hour a week",
        "it never opens",
        "it opens at those hours elsewhere",
        "its queue takes nobody",
        "nobody serves its queue",
        "it takes no calls",
        "its number leads to another flow",
    ],
)
def test_a_contact_centre_that_takes_no_calls_is_none(more: dict[str, Any]) -> None:
    assert not kept(assessed(lambda: centre(True, **more)), SOUTH)


@pytest.mark.parametrize(
    "more",
    [{}, {"zone": "Europe/Brussels", "stated": "mon-fri 08:00-18:00"}],
    ids=["always", "as stated"],
)
def test_its_twin_takes_them(more: dict[str, Any]) -> None:
    assert kept(assessed(lambda: centre(True, **more)), SOUTH)


GROUP = "AWS::Connect::TrafficDistributionGroup"
HOME = "region:aws/eu-central-1"


def shifted(found: Assessment, scenario: str) -> bool:
    """Whether somebody takes calls again before what failed is back."""
    way = person(found, scenario).way
    return bool(way and way.kind is not WayKind.WAIT)


def test_a_replica_takes_calls_once_a_person_shifts_them() -> None:
    found = assessed(lambda: centre(True, group=GROUP, overflows=False))
    assert shifted(found, HOME)
    said = [say(one) for one in found.assumptions if isinstance(one, Assumption)]
    assert any("its replica in eu-west-2" in one for one in said)
    assert not shifted(found, f"{HOME}+region:aws/eu-west-2")
    assert not shifted(found, ACCOUNT)  # a replica is in the account that it is a replica of


def test_the_runbook_shifts_calls_and_agents_by_the_region_that_is_left() -> None:
    graph = record(lambda: centre(True, group=GROUP, overflows=False))
    found = with_defaults(read(graph))
    book = Book(runbooks(assess(found)), found, graph)
    page = book.pages[HOME]
    lines = [c.line for one in page.procedures for task in book.tasks(page, one) for c in task.commands]
    shifts = [line for line in lines if "connect update-traffic-distribution" in line]
    assert [("--telephony-config" in line, "--agent-config" in line) for line in shifts] == [
        (True, False),
        (False, True),
    ]
    assert ["--region eu-west-2" in line.rpartition(")")[2] for line in shifts] == [True, True], shifts


def test_no_group_is_no_replica() -> None:
    def program() -> None:
        centre(True, group="AWS::Connect::Instance", overflows=False)

    assert not shifted(assessed(program), HOME)
    assert any("aws:cloudcontrol/resource:Resource::calls" in urn for urn in model(program).not_understood)


# -- what is stated ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [True, False], ids=["a secret", "what no number is"])
def test_a_way_that_cannot_be_read_is_not_decided(secret: bool) -> None:
    """It is not left out in silence, as if nothing had been stated."""

    def program() -> None:
        number = pulumi.Output.secret(PHONE["number"]) if secret else "unknown"
        shop({"phone": {**PHONE, "number": number}, "page": PAGE})

    found = assessed(program)
    assert person(found, AWS).kind is Kind.UNDECIDED
