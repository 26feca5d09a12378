"""``ci/bcinfra-comment.py`` against a stand-in for each forge: one comment, found again by its first line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.ci.conftest import CI

MARKER = "<!-- bcinfra:diff project=tiny stack=prod v=1 -->"
OTHER = "<!-- bcinfra:diff project=tiny stack=staging v=1 -->"
TOKEN = "correct-horse"
WRITES = {
    "github": ["POST /repos/shops/tiny/issues/7/comments", "PATCH /repos/shops/tiny/issues/comments/3"],
    "gitlab": ["POST /projects/3/merge_requests/7/notes", "PUT /projects/3/merge_requests/7/notes/3"],
    "bitbucket": [
        "POST /repositories/shops/tiny/pullrequests/7/comments",
        "PUT /repositories/shops/tiny/pullrequests/7/comments/3",
    ],
    "azure": [
        "POST /p/_apis/git/repositories/r/pullRequests/7/threads",
        "PATCH /p/_apis/git/repositories/r/pullRequests/7/threads/3/comments/1",
    ],
}
"""What is asked of each to begin a comment, and to change the third."""
PAGE = 2
"""Comments of a page of the stand-in."""


class Stand(ThreadingHTTPServer):
    """Keeps comments as one forge does, and what it was asked."""

    def __init__(self, forge: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.forge = forge
        self.comments: dict[int, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.refuses = False

    def keep(self, text: str, *, ours: bool = True) -> None:
        number = len(self.comments) + 1
        self.comments[number] = {
            "github": {"body": text, "user": {"type": "Bot" if ours else "User"}},
            "gitlab": {"body": text, "system": False},
            "bitbucket": {"content": {"raw": text}, "deleted": False},
            "azure": {"comments": [{"id": 1, "content": text}], "isDeleted": False},
        }[self.forge] | {"id": number}

    @property
    def texts(self) -> list[str]:
        read: dict[str, Callable[[dict[str, Any]], str]] = {
            "bitbucket": lambda comment: comment["content"]["raw"],
            "azure": lambda thread: thread["comments"][0]["content"],
        }
        return [read.get(self.forge, lambda comment: comment["body"])(one) for one in self.comments.values()]


class Handler(BaseHTTPRequestHandler):
    server: Stand

    def log_message(self, format: str, *args: object) -> None:
        pass

    def answer(self, body: object, **headers: str) -> None:
        self.send_response(403 if self.server.refuses else 200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def ask(self) -> dict[str, Any]:
        assert self.headers["Authorization"] == f"Bearer {TOKEN}"
        self.server.asked.append(f"{self.command} {self.path}")
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")

    def do_GET(self) -> None:
        self.ask()
        path, _, page = self.path.partition("&page=")
        kept, start = list(self.server.comments.values()), PAGE * int(page or 0)
        shown, more = kept[start : start + PAGE], f"{self.server.url}{path}&page={int(page or 0) + 1}"
        left = len(kept) > start + PAGE
        match self.server.forge:
            case "azure":
                self.answer({"value": kept, "count": len(kept)})
            case "bitbucket":
                self.answer({"values": shown, **({"next": more} if left else {})})
            case _:
                link = f'<{self.server.url}{path}>; rel="first"' + (f', <{more}>; rel="next"' if left else "")
                self.answer(shown, Link=link)

    def do_POST(self) -> None:
        body = self.ask()
        self.server.keep(
            {"bitbucket": lambda: body["content"]["raw"], "azure": lambda: body["comments"][0]["content"]}.get(
                self.server.forge, lambda: body["body"]
            )()
        )
        self.answer({})

    def do_PATCH(self) -> None:
        body, path = self.ask(), self.path.partition("?")[0].removesuffix("/comments/1")
        comment = self.server.comments[int(path.rpartition("/")[2])]
        (comment["comments"][0] if self.server.forge == "azure" else comment).update(body)
        self.answer({})

    def do_PUT(self) -> None:
        self.do_PATCH()


@pytest.fixture(params=["github", "gitlab", "bitbucket", "azure"])
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    with Stand(request.param) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def post(stand: Stand, folder: Path, *, without: str = "") -> tuple[int, str]:
    """Runs the script as a pipeline does; gives its exit code and all that it said."""
    variables = {
        "BCINFRA_TOKEN": TOKEN,
        "GITHUB_API_URL": stand.url,
        "GITHUB_REPOSITORY": "shops/tiny",
        "BCINFRA_PULL_REQUEST": "7",
        "CI_API_V4_URL": stand.url,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "BITBUCKET_REPO_FULL_NAME": "shops/tiny",
        "BITBUCKET_PR_ID": "7",
        "SYSTEM_COLLECTIONURI": f"{stand.url}/",
        "SYSTEM_TEAMPROJECTID": "p",
        "BUILD_REPOSITORY_ID": "r",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
        "PATH": os.environ["PATH"],
    }
    script = (CI / "bcinfra-comment.py").read_text().replace("https://api.bitbucket.org/2.0", stand.url)
    copy = folder.with_suffix(".py")
    copy.write_text(script)
    ended = subprocess.run(
        [sys.executable, "-I", str(copy), stand.forge, str(folder)],
        env={name: value for name, value in variables.items() if name != without},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    assert TOKEN not in ended.stdout + ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
def found(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes what ``bcinfra-diff.sh`` found."""

    def write(name: str, text: str) -> Path:
        folder = tmp_path / "found"
        folder.mkdir(exist_ok=True)
        for at in folder.iterdir():
            at.unlink()
        (folder / name).write_text(f"{MARKER}\n\n{text}\n")
        return folder

    return write


