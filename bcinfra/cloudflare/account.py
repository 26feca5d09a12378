"""Where Cloudflare's resources go: an account, with the provider that reaches it."""

from __future__ import annotations

import pulumi
import pulumi_cloudflare as cloudflare
from pydantic import Field

from bcinfra.component import Args, DeletionPolicy


class Account(Args):
    """An account at Cloudflare. All it runs is worldwide."""

    id: str = Field(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])
    """The account's id."""
    provider: cloudflare.Provider
    """The provider for this account. Its token must be of the account, kept outside of Cloudflare: the dashboard is
    down when the proxy is."""
    deletion: DeletionPolicy = DeletionPolicy.PROTECT
    """What guards zones here against deletion."""

    @property
    def protected(self) -> bool:
        """Whether zones here are guarded against deletion."""
        return self.deletion is DeletionPolicy.PROTECT

    def child(self, parent: pulumi.Resource, **options: object) -> pulumi.ResourceOptions:
        """Options of a child of ``parent`` that lives here."""
        return pulumi.ResourceOptions(parent=parent, provider=self.provider, **options)  # pyright: ignore[reportArgumentType]
