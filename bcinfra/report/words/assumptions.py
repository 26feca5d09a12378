"""Assumptions of the readings in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.model.assumptions import Assumes

ASSUMPTIONS: Final[Mapping[Assumes, str]] = {
    Assumes.STANDS_IN: "The program says that {subject} stands in {object:short}.",
    Assumes.IN_SOME_ZONES: "{subject} stands in {amount:g} of the zones {object[0]:short}; taken to be"
    " {object[1]:short}.",
    Assumes.OVER_SOME_ZONES: "{subject} is spread over zones of {object}; how many those are is not told, taken to be"
    " {amount:g}.",
    Assumes.OVER_SOME_MACHINES: "{subject} is spread over nodes of {object}; how many those are is not told, taken to"
    " be {amount:g} or more.",
    Assumes.MAYBE_ONE_ZONE: "{subject} may place all instances in one zone (target shape ANY).",
    Assumes.ONE_ACCOUNT: "Resources whose provider names no account are taken to be in one account.",
    Assumes.ONE_PROJECT: "Google Cloud resources whose provider names no project are taken to be in one.",
    Assumes.ON_EVERY_HOST: "What {subject} keeps is taken to be at each of its hosts, or at none of them alone.",
    Assumes.SHARES_NOTHING: "Nothing tells of {subject}; it is taken to share nothing with {object}.",
    Assumes.ANY_LINE: "How {subject} reaches {object} is not told; it is taken to be over any of its lines to the"
    " internet.",
    Assumes.BILLED_AS: "What the image of {subject} is billed as is not told; it is taken to be {object}, as the room"
    " is that is kept for it.",
    Assumes.OWN_WAYS_OUT: "{subject} is in a network that exists already: its ways out are not told, and each zone is"
    " taken to have one of its own.",
    Assumes.NETWORK_LETS: "The network {subject} exists already: its routes, ways out and firewall rules are not told;"
    " they are taken to let through what the program needs.",
    Assumes.KEY_OPENS: "The key {subject} exists already: who may use it is not told; copies under it are taken to be"
    " readable where they are kept.",
    Assumes.NOBODY_RENEWS: "The certificate {subject} exists already: who renews it is not told; it is taken to be"
    " renewed and issued again by nobody.",
    Assumes.OTHERS_NAMES: "The zone {subject} exists already: what it holds besides the program's records is not told,"
    " and is not restored with them.",
    Assumes.TELLS_SOMEBODY: "{subject} exists already: who is told by it is not told; somebody is taken to be.",
    Assumes.KEEPS_IMAGES: "The repository {subject} exists already: who fills it, who scans it and whether its tags"
    " move is not told; the images are taken to be there.",
    Assumes.BUILT_AGAIN: "No other account has the images of {subject}: with the account lost they are taken to be"
    " built again from their source.",
    Assumes.PUBLISHED: "What {subject} shows is taken to be published from elsewhere and made again.",
    Assumes.PUBLISHED_UNSEEN: "What {subject} shows is taken to be published from elsewhere and made again, though"
    " nothing in the program puts it there.",
    Assumes.SHOWS_WAYS: "What the page at {subject} says is not seen; it is taken to show the ways to a person that are"
    " stated.",
    Assumes.REPLICATED: "That {subject} takes calls is told by the group, which cannot be made before it: no program"
    " makes the replica (ReplicateInstance), nor what lets agents sign in there (SAML).",
    Assumes.USED_BY_ALL: "What uses {subject} is not told; everything in its sites is taken to.",
    Assumes.BY_READER_ENDPOINT: "Programs beside {subject} are taken to use its reader endpoint, which passes writes"
    " on: the cluster's own endpoint answers only where the writer is.",
    Assumes.HELPS: "{subject} is taken to be there for others (logs, credentials, certificates, names); whether it is"
    " kept is not asked of it alone.",
    Assumes.OF_SHAPE: "What the component {subject} makes is taken from the published shape of its plugin.",
    Assumes.IN_CHART: "{subject} deploys {object}, as its chart is named: how that fails is not seen and not judged.",
    Assumes.DOES_NOTHING: "What {subject} does while the stack is deployed is not seen; it is taken to change nothing"
    " that is judged.",
    Assumes.BESIDE: "What {subject} fetches from {object} is not in the program; it is taken not to decide what clients"
    " see first.",
    Assumes.COPIES_NO_IMAGE: "Which images {subject} holds a copy of is not told; it is taken to ask {object} for each,"
    " whenever a replica starts.",
    Assumes.NOT_EVERYWHERE: "{object} alone answers by {subject} where no other answer is healthy; who asks the"
    " domain's other DNS provider does not get it, and it counts for nothing.",
    Assumes.DELEGATED_SIGNED: "{subject} is signed: the DS record at its registrar is not told, and taken to be that of"
    " its key. A wrong one takes the domain away: dig +short DS shows it.",
    Assumes.NO_PLAN: "what the workflow {subject} does is not known before it is deployed; it is no plan so far",
    Assumes.LEFT_OUT: "The specification's {subject} is {object!r:.60}, which it cannot be; it is left out.",
    Assumes.ANSWERED: "the answer of {subject} is assumed: {object} rest on it",
    Assumes.NOT_SEEN: "what {subject} would declare from values that only a provider knows is not seen",
}
