"""What lets customers reach a person while the shop is down: the page apart, and what takes calls."""

from __future__ import annotations

from typing import Final

from tests.continuity.knockouts.properties import Property, removed

PAGE: Final = (
    Property(
        what="page apart from the shop",
        type=(
            "(aws:s3|gcp:storage)/bucket:Bucket|aws:cloudfront/distribution:Distribution"
            "|gcp:compute/(backendBucket:BackendBucket|globalForwardingRule:GlobalForwardingRule)"
        ),
        knock=removed,
        missed="ways to a person goes on from None",
        only="-page(-files|-https-a)?$",
    ),
)
PAGE_CARRIES_NOTHING: Final = (
    (
        ".*",
        "-page(-.*)?$",
        "what the page is made of, and the name it has twice; tests/assembly/test_static_page.py takes it away",
    ),
)
"""Resources of the page without a knock-out."""

FALLBACK_CARRIES_NOTHING: Final = (
    ("aws:route53/record:Record", "-A-fallback$", "it leads to the page, which has a domain of its own as well"),
)
CALLS_CARRY_NOTHING: Final = (
    (
        "aws:connect/.*",
        "",
        "a number elsewhere takes calls too; tests/continuity/foreign/test_contact.py has it alone",
    ),
)
"""Resources that are one way of several to a person."""
