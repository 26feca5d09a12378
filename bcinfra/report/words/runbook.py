"""What the person on call reads, and what customers are told, in the shop's languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.model.parts import CLOSED, QUEUE, READ_ONLY
from bcinfra.continuity.recovery.outcomes import WayKind
from bcinfra.continuity.recovery.scenarios import Kind
from bcinfra.continuity.recovery.steps import Act

DO: Final[Mapping[Act, str]] = {
    Act.CHANGE_NAME: "Change the answers of {subject}",
    Act.SHIFT_BY_HAND: "Take {subject:and} out of service",
    Act.GROW: "Grow {subject} to the whole load",
    Act.LAUNCH: "Watch replicas of {subject} start",
    Act.PROMOTE: "Promote {subject}: from then on it takes writes",
    Act.KEEP_KEY: "Cancel the deletion of {subject:and}, and enable it",
    Act.NEW_SERVER: "Give {subject} a server in another zone",
    Act.ROLL_BACK: "Watch {subject} being rolled back",
    Act.ROLL_BACK_BY_HAND: "Roll back to the release before",
    Act.REBUILD: "Build everything that runs anew: nothing of it can be trusted",
    Act.REBUILD_OUTSIDE: "Build everything outside {subject}",
    Act.RECREATE: "Create the servers in {subject} anew",
    Act.DELEGATE: "Have {subject} delegated to other name servers, at the registrar",
    Act.RENEW: "Renew {subject}",
    Act.GIVE_BACK: "Have the vendor give {subject} back",
    Act.RESTORE: "Restore {subject} from {object}",
    Act.USE: "Put {subject} to use",
    Act.START_EMPTY: "Start {subject} empty: what was in it is lost",
    Act.START_AGAIN: "Start {subject} again",
    Act.START_PLAN: "See whether alarms have started {subject}; start it where they have not",
    Act.SWITCH: "Watch {subject} send clients elsewhere",
    Act.EDITABLE: "Wait until records of {subject} can be changed",
    Act.FOLLOW: "Watch clients follow {subject}",
    Act.WITHDRAW: "See that the health check of {subject} has withdrawn {object}",
    Act.WITHDRAW_SITE: "See that the balancer has withdrawn {subject}",
    Act.WITHDRAW_REPLICAS: "See that {subject} has withdrawn dead replicas",
    Act.LEAVE_ZONE: "See that {subject} has left the zone",
    Act.SHIFT_ZONE: "See that zonal autoshift has left {subject}",
    Act.SHIFT_BY_ALARMS: "See that alarms have taken traffic of {subject} out of {object}",
    Act.REROUTE: "See that {subject} have left {object}",
    Act.SEE_LOAD: "See that the scaling of {subject} sees the load",
    Act.RESTART_ELSEWHERE: "See that {subject} has started again on another server",
    Act.LOCAL_FAILOVER: "See that {subject} has failed over inside its region",
    Act.SEE_FAULT: "See that the deployment of {subject} is taken for failed",
    Act.ABSORB: "See that the flood is absorbed",
    Act.OUTLAST: "Wait until it is over",
    Act.WAIT: "Wait until it is back",
    Act.WAIT_FOR: "Wait until {subject:and} is back; nothing that is declared goes on without",
    Act.NOTHING: "Nothing brings it back",
    Act.UPGRADE: "See that the upgrade of {subject} has ended",
    Act.LEAVE_MAINTENANCE: "End the maintenance of {subject}",
    Act.NOTICE: "Notice",
    Act.ANSWER: "Answer",
    Act.DECIDE: "Decide",
    Act.VERIFY: "Verify",
}
"""What a step is, said to who does it."""
BRING_BACK: Final[Mapping[DomainKind, str]] = {
    DomainKind.RELEASE: "Roll back {subject:and}",
    DomainKind.CERTIFICATE: "Renew {subject:and}",
    DomainKind.REGISTRATION: "Renew {subject:and}",
}
"""What waiting for it is, of what comes back by a person alone."""
OWNERS: Final[Mapping[Act, str]] = {
    Act.DELEGATE: "who has the login of the registrar",
    Act.RENEW: "who has the login of the registrar or of the authority",
    Act.GIVE_BACK: "who is named as owner of the account, by the vendor's support",
    Act.WAIT_FOR: "nobody here: the vendor; on call watches and tells customers",
    Act.START_AGAIN: "who runs the system on premises",
}
ON_CALL: Final = "on call"
"""Who does what no row names."""
TELLS: Final[Mapping[Kind, str]] = {
    Kind.IMPAIRED: "requests are slow or fail in part while every health check is green",
    Kind.HOST: "one server has gone; its service shows fewer replicas, or a database restarts",
    Kind.BALANCER: "a load balancer answers nothing while what is behind it is healthy",
    Kind.PAIR: "both are down at once",
    Kind.LOAD: "far more clients than usual, and nothing has failed",
    Kind.PEAK: "a site is lost while far more clients come than usual",
    Kind.UPGRADE: "a new version of an engine, of nodes or of what runs is due",
    Kind.MAINTENANCE: "a site is lost while the other is in maintenance",
    Kind.QUOTA: "replicas are asked for and refused: the service's events name the quota",
    Kind.QUOTA_AFTER: "a site is lost, and the launches of the other are refused",
    Kind.PARTITION: "each site runs and cannot see the other",
    Kind.DELETION: "data is gone, and a person or a program of the shop's own deleted it",
    Kind.BAD_DATA: "rows are there and wrong, written by a release, a migration or an import hours ago",
    Kind.PURGE: "data and copies are deleted by somebody who may delete",
    Kind.COMPROMISE: "somebody else acts with the credentials of the account",
    Kind.RANSOMWARE: "data is encrypted or changed, and has been for days",
    Kind.FLOOD: "a flood of requests that no customer sends",
    Kind.FLOOD_AFTER: "a flood of requests after clients were sent elsewhere",
}
SEEN: Final[Mapping[DomainKind, str]] = {
    DomainKind.REGION: "alarms of everything in the region at once; its endpoints time out",
    DomainKind.GEOGRAPHY: "several regions of one part of the world are down or cut off",
    DomainKind.ZONE: "replicas and servers of one zone are gone",
    DomainKind.ROOM: "everything in one room is gone",
    DomainKind.RACK: "every host of one rack is gone",
    DomainKind.HOST: "one host is gone",
    DomainKind.POWER: "one feed is without power",
    DomainKind.CABLE: "every line through one entry of the building is down",
    DomainKind.SYSTEM: "one system on premises answers nothing, while its hosts run",
    DomainKind.PROVIDER: "nothing of the vendor answers, its console included",
    DomainKind.ACCOUNT: "every call is refused: the account is suspended",
    DomainKind.DNS_PROVIDER: "names are not found, while addresses answer",
    DomainKind.REGISTRATION: "names are not found anywhere, and whois shows the domain expired or held",
    DomainKind.CERTIFICATE: "browsers warn of an expired certificate",
    DomainKind.KEY: "services cannot decrypt; the key is pending deletion or disabled",
    DomainKind.RELEASE: "errors began with the release",
    DomainKind.CONTROL_PLANE: "what runs goes on, and every change is refused or hangs",
    DomainKind.GLOBAL_CONTROL_PLANE: "answers go on, and every change is refused or hangs",
    DomainKind.SUPPLIER: "calls to it fail or time out",
    DomainKind.CDN: "the edge answers errors, while origins answer",
    DomainKind.ISP: "a line is down",
}
"""How the failure of a domain is told from others."""
NOT_FOR: Final[Mapping[DisruptionKind, str]] = {
    DisruptionKind.REGION: "not for the loss of one zone or one service of the region: those heal in place",
    DisruptionKind.ZONE: "not where health checks are red: then the zone is left by itself",
    DisruptionKind.ATTACK: "not for an operator's mistake: then the account is still one's own",
}
WAYS: Final[Mapping[WayKind, str]] = {
    WayKind.IN_PLACE: "Heal in place",
    WayKind.FAILOVER: "Go over to {site}",
    WayKind.MANUAL: "Fail over to {site}",
    WayKind.REBUILD: "Rebuild and restore in {site}",
    WayKind.WAIT: "Wait, and serve customers by other means",
}
AFTERWARDS: Final = "Bring it back, and go on"
"""A way of waiting on which a person has something to do."""
SIGN_IN: Final = "Sign in first. Each answer must be as it says; a step names the account that it is done in."
NEW_ACCOUNT: Final = "A new account or project, with nothing in it: {lost} is lost."


class Told(NamedTuple):
    """What customers are told, and when."""

    down: str
    """As soon as it is known."""
    safe: str
    """Where no data is lost and nobody else has it."""
    waiting: str
    """Where it takes longer than an hour."""
    reach: str
    """Before the numbers and addresses at which a person is reached, where the shop states some that are left."""
    back: str
    lost: str
    """Where data was lost: who may have to do something again."""


CUSTOMERS: Final[Mapping[str, Told]] = {
    "en": Told(
        down="Our shop cannot be reached at the moment. We are working on it.",
        safe="Your data is safe. Orders that you have an e-mail for are with us.",
        waiting="It takes longer than we thought. We expect to be back within {time}.",
        reach="You reach us here:",
        back="Our shop is back. Thank you for waiting.",
        lost="What you did in the {lost} before the outage may be missing. If you have no e-mail for an order, please"
        " order again. If you were charged for it, tell us.",
    ),
    "de": Told(
        down="Unser Shop ist zurzeit nicht erreichbar. Wir arbeiten daran.",
        safe="Ihre Daten sind sicher. Bestellungen, für die Sie eine E-Mail haben, liegen uns vor.",
        waiting="Es dauert länger als gedacht. Wir rechnen damit, in {time} zurück zu sein.",
        reach="Sie erreichen uns hier:",
        back="Unser Shop ist wieder da. Danke für Ihre Geduld.",
        lost="Was Sie in den {lost} vor dem Ausfall getan haben, kann fehlen. Haben Sie zu einer Bestellung keine"
        " E-Mail, bestellen Sie bitte noch einmal. Wurde sie Ihnen berechnet, sagen Sie es uns.",
    ),
    "fr": Told(
        down="Notre boutique est momentanément inaccessible. Nous y travaillons.",
        safe="Vos données sont en sécurité. Les commandes confirmées par e-mail nous sont parvenues.",
        waiting="Cela dure plus longtemps que prévu. Nous pensons être de retour d'ici {time}.",
        reach="Vous pouvez nous joindre ici :",
        back="Notre boutique est de nouveau ouverte. Merci de votre patience.",
        lost="Ce que vous avez fait dans les {lost} précédant la panne peut manquer. Sans e-mail de confirmation, merci"
        " de commander de nouveau. Si vous avez été débité, dites-le-nous.",
    ),
    "nl": Told(
        down="Onze winkel is op dit moment niet bereikbaar. We werken eraan.",
        safe="Uw gegevens zijn veilig. Bestellingen waarvoor u een e-mail hebt, zijn bij ons.",
        waiting="Het duurt langer dan gedacht. We verwachten binnen {time} terug te zijn.",
        reach="U bereikt ons hier:",
        back="Onze winkel is terug. Dank u voor het wachten.",
        lost="Wat u in de {lost} voor de storing deed, kan ontbreken. Hebt u van een bestelling geen e-mail, bestel dan"
        " opnieuw. Is er wel betaald, meld het ons.",
    ),
    "es": Told(
        down="Nuestra tienda no está disponible en este momento. Estamos trabajando en ello.",
        safe="Sus datos están seguros. Los pedidos confirmados por correo están en nuestro poder.",
        waiting="Tardará más de lo previsto. Esperamos volver en {time}.",
        reach="Puede contactarnos aquí:",
        back="Nuestra tienda vuelve a estar disponible. Gracias por esperar.",
        lost="Puede faltar lo que hizo en los {lost} anteriores a la interrupción. Si no tiene un correo de un pedido,"
        " vuelva a pedir. Si se le cobró, díganoslo.",
    ),
    "it": Told(
        down="Il nostro negozio al momento non è raggiungibile. Ci stiamo lavorando.",
        safe="I Suoi dati sono al sicuro. Gli ordini confermati per e-mail sono presso di noi.",
        waiting="Ci vuole più tempo del previsto. Contiamo di tornare entro {time}.",
        reach="Può contattarci qui:",
        back="Il nostro negozio è di nuovo raggiungibile. Grazie per l'attesa.",
        lost="Quanto fatto nei {lost} prima del guasto potrebbe mancare. Se di un ordine non ha un'e-mail, ordini di"
        " nuovo. Se Le è stato addebitato, ce lo dica.",
    ),
}
"""Language (ISO 639) → what customers are told."""
UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"s": "seconds", "min": "minutes", "h": "hours", "days": "days", "months": "months"},
    "de": {"s": "Sekunden", "min": "Minuten", "h": "Stunden", "days": "Tagen", "months": "Monaten"},
    "fr": {"s": "secondes", "min": "minutes", "h": "heures", "days": "jours", "months": "mois"},
    "nl": {"s": "seconden", "min": "minuten", "h": "uur", "days": "dagen", "months": "maanden"},
    "es": {"s": "segundos", "min": "minutos", "h": "horas", "days": "días", "months": "meses"},
    "it": {"s": "secondi", "min": "minuti", "h": "ore", "days": "giorni", "months": "mesi"},
}
"""Units of the lengths of time that customers are told."""


class Look(StrEnum):
    """What a step of the routine shows besides words."""

    OUTSIDE = "outside"
    NAME = "name"
    VENDOR = "vendor"
    CUSTOMERS = "customers"


ROUTINE: Final[tuple[tuple[str, Look | None, str], ...]] = (
    ("Say that you have it: answer the alarm, open a channel, write down the time. One leads, one writes.", None, ""),
    (
        "Look from outside, not from the office's network.",
        Look.OUTSIDE,
        "200 or a redirect: it answers. Nothing, or 5xx: it is down.",
    ),
    (
        "Is the name found?",
        Look.NAME,
        "Addresses: the name is well. Nothing from both: the page of the DNS provider, or of the registration.",
    ),
    (
        "Is it the vendor?",
        Look.VENDOR,
        "Look for the region and the service. A status page that is green proves nothing.",
    ),
    ("Is it us? What was released, changed or renewed in the last hours? If anything: roll it back first.", None, ""),
    (
        "Is it somebody? Sign-ins that nobody knows, deletions, encrypted data: restart and restore nothing; take the"
        " page of the attack.",
        None,
        "",
    ),
    ("Find the page in the list below by what you see. If two fit, take the larger place.", None, ""),
    ("Tell customers within fifteen minutes, even if you know nothing yet.", Look.CUSTOMERS, ""),
    (
        "Look at the clock every fifteen minutes. Has the page's time passed, take the next page, or call for help.",
        None,
        "",
    ),
)
"""What is done in any outage, in its order: the step, what it shows, what the answer means."""
KEPT: Final = "Keep these pages where they are read with everything down: on paper, and{where}."
"""The first of what must be so before any of it happens."""
PUBLISHED: Final = " at {address} ({place}), where {readers} read them; a copy of all is taken by the command below"
UNPUBLISHED: Final = (
    " in an account that holds nothing of the shop (`runbooks` on the shop's page publishes them): now they are nowhere"
)
EMPTY: Final = (
    " at {address} ({place}), where {readers} will read them once they are published: bcinfra runbook {stack} --format"
    " html -o runbook/{stack}/ and then pulumi up"
)
HERE_TOO: Final = "These pages are published at {address}, which this does not take away."
SHOW: Final[Mapping[str, str]] = {
    READ_ONLY: "Who looks is served, who orders is not: {front} shows the page that says so, until all is back.",
    QUEUE: "More come than are served: {front} lets in a share each minute, who keep their place, and shows the others"
    " the waiting room. Raise the share as the load allows.",
    CLOSED: "Nobody is served: {front} shows the page with the ways to a person, until all is back.",
}
"""What customers are shown meanwhile, by its state."""
BEFORE: Final = (
    "Sign in to each account once a month with the role that is kept for this, without single sign-on.",
    "Have the command lines of the vendors and of Pulumi on a machine of your own, in versions that were tried.",
    "Have the program and its newest state exported outside of every account: pulumi stack export.",
)
"""What must be so before any of it happens."""
AFTER_ATTACK: Final = (
    "Change every credential, key and token that was within reach. Keep the logs for the police and the insurer.",
    "Personal data may be affected: the authority is told within 72 hours (GDPR 33), under NIS2 within 24.",
)
BY_HAND: Final = "No command does this: it is done by hand, as its service says."
UNCOMMANDED: Final[Mapping[Act, str]] = {
    Act.WAIT_FOR: "Look at the vendor's own status page and at theirs alone; call support if your contract says so.",
    Act.WAIT: "Look every fifteen minutes whether it answers.",
    Act.START_EMPTY: "Nothing to do: it starts empty with what is built. Sessions and carts are gone.",
    Act.GIVE_BACK: "Call the vendor's support from the address and phone that the account is registered with.",
    Act.DELEGATE: "Log in to the registrar and enter the name servers of the new zone. Note the old ones: they are the"
    " way back.",
    Act.START_AGAIN: "Call the system's own people, and follow their page. What `start` of the system says, on the"
    " shop's page, stands here as the command.",
    Act.RESTORE: "Call those who run it, and follow their page. Of a data set on premises, what `restore_with` says, on"
    " the shop's page, stands here as the command.",
    Act.RENEW: "Log in to the registrar or to the authority; pay, or prove the domain once more.",
    Act.USE: "Change the address in the configuration of what calls it to this one, and deploy.",
}
"""What to do where no command does it."""
