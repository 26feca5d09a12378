"""Say what a program's failure means to the person who wrote it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeGuard

from pulumi import ConfigMissingError

from bcinfra.exits import UserError
from bcinfra.extras import SDKS
from bcinfra.graph.core import source
from bcinfra.graph.core.model import Place
from bcinfra.graph.core.problem import Problem
from bcinfra.graph.record.monitor import Missing, Monitor
from bcinfra.graph.record.sdk import Stalled, registration

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_PRIVATE: Final = re.compile(r"secret|password|passphrase|token|credential|private|key", re.IGNORECASE)
"""Names of fields whose values are not repeated in a message."""
_CALLBACK: Final = re.compile(r"Invoke callback \S+ error: (?P<message>.*?):\n(?P<stack>.*)", re.DOTALL)
_INPUT: Final = re.compile(
    r"While processing input: '(?P<name>[^']+)'.*Unexpected type\. Expected 'list' got '(?P<type>[^']*)'$", re.DOTALL
)
"""The SDK could not send a list, for want of a type of its items."""
_ABOVE: Final = 3
"""How many folders above a program may be its repository's."""
_ENVIRONMENT: Final = ("<frozen os>", "__getitem__")
"""Where ``os.environ`` misses a variable."""
_FRAME: Final = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')


def explain(error: BaseException, monitor: Monitor, hidden: Collection[str]) -> Iterator[Problem]:
    """What ``error``, raised by the program, says. No text in ``hidden`` is repeated."""
    hint = _remedy(error, monitor.root) or _suspects(monitor)
    place, messages = _reading(error, monitor.root)
    behind = registration(error)
    resource = "{} {!r}".format(*behind.resource) if behind else None
    if behind and not place:
        place = source.nearest(behind.frames, monitor.root)
    if isinstance(error, UserError) and error.mistakes:
        told = [(one.text, one.place and source.place(*one.place, monitor.root), one.hint) for one in error.mistakes]
    else:
        told = [(message, place, hint) for message in messages]
    for message, at, advice in told:
        for text in hidden:
            message = message.replace(text, "[secret]")
        yield Problem(message, resource, at or place, advice)


def missing(settings: Mapping[str, Missing], project: str) -> Iterator[Problem]:
    """What settings the program needs, and all of them ready to paste."""
    *others, last = settings.items()
    own = f"{project}:"
    values = " ".join(f"--config {key.removeprefix(own)}={one.kind.upper()!r}" for key, one in settings.items())
    for key, one in others:
        yield Problem(_lacks(key, one), place=one.place)
    yield Problem(_lacks(*last), place=last[1].place, hint=f"give them in the stack's file, or here: {values}")


def _lacks(key: str, setting: Missing) -> str:
    return f"{key} has no value ({'secret ' if setting.secret else ''}{setting.kind})"


def _suspects(monitor: Monitor) -> str | None:
    unanswered = sorted({call.token for call in monitor.calls if call.answer == "unknown"})
    return f"these calls had no answer, which may be why: {', '.join(unanswered)}" if unanswered else None


