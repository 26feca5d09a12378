#!/usr/bin/env python3
"""Post what bcinfra-diff.sh found as the one comment of a pull request, which each later run replaces.

usage: bcinfra-comment.py github|gitlab|bitbucket|azure FOLDER

FOLDER is where bcinfra-diff.sh wrote. comment.md is posted, or replaces the comment that begins with the same invisible
line; unchanged.md only replaces: a pull request that changes nothing is left in peace. The forge's own variables name
the pull request; BCINFRA_TOKEN may comment on it. Ends with 1 where it could not be posted.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen


class Forge(NamedTuple):
    """How a forge keeps comments. Addresses name variables of its pipelines."""

    comments: str
    """Where they are listed, and a new one is posted."""
    longest: str
    """Asks for the longest page of the list."""
    comment: str
    """Where the one with an ``id`` is changed."""
    method: str
    """What changes it."""
    said: Callable[[dict[str, Any]], str]
    """What a comment says; "" where it cannot be ours."""
    body: Callable[[str], dict[str, Any]]
    """A comment as the forge takes it."""
    new: Callable[[str], dict[str, Any]] | None = None
    """The same for a new one, where that differs."""


NOTES = "{CI_API_V4_URL}/projects/{CI_PROJECT_ID}/merge_requests/{CI_MERGE_REQUEST_IID}/notes"
BITBUCKET = (
    "https://api.bitbucket.org/2.0/repositories/{BITBUCKET_REPO_FULL_NAME}/pullrequests/{BITBUCKET_PR_ID}/comments"
)
THREADS = (
    "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECTID}/_apis/git/repositories/{BUILD_REPOSITORY_ID}"
    "/pullRequests/{SYSTEM_PULLREQUEST_PULLREQUESTID}/threads"
)
FORGES = {
    "github": Forge(  # https://docs.github.com/en/rest/issues/comments
        "{GITHUB_API_URL}/repos/{GITHUB_REPOSITORY}/issues/{BCINFRA_PULL_REQUEST}/comments",
        "?per_page=100",
        "{GITHUB_API_URL}/repos/{GITHUB_REPOSITORY}/issues/comments/{id}",
        "PATCH",
        # Anybody may comment in public, and the token may change what they wrote: only what a bot said counts.
        lambda comment: comment["body"] if (comment["user"] or {}).get("type") == "Bot" else "",
        lambda text: {"body": text},
    ),
    "gitlab": Forge(  # https://docs.gitlab.com/api/notes/#merge-requests
        NOTES, "?per_page=100", NOTES + "/{id}", "PUT", lambda note: note["body"], lambda text: {"body": text}
    ),
    "bitbucket": Forge(  # https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests
        BITBUCKET,
        "?pagelen=100",
        BITBUCKET + "/{id}",
        "PUT",
        lambda comment: "" if comment["deleted"] else comment["content"]["raw"],
        lambda text: {"content": {"raw": text}},
    ),
    "azure": Forge(  # https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-request-threads
        THREADS + "?api-version=7.1",
        "",  # the list is one page
        THREADS + "/{id}/comments/1?api-version=7.1",
        "PATCH",
        lambda thread: "" if thread["isDeleted"] else thread["comments"][0].get("content", ""),
        lambda text: {"content": text},
        # Closed it is shown all the same, and breaks no policy that every thread be resolved.
        lambda text: {"comments": [{"parentCommentId": 0, "content": text, "commentType": "text"}], "status": "closed"},
    ),
}


def post(forge: Forge, text: str, begin: bool) -> str:
    """Replace our comment with ``text``, or ``begin`` one where there is none. Says what was done."""
    where = forge.comments.format_map(os.environ)
    for comment in listed(where + forge.longest):
        if marker(forge.said(comment)) == marker(text):
            call(forge.method, forge.comment.format_map({**os.environ, "id": comment["id"]}), forge.body(text))
            return "replaced the comment"
    if not begin:
        return "nothing changes: no comment"
    call("POST", where, (forge.new or forge.body)(text))
    return "posted a comment"


def marker(text: str) -> str:
    return text.partition("\n")[0].rstrip()


def listed(url: str | None) -> Iterator[dict[str, Any]]:
    """Every comment. The next page is named by a header, or in the page."""
    while url:
        page, link = call("GET", url)
        whole = {"values": page} if isinstance(page, list) else page
        yield from whole.get("values") or whole.get("value") or ()
        following = re.search(r'<([^>]+)>;\s*rel="next"', link)
        url = following[1] if following else whole.get("next")


def call(method: str, url: str, body: dict[str, Any] | None = None) -> tuple[Any, str]:
    """What the forge answers, with its ``Link`` header."""
    headers = {"Authorization": f"Bearer {os.environ['BCINFRA_TOKEN']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, headers, method=method), timeout=30) as answer:  # noqa: S310  the forge's own
        return json.load(answer), answer.headers.get("Link") or ""


def main(arguments: list[str]) -> str:
    if len(arguments) != 2 or arguments[0] not in FORGES:
        sys.exit(__doc__)
    forge, folder = FORGES[arguments[0]], Path(arguments[1])
    needed = ["BCINFRA_TOKEN", *re.findall("{([A-Z_0-9]+)}", forge.comments)]
    if missing := [name for name in needed if not os.environ.get(name)]:
        sys.exit(f"not posted: there is no {', '.join(missing)}")
    for name in ("comment.md", "unchanged.md"):
        if (folder / name).is_file():
            try:
                return post(forge, (folder / name).read_text(encoding="utf-8"), name == "comment.md")
            except HTTPError as error:
                sys.exit(f"not posted: {error.code} {error.reason}; BCINFRA_TOKEN must be allowed to comment")
            except URLError as error:
                sys.exit(f"not posted: {error.reason}")
    return "there is nothing to post"


if __name__ == "__main__":
    print(main(sys.argv[1:]))
