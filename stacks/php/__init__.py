"""An ordinary shop in PHP, stated on a page for each ground: AWS, Google Cloud, a cluster that exists."""

from pathlib import Path

from bcinfra.spec import load_shop

SHOPS = {ground: load_shop(Path(__file__).with_name(f"{ground}.yaml")) for ground in ("aws", "gcp", "kubernetes")}
