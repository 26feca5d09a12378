"""A copy of a database that runs at another vendor, ready to be promoted when that vendor is gone."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import ExternalPrimary, MySqlSite, MySqlStandby, MySqlStandbyArgs, Region

config = pulumi.Config()
provider = gcp.Provider("eemshaven", project="acme-prod", region="europe-west4")
eemshaven = Region(name="europe-west4", project="acme-prod", number="123456789012", provider=provider)

orders = MySqlStandby(
    "orders",
    MySqlStandbyArgs(
        site=MySqlSite(
            region=eemshaven,
            key_name="projects/acme-prod/locations/europe-west4/keyRings/shop/cryptoKeys/data",
            network_id="projects/acme-prod/global/networks/shop",
        ),
        primary=ExternalPrimary(
            host="10.8.0.5",
            username="replica",
            password=config.require_secret("password"),
            ca_certificate="-----BEGIN CERTIFICATE-----",
            dump="gs://acme-seed/orders.sql.gz",
        ),
        version="8.4",
        tier="db-perf-optimized-N-4",
        storage=100,
    ),
)
pulumi.export("address", orders.address)
