"""What keeps the published runbook fit for its day: named readers, and nobody else."""

from __future__ import annotations

import json
from typing import Final

from bcinfra.graph import Graph
from bcinfra.graph.core.model import Resource
from tests.continuity.knockouts.edits import put, without
from tests.continuity.knockouts.properties import Property


def _open_at_aws(graph: Graph, row: Resource) -> Graph | None:
    """Everybody is let in, and nothing keeps everybody out."""
    policy = json.loads(str(row.inputs["policy"]))
    for statement in policy["Statement"]:
        if statement["Effect"] == "Allow":
            statement["Principal"] = "*"
    block = next(
        r for r in graph.of_type("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock") if r.name == row.name
    )
    return without(put(graph, row, "policy", json.dumps(policy)), block)


def _open_at_google(graph: Graph, row: Resource) -> Graph | None:
    bucket = next(r for r in graph.of_type("gcp:storage/bucket:Bucket") if row.name.startswith(f"{r.name}-"))
    return put(put(graph, row, "member", "allUsers"), bucket, "publicAccessPrevention", "inherited")


AT_AWS: Final = (
    Property(
        what="runbook for named readers alone",
        type="aws:s3/bucketPolicy:BucketPolicy",
        only="-runbook$",
        knock=_open_at_aws,
        missed="everybody may read it",
    ),
)
AT_GOOGLE: Final = (
    Property(
        what="runbook for named readers alone",
        type="gcp:storage/bucketIAMMember:BucketIAMMember",
        only="-runbook-",
        knock=_open_at_google,
        missed="everybody may read it",
    ),
)
CARRIES_NOTHING: Final = (
    ("(aws:s3|gcp:storage)/bucket.*", "-runbook(-start.txt)?$", "what people read; evidence and runbook tell of it"),
)
"""Nothing that serves or keeps data."""