def _missing_module(name: str, root: Path) -> str:
    """Who is named is nobody's to install but the project's: a stranger's package may be called like its own module."""
    if own := next((file for ending in (".py", "/__init__.py") for file in root.rglob(f"{name}{ending}")), None):
        return f"it is the program's own, {own.relative_to(root)}: is its folder on the program's path?"
    above = [folder for folder in root.parents[:_ABOVE] if folder.parent != folder]
    if own := next((folder for folder in above if (folder / f"{name}.py").exists() or (folder / name).is_dir()), None):
        return f"it is the program's own, in a folder above it: set PYTHONPATH={own} for bcinfra"
    listed = [
        file.name
        for pattern in ("requirements*.txt", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg")
        for folder in (root, *above)
        for file in sorted(folder.glob(pattern))
        if re.search(rf"\b{re.escape(name)}\b", file.read_text(errors="replace").replace("-", "_"), re.IGNORECASE)
    ]
    if listed or name.startswith("pulumi"):
        what = f"what {listed[0]} lists" if listed else name.replace("_", "-")
        extra = next((extra for extra, module in SDKS.items() if module == name), None)
        or_so = f", as bcinfra[{extra}] does" if extra else ""
        return f"install {what} into the project's environment ({sys.prefix}){or_so}"
    return f"no requirements file of the project names it; if it is the program's own, its file {name}.py is missing"


def _remedy(error: BaseException, root: Path) -> str | None:
    """What the user gives, where the program asks its surroundings for something they lack."""
    match error:
        case ConfigMissingError():
            return "give it a value: --config KEY=VALUE, or in the stack's file"
        case ModuleNotFoundError(name=str(module)):
            return _missing_module(module.split(".")[0], root)
        case KeyError() if _deepest(error) == _ENVIRONMENT:
            return f"give the variable a value: --env {error.args[0]}=VALUE"
        case _:
            return None


def _deepest(error: BaseException) -> tuple[str, str] | None:
    """The module's file and the function that raised ``error``."""
    traceback, found = error.__traceback__, None
    while traceback:
        code = traceback.tb_frame.f_code
        found, traceback = (os.path.basename(code.co_filename), code.co_name), traceback.tb_next
    return found


def stalled(stall: Stalled, root: Path) -> Iterator[Problem]:
    """Who waits for whom, in a program that waits for itself."""
    for wait in stall.waiting:
        awaited = "{} {!r}".format(*wait.awaited) if wait.awaited else "a value that never comes"
        yield Problem(
            f"waits for {awaited}: the program waits for itself",
            "{} {!r}".format(*wait.resource),
            source.nearest(wait.frames, root),
            "a resource must not depend, by depends_on, parent or inputs, on a component that holds what needs it",
        )
    if not stall.waiting:
        yield Problem("the program waits for a value that never comes")


def _reading(error: BaseException, root: Path) -> tuple[Place | None, Iterable[str]]:
    place = source.from_traceback(error.__traceback__, root)
    match error:
        case _ if _is_invalid(error):
            return place, [_invalid(error.title, detail) for detail in error.errors(include_url=False)]
        case SyntaxError(filename=str(file), lineno=int(line)):
            return source.place(file, line, root), [f"SyntaxError: {error.msg}"]
        case ConfigMissingError():
            return place, [str(error).splitlines()[0]]
        case SystemExit():
            return place, [f"the program ended itself with exit status {error.code}"]
        case _ if callback := _CALLBACK.search(str(error)):
            # A transform failed: the SDK sends its stack as text.
            frames = [(frame["file"], int(frame["line"])) for frame in _FRAME.finditer(callback["stack"])]
            return source.nearest(reversed(frames), root), [f"a transform failed: {callback['message']}"]
        case _ if unsent := _INPUT.search(str(error)):
            expected = "be a map, not" if "Mapping" in unsent["type"] else "not be"
            return place, [f"{unsent['name']}: must {expected} a list"]
        case _:
            own = isinstance(error, UserError)  # says itself what is wrong
            return place, [str(error).removeprefix("error: ") if own else f"{type(error).__name__}: {error}"]


def _is_invalid(error: BaseException) -> TypeGuard[ValidationError]:
    """Whether ``error`` is pydantic's, which a program's own environment may lack."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(error, pydantic.ValidationError)


def _invalid(title: str, detail: ErrorDetails) -> str:
    """One finding of pydantic: the field, what is wrong, and the value where it is short and not private."""
    field = ".".join(map(str, (title, *detail["loc"])))
    message = detail["msg"].removeprefix("Value error, ")
    value = detail["input"]
    shown = isinstance(value, str | int | float) and detail["type"] not in ("missing", "extra_forbidden")
    if not shown or _PRIVATE.search(field) or len(str(value)) > 60:
        return f"{field}: {message}"
    return f"{field}: {message}, not {value!r}"