def test_one_comment_that_each_push_replaces(stand: Stand, found: Callable[[str, str], Path]) -> None:
    stand.keep("Looks good!")
    stand.keep(f"{OTHER}\n\nof another stack")
    assert post(stand, found("comment.md", "worse")) == (0, "posted a comment\n")
    stand.keep("Why?")
    assert post(stand, found("comment.md", "better")) == (0, "replaced the comment\n")
    assert post(stand, found("unchanged.md", "no changes")) == (0, "replaced the comment\n")
    assert stand.texts == ["Looks good!", f"{OTHER}\n\nof another stack", f"{MARKER}\n\nno changes\n", "Why?"]
    wrote = [asked.partition("?")[0] for asked in stand.asked if not asked.startswith("GET")]
    assert list(dict.fromkeys(wrote)) == WRITES[stand.forge]


def test_a_pull_request_that_changes_nothing_is_left_in_peace(stand: Stand, found: Callable[[str, str], Path]) -> None:
    assert post(stand, found("unchanged.md", "no changes")) == (0, "nothing changes: no comment\n")
    assert stand.texts == []


def test_without_a_result_nothing_is_asked(stand: Stand, tmp_path: Path) -> None:
    assert post(stand, tmp_path / "nowhere") == (0, "there is nothing to post\n")
    assert stand.asked == []


def test_what_was_not_posted_is_said(stand: Stand, found: Callable[[str, str], Path]) -> None:
    stand.refuses = True
    code, said = post(stand, found("comment.md", "worse"))
    assert (code, said) == (1, "not posted: 403 Forbidden; BCINFRA_TOKEN must be allowed to comment\n")


def test_a_token_that_is_missing_is_named(stand: Stand, found: Callable[[str, str], Path]) -> None:
    assert post(stand, found("comment.md", "worse"), without="BCINFRA_TOKEN") == (
        1,
        "not posted: there is no BCINFRA_TOKEN\n",
    )


@pytest.mark.parametrize("stand", ["github"], indirect=True)
def test_what_somebody_else_wrote_under_our_name_is_not_changed(
    stand: Stand, found: Callable[[str, str], Path]
) -> None:
    stand.keep(f"{MARKER}\n\nAll is well.", ours=False)
    assert post(stand, found("comment.md", "worse")) == (0, "posted a comment\n")
    assert stand.texts == [f"{MARKER}\n\nAll is well.", f"{MARKER}\n\nworse\n"]
