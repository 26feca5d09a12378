"""Findings in words: what each code means, what removes it, and what a finding says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bcinfra.continuity.judgement.findings import Finding, Finds, Seen
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Refusal
from bcinfra.continuity.recovery.outcomes import Taken
from bcinfra.continuity.recovery.reasons import Because
from bcinfra.continuity.recovery.steps import Act, Deed
from bcinfra.graph.core.model import Urn
from bcinfra.report.words.fixes import BY_REASON, BY_TYPE, LEAVE_ZONE


@dataclass(frozen=True, slots=True)
class Rule:
    """One code: what it means, and the fix for engineers and in plain words. Names in backticks are real ones."""

    title: str
    meaning: str
    fix: str
    plain: str


RULES: Final[Mapping[str, Rule]] = {
    "BC0001": Rule(
        "single point of failure",
        "One failure domain alone stops a capability, and neither healing nor a failover brings it back.",
        "Give the shop a second one: another zone in `sites.<site>.zones`, another site, a second DNS provider or ISP.",
        "One single thing can take the shop down. Have two of it, in different places.",
    ),
    "BC0002": Rule(
        "recovery needs what failed",
        "A step of a failover needs something inside the failed place, so that it cannot be done at all.",
        "Move the plan, alarms, images, secrets and DNS changes to the site that survives, or switch by health check.",
        "The key to the spare house lies in the house that burns. Keep it in the other one.",
    ),
    "BC0003": Rule(
        "failover waits for a person",
        "The fastest feasible way to another site has a step that a person must take.",
        "Let a plan with alarms in the surviving site switch, promote and scale (`aws.RegionSwitch`, `gcp.Failover`).",
        "At night somebody must wake up before the shop comes back. Let machines switch.",
    ),
    "BC0004": Rule(
        "servers in one zone",
        "Every replica of a pool stands in one zone; however many there are, the zone takes them all.",
        "On a page: name two zones or more (`sites.<site>.zones`).",
        "All servers stand in one building. Put some in another one.",
    ),
    "BC0005": Rule(
        "database in one zone",
        "No copy in another zone takes over from the writer by itself.",
        "Add a replica in another zone. On a page a database has its twin wherever two zones are named"
        " (`sites.<site>.zones`).",
        "The database has no twin in a second building.",
    ),
    "BC0006": Rule(
        "nothing notices the failure",
        "No health check withdraws what is dead, so that clients keep being sent there.",
        "Whatever leads clients on must ask whether it is alive: a balancer's health check, a pod's readinessProbe, a"
        " DNS route's check, or a plan that turns the route.",
        "The signpost keeps pointing to a shop that has closed.",
    ),
    "BC0007": Rule(
        "survivors cannot hold the load",
        "What is left after the failure carries less than the load, even grown to its maximum, or it is not known"
        " whether it carries as much.",
        "Raise what the servers of the surviving site may grow to (`web.peak`, `app.peak`), or have more running there,"
        " at least before the day comes (`business.peaks`, or a schedule of the autoscaler's own); give a replica of a"
        " database the class of what it is to take over from.",
        "The spare shop is too small for all customers.",
    ),
    "BC0008": Rule(
        "all data of a store lost",
        "No copy survives that can be reached and is not corrupted.",
        "Add a copy in another region and account that production cannot delete: a backup site (`sites.<site>.role`).",
        "In this case the data is gone for good. Keep a copy where this cannot reach it.",
    ),
    "BC0009": Rule(
        "no copy out of an attacker's reach",
        "Every copy can be deleted with the credentials of production.",
        "On a page: a backup site in an account of its own (`sites.<site>.role`: backup, `sites.<site>.account`), whose"
        " copies are locked for `backups.lock_days`; a cache is not copied there.",
        "Who breaks in can delete the backups as well. Lock one away.",
    ),
    "BC0010": Rule(
        "no copy safe from a mistake",
        "A deletion takes every copy along: none is versioned, retained, locked or in another account.",
        "Let a backup plan copy it, whose copies outlive it.",
        "One wrong command deletes the data and its backups.",
    ),
    "BC0011": Rule(
        "copies kept shorter than an intruder hides",
        "When an attack is noticed, every copy may already hold its damage.",
        "On a page: `backups.lock_days` decides how long the copy that nobody can delete stays; `backups.retain_days`"
        " must be as long.",
        "Keep old backups longer than a burglar could stay unnoticed.",
    ),
    "BC0012": Rule(
        "copy older than the data loss objective",
        "The newest copy that survives lacks more than may be lost.",
        "Shorten the cadence, replicate, or ship changes continuously to the surviving place.",
        "The newest backup is older than the loss that was agreed to be acceptable.",
    ),
    "BC0013": Rule(
        "copies never restored as a test",
        "No scheduled test restores any copy of the store.",
        "Add a scheduled test: `aws.Backups.restore_tests`, `gcp.RestoreTest`, or a job that restores. What a change"
        " stream wrote is loaded by a job of your own where it is kept: no component declares one.",
        "Nobody knows whether the backups work. Try one regularly.",
    ),
    "BC0014": Rule(
        "restore slower than the recovery objective",
        "Only restoring from a copy brings the store back, and that takes longer than allowed.",
        "Keep a replica that can be promoted, or split the store so that less must be restored.",
        "Reading the backup back takes longer than the shop may be closed.",
    ),
    "BC0015": Rule(
        "stores come back at different moments",
        "After recovery, rows in one store refer to what another does not have yet.",
        "Bring the ages of the copies together, or reconcile them in the runbook.",
        "Orders and pictures come back from different times and do not fit.",
    ),
    "BC0016": Rule(
        "two primaries possible",
        "When sites cannot see each other, a plan may promote a replica while the writer lives.",
        "Fence the old writer before promoting (a condition of the plan, or a majority of three places).",
        "Both shops could take orders at once without knowing of each other.",
    ),
    "BC0017": Rule(
        "one release everywhere",
        "All serving sites run one version, and nothing takes a bad one back by itself.",
        "Roll out site by site with automatic rollback.",
        "One bad update stops every server at once.",
    ),
    "BC0018": Rule(
        "cannot be decided",
        "The graph does not tell something that the outcome depends on. Unknown is never a pass.",
        "State in the program what is named: a property that is unknown in a preview is known of the deployed stack"
        " (pulumi stack export).",
        "We cannot promise what we cannot see.",
    ),
    "BC0019": Rule(
        "resource type not understood",
        "No reading says what these resources mean for continuity.",
        "Add a reading for the type, or name the resource in the objectives as without influence.",
        "Some parts were not looked at.",
    ),
    "BC0020": Rule(
        "content not visible",
        "What a remote component or chart creates cannot be seen in the graph.",
        "Assess the export of the deployed stack, or declare the resources directly.",
        "Some parts are a closed box.",
    ),
    "BC0021": Rule(
        "data without a home",
        "A data class that was stated lives in no store of the graph.",
        "Give it a store, or say who keeps it (`data.<name>.home`).",
        "Something important was left out of the plan.",
    ),
    "BC0022": Rule(
        "store without any copy",
        "Durable data has neither backup nor version at rest.",
        "Let a backup plan copy it.",
        "There is no backup of this data.",
    ),
    "BC0023": Rule(
        "minor data treated as critical",
        "A capability that needs minor data only has objectives as strict as one that needs critical data.",
        "Relax `capabilities.<name>.objectives`, or raise `data.<name>.criticality`.",
        "Something of little importance is protected like the till.",
    ),
    "BC0024": Rule(
        "more than the objectives need",
        "Without this site every verdict stays as good as it is.",
        "Leave the site out, or tighten the objectives that it was meant for.",
        "You pay for a spare that the goals do not ask for.",
    ),
    "BC0025": Rule(
        "no objective stated",
        "Nothing says how long this may be out or how much may be lost.",
        "State `objectives` in the specification, or pass them to the assessment (--recovery-time, --data-loss).",
        "Nobody has said what is good enough.",
    ),
    "BC0026": Rule(
        "availability commitment at risk",
        "The mean availability, at the pessimistic end, is below what is promised.",
        "Remove the scenarios that cost most time (see the worst first), or promise less.",
        "The promised availability will probably not be kept.",
    ),
    "BC0027": Rule(
        "all copies in one part of the world",
        "A disaster of one geography reaches every copy of a store.",
        "Copy to a region on another continent.",
        "All backups are in the same part of the world.",
    ),
    "BC0028": Rule(
        "accepted risk expired",
        "A risk that somebody accepted has passed its date and counts again.",
        "Fix it, or have it accepted anew with a date.",
        "The time that was granted for this is over.",
    ),
    "BC0029": Rule(
        "not shielded from floods",
        "Nothing absorbs a denial of service in front of the name, or there is a way around what does.",
        "Put a firewall with rate limits (`aws.Firewall`, `gcp.Armor`), or a CDN that has one, in front; what stands"
        " behind a CDN takes requests from it alone (`aws.FargateTier.behind`).",
        "Anyone can drown the shop in requests.",
    ),
    "BC0030": Rule(
        "critical system lives only in-house",
        "A system that is critical runs at one site on premises, and no standby elsewhere takes over from it.",
        "Keep a standby elsewhere, fed by replication, and state it (`sites.<site>.place.systems.<name>.standby`).",
        "If the machine room burns, this is gone, and the shop with it.",
    ),
    "BC0031": Rule(
        "names cannot be changed while their control plane is lost",
        "The records of a name are changed through one region. While it is lost, nobody can send clients elsewhere.",
        "Turn on accelerated recovery of the zone (`aws:route53/zone:Zone.enableAcceleratedRecovery`), beforehand.",
        "While one far region is out, nobody can change the signposts.",
    ),
    "BC0032": Rule(
        "standby less guarded than the primary",
        "What guards the serving site is missing at the standby, which clients are moved to.",
        "Give the standby what the primary has: the firewall with its rate limits, zonal autoshift, scheduled scaling.",
        "The spare shop has no guard at its door.",
    ),
    "BC0033": Rule(
        "refers to what is not there",
        "A property depends on a resource that the stack does not hold, such as one deleted by hand.",
        "Declare the resource again, refresh the stack, or let the property lead to what there is.",
        "Something that this needs was thrown away.",
    ),
    "BC0034": Rule(
        "name leads to fewer sites than another",
        "Clients of one name are not moved to a standby that clients of another name, which leads to the same, are.",
        "Give the name an answer at that site too.",
        "Who comes in by this door is not shown the way to the spare shop.",
    ),
    "BC0035": Rule(
        "one server may hold all replicas",
        "There is one replica, or no rule keeps them on different servers: losing one server may take them all.",
        "Run two or more and keep them apart by a hard rule: topologySpreadConstraints over kubernetes.io/hostname"
        " with DoNotSchedule, required podAntiAffinity, an operator's anti-affinity, distinctInstance on ECS.",
        "All copies may stand on one machine. Put them on different ones.",
    ),
    "BC0036": Rule(
        "no node can be drained",
        "A disruption budget lets none of a workload's pods be evicted: upgrades of nodes wait for it, or break it.",
        "Let minAvailable stay below the fewest replicas that run, or state maxUnavailable: 1; run two or more.",
        "Planned maintenance cannot move this aside, so it is put off, or stops the shop.",
    ),
    "BC0037": Rule(
        "data without a volume",
        "Containers keep data in their own file system or memory: a restart, a move or a new version begins empty.",
        "Mount a volume that outlives them (volumeClaimTemplates, a claim, EFS), or use a managed store; state in the"
        " specification that the data are minor where they may be lost.",
        "This data stands on a table that is wiped whenever the machine is restarted.",
    ),
    "BC0038": Rule(
        "images not copied",
        "Replicas are started from a repository that other places have too, and nothing copies what is pushed there to"
        " this one. If the build does not push to both, no replica starts here, or one of an old release does.",
        "Copy what is pushed (`repositories` on the page, `aws.ImageRepositories`, a replication configuration that"
        " names the other registry, with its permission where that is another account's).",
        "The spare house has a cupboard for the keys, and nobody is told to put copies into it.",
    ),
    "BC0039": Rule(
        "tags of images move",
        "A repository lets a tag be given to another image: a replica that starts tomorrow may run what nobody tried,"
        " sites differ, and going back finds something else.",
        "Let tags stay (`aws:ecr/repository:Repository.imageTagMutability`: IMMUTABLE; immutableTags in"
        " `gcp:artifactregistry/repository:Repository.dockerConfig`), or name images by digest.",
        "The label on the box stays, and what is in it is changed.",
    ),
    "BC0040": Rule(
        "business data in a stateless shop",
        "The shop states that it stores no business data, and this resource holds some or is not proven to hold none.",
        "Remove it, let it keep nothing (no caching, logs that expire, no bodies in them), or leave `stateless` out.",
        "The shop promises to keep no business data, and this keeps some or may.",
    ),
    "BC0041": Rule(
        "declared, and not made",
        "The cloud refuses a replica or copy that is declared, or leaves out what it should hold.",
        "Change the property that is named, before anything is deployed or relied on.",
        "A spare is on the plan that nobody will ever build.",
    ),
    "BC0042": Rule(
        "deleted by one mistake",
        "The service would refuse to delete the store until its protection is switched off, and that is off already.",
        "Turn on the service's deletion protection, and keep a final snapshot.",
        "One wrong click deletes it, without a second question.",
    ),
    "BC0043": Rule(
        "several zones leave by one",
        "Requests to the outside (images, secrets, payment providers) of several zones leave by what stands in one of"
        " them; losing that zone stops them in all.",
        "Give every zone its own way out: a NAT gateway and a route table each (`aws.Network.nat`), or a regional one"
        " (`aws:ec2/natGateway:NatGateway.availabilityMode`); for AWS's own services an endpoint in every zone"
        " (`aws.Network.endpoints`).",
        "All buildings share the telephone line of one. Give each its own.",
    ),
    "BC0044": Rule(
        "stream of changes may stop unseen",
        "A copy is written while changes happen. When what writes it stops, nothing fails: the copy only grows old, and"
        " that shows on the day it is needed. An alarm of the stream's own lives with what is lost.",
        "Where the copy is kept, set an alarm on what arrives that takes silence for a failure"
        " (`aws:cloudwatch/metricAlarm:MetricAlarm.treatMissingData`: breaching) and has a receiver, within 15 minutes;"
        " let two programs write side by side (`aws.BinlogArchive` does both).",
        "The night watchman writes a diary. Agree on who rings when a page stays empty.",
    ),
    "BC0045": Rule(
        "maintained at the wrong time",
        "Vendors work on a database or cache in its maintenance window: two sites in the same window are both at risk,"
        " and a window in a peak stops the shop on its best day.",
        "Give every site a window of its own, on days that no short peak holds (on a page `mysql.maintenance`,"
        " `redis.maintenance`; `aws:rds/instance:Instance.maintenanceWindow`); let Cloud SQL do no planned work during"
        " a peak (denyMaintenancePeriod in `gcp:sql/databaseInstance:DatabaseInstance.settings`, 90 days at most).",
        "The spare shop is worked on together with the first, or on the best day of the year.",
    ),
    "BC0046": Rule(
        "planned upgrade stops it too long",
        "A new version of a database's engine, or of what runs, installed as the program declares it, stops the shop:"
        " longer than the objective, or with all replicas at once.",
        "Upgrade beside and switch over (`aws:rds/instance:Instance.blueGreenUpdate`, which RDS refuses with a replica"
        " in another region), replicas first, or take a service that upgrades while it runs (Aurora, Cloud SQL"
        " Enterprise Plus). Replace replicas a few at a time (maxUnavailable in `kubernetes:apps/v1:Deployment.spec`,"
        " `aws:ecs/service:Service.deploymentMinimumHealthyPercent`) and keep those of a cluster from being drained"
        " together (`kubernetes:policy/v1:PodDisruptionBudget`, `aws:eks/nodeGroup:NodeGroup.updateConfig`).",
        "A planned upgrade closes the shop for longer than promised.",
    ),
    "BC0047": Rule(
        "runbook lost with the shop, or open to all",
        "The runbook names resources, accounts and commands. Kept only in an account of the shop it is gone when it is"
        " needed; open to everybody it helps whoever attacks.",
        "Publish it in an account that holds nothing of the shop, best of another vendor, to named readers (`runbooks`"
        " on the page, `aws.Runbooks`, `gcp.Runbooks`).",
        "The fire drill hangs inside of the house alone, or on the street for burglars. Give it to a neighbour.",
    ),
    "BC0048": Rule(
        "state of the infrastructure that nobody can open",
        "The state's copies outside of its account are read with a key that is lost with that account, or nobody says"
        " what the secrets in it are sealed with: then they are of no use on the day for which they are kept.",
        "Seal the secrets with a passphrase that people keep apart, or with a key of the account for copies"
        " (`pulumi stack change-secrets-provider`), and say so (`state.secrets` on the page).",
        "The spare plan of the house is in a safe whose key is in the house.",
    ),
    "BC0049": Rule(
        "tier not managed in whole",
        "Faults, configuration, accounting, performance or security of a tier lack what an operator needs to notice,"
        " explain or prevent a failure (FCAPS). No verdict rests on it.",
        "Declare what is named; a tier's components bring most of it (`aws.Watch`, `aws.AuditTrail`, `aws.AccessLogs`,"
        " `gcp.Watch`, `gcp.LogArchive`, alarms of sites on Kubernetes). `bcinfra explain fcaps` shows every tier.",
        "Some of the house has no smoke detector, no meter or no list of who holds keys.",
    ),
    "BC0050": Rule(
        "budget exceeded",
        "A typical month, as `bcinfra cost` counts it, costs more than `business.budget_per_month`.",
        "See what costs most (`bcinfra cost`) and what buys nothing (`bcinfra fit`), or raise the budget.",
        "The shop costs more than there is money for.",
    ),
    "BC0051": Rule(
        "copies cost more than what they copy",
        "Backups and their storage cost more a month than the databases, caches, buckets and files themselves.",
        "Copy less often, or keep less long: `data.<name>.cadence`, `backups.retain_days`.",
        "The photocopies cost more than the book.",
    ),
    "BC0052": Rule(
        "under-protected for its money",
        "One region serves, and its losses are expected to cost more in a year than another site like it would.",
        "Add a site that stands by (`sites.<site>.role`); `bcinfra fit` says which strategy pays.",
        "A second shop would cost less than the days on which the only one is shut.",
    ),
    "BC0053": Rule(
        "over-protected for its money",
        "No verdict gets worse without this site, and it costs more a year than it saves of the expected loss.",
        "Leave the site out, or take a cheaper strategy; `bcinfra fit` says what that saves.",
        "You pay more for the spare than the damage that it prevents.",
    ),
}
"""Every code. ``bcinfra explain BC0001`` prints this."""

DAMAGES: Final = ("deletion:", "ransomware", "purge", "takeover:")
"""How the ids of scenarios begin in which replicas hold the damage too."""
DAMAGE_FIXES: Final[Mapping[str, str]] = {
    "BC0012": "Back up more often, or keep a log of every change",
    "BC0014": "Split the store so that less must be restored; a replica repeats the damage.",
}
DOMAIN_FIXES: Final[Mapping[DomainKind, str]] = {
    DomainKind.ZONE: "spread over a second zone",
    DomainKind.REGION: "add a standby site in another region",
    DomainKind.GEOGRAPHY: "add a site on another continent",
    DomainKind.PROVIDER: "add a standby at another provider",
    DomainKind.ACCOUNT: "keep a standby and copies in another account",
    DomainKind.DNS_PROVIDER: "add a secondary DNS provider, for a name of your own",
    DomainKind.REGISTRATION: "declare it, self-renewing, with a transfer lock; ask for a registry lock",
    DomainKind.CDN: "prepare a way round the CDN: a direct origin or a second CDN behind a health check",
    DomainKind.ISP: "add a line of a second carrier on another route",
    DomainKind.POWER: "add a feed from another substation, batteries and a generator, or a standby elsewhere",
    DomainKind.CABLE: "bring the second line in at another side of the building",
    DomainKind.HOST: "run it on a second host that takes over by itself",
    DomainKind.RACK: "run it in a second rack, on other feeds",
    DomainKind.ROOM: "put hosts in a second fire compartment",
    DomainKind.SYSTEM: "keep a standby elsewhere, and rehearse how it is brought back",
    DomainKind.KEY: "use a key of its own in each site, and copies encrypted under another",
    DomainKind.CERTIFICATE: "use managed certificates that renew themselves, one for each site",
    DomainKind.RELEASE: "roll out site by site with automatic rollback",
    DomainKind.SUPPLIER: "add a second supplier, or a mode that does without",
}
"""What removes an order-1 cut set, by the kind of its domain."""

FINDS: Final[Mapping[Finds, str]] = {
    Finds.ALONE: "{subject} alone stops it",
    Finds.NEEDS_FAILED: "step '{subject}' needs {object}, which failed",
    Finds.MUST_ACT: "a person must act in {subject}[: '{object}']",
    Finds.MUST_MOVE: "a person must act to move clients to {subject}[: '{object}']",
    Finds.IN_ONE_ZONE: "{subject}: all in {object}",
    Finds.NO_STANDBY_IN_ZONE: "{subject}: no copy in another zone takes over",
    Finds.NO_SERVER_IN_ZONE: "{subject}: no server in another zone takes over",
    Finds.NO_CHECK: "{subject}: no health check can fail",
    Finds.NEVER_ASKED: "{subject}: nothing asks whether they serve, so that one that hangs, or is not ready, stays in",
    Finds.NEVER_WITHDRAWN: "{subject}: nothing withdraws the answer {object}",
    Finds.SHARE_CARRIED: "only {amount:.0%} of the load is carried from {subject}",
    Finds.WORK_UNDONE: "nothing in {subject} does the work of {object}",
    Finds.NOTHING_SURVIVES: "nothing of {subject} survives",
    Finds.EXPOSED: "every copy of {subject} can be deleted with the credentials of production",
    Finds.DELETED_WITH_COPIES: "a deletion of {subject} takes every copy along",
    Finds.DELETED_AT_ONCE: "one mistaken command deletes {subject}: `{object}` is off",
    Finds.KEPT_SHORTER: "isolated copies of {subject} are kept for less than {amount:days} days",
    Finds.COPY_TOO_OLD: "{subject} goes on from {object}, which lacks more than may be lost",
    Finds.UNTESTED: "no copy of {subject} is restored as a test",
    Finds.UNREPLAYED: "{subject} is never replayed as a test",
    Finds.UNLOADED: "{subject} holds rows without their tables, and nothing shows that they load",
    Finds.SLOW_RESTORE: "'{subject}' is on the longest path of the recovery",
    Finds.NEWER_THAN: "{subject} comes back newer than {object}",
    Finds.TWO_PRIMARIES: "nothing keeps two members of {subject} from taking writes at once",
    Finds.TWO_PRIMARIES_UNKNOWN: "it is not known what keeps two members of {subject} from taking writes at once",
    Finds.RUNS_EVERYWHERE: "{subject} runs in every serving site, and nothing takes it back",
    Finds.NO_READING: "no reading for {subject}",
    Finds.OPAQUE: "the content of {subject} is not visible",
    Finds.DANGLING: "{subject} refers to {object}, which is not there",
    Finds.HOMELESS: "{object} data {subject} lives in no store",
    Finds.NO_COPY: "{subject} has no copy at rest",
    Finds.MINOR_AS_CRITICAL: "{subject} needs minor data only, with objectives as for critical data",
    Finds.OVER_BUDGET: "a typical month costs more than the budget",
    Finds.DEAR_COPIES: "all copies together cost more than what they are copies of",
    Finds.UNDERPROTECTED: "losses of the one region are expected to cost more than another site like it",
    Finds.OVERPROTECTED: "{subject} costs more than it saves, and no objective needs it",
    Finds.SPARE: "without {subject} no verdict gets worse",
    Finds.NO_OBJECTIVE: "{subject} has no objective",
    Finds.DEFAULT_OBJECTIVE: "{subject} is judged by default objectives",
    Finds.BELOW_PROMISE: "{subject} is available {object[0]:.3%} (at worst {object[1]:.3%}), promised {object[2]:.3%}",
    Finds.ONE_GEOGRAPHY: "every copy of {subject} is in {object}",
    Finds.EXPIRED: "{subject}: accepted by {object[0]} until {object[1]}",
    Finds.UNSHIELDED: "nothing absorbs floods in front of {subject}",
    Finds.AROUND_EDGE: "{subject} takes requests from everybody, around {object}, and limits none",
    Finds.STANDBY_UNSHIELDED: "nothing absorbs floods in front of {subject}, where clients of {object} are moved to",
    Finds.PEAK_HELD: "only {amount:.0%} of the peak is held after {subject} is lost, grown as far as it may",
    Finds.NOT_GROWN: "{subject}: nothing grows it before a peak, as it does at {object}",
    Finds.NOT_SHIFTED: "{subject}: nothing takes requests from an impaired zone, as it does at {object}",
    Finds.ONLY_IN_HOUSE: "{subject} is critical and runs nowhere else",
    Finds.NOT_EDITABLE: "{subject}: its records cannot be changed while {object} is lost",
    Finds.FEWER_SITES: "{subject} does not lead to {object[0]}, as {object[1]} does",
    Finds.ON_ONE_SERVER: "{subject}: one server may hold every replica ({amount:g})",
    Finds.COPIES_ON_ONE_SERVER: "{subject}: one server may hold too many of its copies for another to take over",
    Finds.UNDRAINABLE: "{object[0]} lets none of {subject} be evicted (`{object[1]}`)",
    Finds.FLEETING: "{subject}: no volume keeps it, and a restart begins empty",
    Finds.MAINTAINED_TOGETHER: "{subject} is maintained while {object} is",
    Finds.MAINTAINED_AT_PEAK: "{subject} is maintained during {object}",
    Finds.ROLLED_AT_ONCE: "{subject}: planned work takes all its replicas ({amount:g}) away at once",
    Finds.SLOW_UPGRADE: "{subject}: a planned upgrade stops it",
    Finds.ONE_WAY_OUT: "{object:and} leave for the outside by {subject[0]} in {subject[1]} alone",
    Finds.UNWATCHED: "{subject}: nobody is told, where it is kept, that nothing arrives any more",
    Finds.WATCHED_LATE: "{subject}: that nothing arrives any more is told after {amount:.0f} s only",
    Finds.BY_ONE_READER: "{subject} is written by one program alone",
    Finds.UNCOPIED: "{subject}: nothing copies to it what is pushed elsewhere, and {object} is started from it",
    Finds.MOVABLE: "{subject}: a tag may be given to another image, and {object} is started by tags",
    Finds.SHELVED_WITHIN: "{subject} holds the runbook, and is lost with {object}",
    Finds.SHELVED_OPENLY: "{subject} holds the runbook, and everybody may read it",
    Finds.SEALED_WITHIN: "no copy of {subject} can be read without {object[0]}, which is lost with {object[1]}",
    Finds.UNMANAGED: "{subject}: nothing is there, missing: {object:also}",
    Finds.PARTLY_MANAGED: "{subject}: in part, missing: {object:also}",
    Finds.HOLDS_DATA: "{subject} {object[0]}: {object[1]}",
}

REFUSED: Final[Mapping[Refusal, str]] = {
    Refusal.MANAGED_KEY: "{subject} cannot be made: no other account may use {object[1]}, the key that the vendor"
    " manages, and `{object[0]}` names none of your own",
    Refusal.KEY_NOT_SHARED: "{subject} cannot be made: the policy of key {object[1]} shuts account {object[2]} out",
    Refusal.NOT_ADMITTED: "{subject} cannot be made: the vault's policy does not let account {object[1]} copy into it",
    Refusal.NOT_COPIED: "{subject} cannot be made: AWS Backup copies no Multi-AZ DB cluster (`{object[0]}`)",
    Refusal.NO_KEY_THERE: "{subject} is refused: {object[1]} is encrypted, and `{object[0]}` names no key in"
    " {object[2]}",
    Refusal.KEY_ELSEWHERE: "{subject} is refused: `{object[0]}` names a key in {object[1]}, which does not work in"
    " {object[2]}",
    Refusal.SOURCE_PLAIN: "{subject} is refused: it would be encrypted, and {object[1]} is not (`{object[0]}`)",
    Refusal.SOURCE_NOT_BACKED_UP: "{subject} is refused: {object[1]} has no automated backups (`{object[0]}`)",
    Refusal.NOT_SELECTED: "{subject} stays empty: objects are encrypted under KMS, and {object[1]} leaves those out"
    " (`{object[0]}`)",
    Refusal.NO_KEY_FOR_REPLICAS: "{subject} is refused: {object[1]} names no key for the replicas of encrypted objects"
    " (`{object[0]}`)",
    Refusal.NOT_VERSIONED: "{subject} is refused: {object[1]} keeps no versions (`{object[0]}`)",
    Refusal.SELECTS_PART: "{subject} holds only {object[2]}: {object[1]} copies nothing else (`{object[0]}`)",
    Refusal.KEY_NOT_TAKEN: "{subject} is refused: Backup and DR takes no {object[1]}, which a key of yours encrypts"
    " (`{object[0]}`)",
    Refusal.NOT_FORWARDED: "programs in {object[1]} cannot write: {subject}, all they know of, takes no writes and"
    " passes none on (`{object[0]}`)",
    Refusal.ANSWERS_ELSEWHERE: "programs in {object[1]} reach no database: {subject} is told them by its `{object[0]}`,"
    " which answers only where the writer is",
    Refusal.NOT_PERMITTED: "{subject} never comes: role {object[1]} may not read alarm {object[2]} (`{object[0]}`)",
    Refusal.NOT_STARTED: "{subject} is not made: nothing runs {object[1]} (`{object[0]}`)",
    Refusal.NO_BASE: "{subject} restores nothing by itself: account {object[1]} has no copy to replay it on",
    Refusal.NO_LOG: "{subject} stays empty: {object[1]} writes no log without automated backups (`{object[0]}`)",
    Refusal.LOG_OFF: "{subject} gets nothing: {object[1]} writes no log that others can follow (`{object[0]}`: its"
    " binlog_format, or rds.logical_replication, is off)",
}
"""Why a replica or copy that is declared is not made."""
REFUSAL_FIXES: Final[Mapping[Refusal, str]] = {
    Refusal.MANAGED_KEY: "Set `{object[0]}` to a key of your own whose policy lets the other account use it. What"
    " exists is moved by a snapshot that is copied under that key, and restored.",
    Refusal.KEY_NOT_SHARED: "Let the account use the key in its `{object[0]}` (kms:Decrypt, kms:CreateGrant, ...).",
    Refusal.NOT_ADMITTED: "Allow the account backup:CopyIntoBackupVault in the vault's `{object[0]}`.",
    Refusal.NOT_COPIED: "Copy snapshots by a job of your own, or use an instance with a standby (`multiAz`) or Aurora.",
    Refusal.NO_KEY_THERE: "Set `{object[0]}` to a key in {object[2]}.",
    Refusal.KEY_ELSEWHERE: "Set `{object[0]}` to a key in {object[2]}, such as a replica of the multi-Region key.",
    Refusal.SOURCE_PLAIN: "Encrypt {object[1]} (`{object[0]}`): a snapshot is copied encrypted, and restored.",
    Refusal.SOURCE_NOT_BACKED_UP: "Set `{object[0]}` of {object[1]}, so that it is backed up every day.",
    Refusal.NOT_SELECTED: "Enable `{object[0]}`, and name a key for the replicas; copy what is there by a batch job.",
    Refusal.NO_KEY_FOR_REPLICAS: "Set `{object[0]}` to a key in the region of the replicas.",
    Refusal.NOT_VERSIONED: "Turn on `{object[0]}` of {object[1]}.",
    Refusal.SELECTS_PART: "Leave `{object[0]}` out, or add a rule for the rest; copy what is there by a batch job.",
    Refusal.KEY_NOT_TAKEN: "Keep Cloud SQL's own backups, and stream changes to another project; or leave"
    " `{object[0]}` out.",
    Refusal.NOT_FORWARDED: "Tell them the writer's endpoint too, over a way between the networks; or, of Aurora, turn"
    " on `enableGlobalWriteForwarding` and tell them its own `readerEndpoint`, which no proxy stands for.",
    Refusal.ANSWERS_ELSEWHERE: "Tell them its `readerEndpoint`, with `enableGlobalWriteForwarding` and the parameter"
    " aurora_replica_read_consistency.",
    Refusal.NOT_PERMITTED: "Allow the role cloudwatch:DescribeAlarms on `*`: composite alarms are told to nobody else.",
    Refusal.NOT_STARTED: "State `{object[0]}`.",
    Refusal.NO_BASE: "Copy backups of the database into a vault of that account (`aws.Backups`, `isolated`).",
    Refusal.NO_LOG: "Set `{object[0]}` of {object[1]} above 0: that turns the binary log on.",
    Refusal.LOG_OFF: "Set `binlog_format` to ROW (PostgreSQL: `rds.logical_replication` to 1) in the group that"
    " `{object[0]}` of {object[1]} names, and restart the writer.",
}
"""What has it made."""

EVIDENCE: Final[Mapping[Seen, str]] = {
    Seen.REJECTED: "{subject} {object}",
    Seen.NOT_MADE: "{object}",
    Seen.NO_COPY: "there is no copy",
    Seen.APART: "by up to {amount:time}",
    Seen.APART_UNKNOWN: "by an unknown time",
    Seen.LACKS: "{subject}: not of {object}",
    Seen.COSTS: "costs {object} {amount:,.0f} a month",
    Seen.MAY_COST: "{object} {amount:,.0f} a month are budgeted",
    Seen.COPIED_COSTS: "what is copied costs {object} {amount:,.0f} a month",
    Seen.COSTS_A_YEAR: "costs {object} {amount:,.0f} a year",
    Seen.LOSES: "{object} {amount:,.0f} a year are expected to be lost",
    Seen.SAVES: "saves {object} {amount:,.0f} a year",
}

FIND_FIXES: Final[Mapping[Finds, str]] = {
    Finds.DELETED_AT_ONCE: "Turn on `{object}`; keep a final snapshot or backup besides, and Pulumi's `protect`.",
    Finds.NO_SERVER_IN_ZONE: "Add an instance to the cluster in another zone (`availabilityZone`).",
}
"""What removes a finding whose code has another fix for most."""

TAKEN: Final[Mapping[Taken, str]] = {
    Taken.VERDICT: "{object[0]} of {subject} in {object[1]}",
    Taken.KIND: "{object[0]} of {subject} in {object[1]} of kind {object[2]}",
    Taken.FINDING: "{object} of {subject}",
}


def fix(finding: Finding) -> str:
    """What removes a finding: of a domain that alone stops something, by its kind, then by the type of what it is
    about, else by the code."""
    subject = finding.says.subject
    named = (finding.resource or "").partition("#")[0].split("::")
    type = named[2].rpartition("$")[2] if len(named) == len(Urn._fields) else ""
    if finding.says.kind is Finds.ALONE and isinstance(subject, Domain) and subject.kind in DOMAIN_FIXES:
        return DOMAIN_FIXES[subject.kind]
    if isinstance(finding.says.kind, Refusal):
        return REFUSAL_FIXES[finding.says.kind].format(object=finding.says.object)
    if isinstance(finding.says.kind, Finds) and finding.says.kind in FIND_FIXES:
        return FIND_FIXES[finding.says.kind].format(object=finding.says.object)
    if (
        finding.says.kind is Finds.MUST_ACT
        and isinstance(finding.says.object, Deed)
        and (finding.says.object.kind is Act.SHIFT_BY_HAND)
    ):
        zones = finding.says.object.subject if isinstance(finding.says.object.subject, tuple) else ()
        clouds = {zone.place.cloud for zone in zones if isinstance(zone, Domain) and zone.place}
        return LEAVE_ZONE.get(next(iter(clouds), ""), LEAVE_ZONE[""])
    if (
        isinstance(finding.says.kind, Because)
        and finding.code in ("BC0007", "BC0018")
        and finding.says.kind in BY_REASON
    ):
        return BY_REASON[finding.says.kind]
    if own := BY_TYPE.get(finding.code, {}).get(type):
        return own
    if finding.code in DAMAGE_FIXES and any(scenario.startswith(DAMAGES) for scenario in finding.scenarios):
        return DAMAGE_FIXES[finding.code]
    return RULES[finding.code].fix
