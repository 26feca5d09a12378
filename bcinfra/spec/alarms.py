"""Who is told when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from bcinfra.spec.base import Model
from bcinfra.spec.values import ChatChannel, ChatTeam, ConfigKey, Email, Name, Phone


class Chat(Model):
    """A channel of Slack."""

    team: ChatTeam
    """The workspace's id. AWS is let into it once, in the console (Amazon Q Developer in chat applications)."""
    channel: ChatChannel
    """The channel's id."""
    token: ConfigKey = "chatToken"  # noqa: S105  the name of a setting
    """The key of the stack's configuration that holds the token of a bot which may write to the channel. AWS needs
    none."""


class Alarms(Model):
    """Who is told of alarms, failed backups and failovers, each by a name of the customer's own."""

    mail: Mapping[Name, Email] = {}
    """E-mail addresses. At AWS each confirms once per region; on Kubernetes Alertmanager has the mail server."""
    chat: Mapping[Name, Chat] = {}
    """Channels of a chat."""
    pager: Mapping[Name, ConfigKey] = {}
    """Services of PagerDuty: the key of the stack's configuration that holds each one's integration key."""
    sms: Mapping[Name, Phone] = {}
    """Telephone numbers that get text messages, where the vendor sends them: AWS and Google Cloud."""
    mute_planned: bool = False
    """Whether alarms of a database and of a cache at AWS or on Kubernetes are silent in the weekly windows in which
    these may be maintained (``maintenance``), and told once a window is over. On Kubernetes it is people who work then.
    Google's pauses come once, at a date: none is declared of a window."""

    @property
    def empty(self) -> bool:
        """Whether nobody is told."""
        return not (self.mail or self.chat or self.pager or self.sms)
