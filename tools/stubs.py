"""Give the clouds' SDKs stubs, so that types are checked without reading all of every service: ``make lint``.

A package of an SDK takes in its modules by ``from .bucket import *``: to find one name, a type checker reads them all.
Its stub says which module each name is from, and those in use are read. The stub of a module is the module without
texts and bodies, most of what a checker would walk through, and without what no program here uses: a resource's second
signature, which takes all inputs as one object, and the properties of such objects. They make a partial stub package
(PEP 561) in ``typings`` of what is installed, and say of it what it says itself. What they leave out is read from the
SDK.
"""

from __future__ import annotations

import re
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SITE: Final = Path(sysconfig.get_path("purelib"))
TYPINGS: Final = Path(__file__).resolve().parents[1] / "typings"
PACKAGES: Final = ("pulumi_aws", "pulumi_cloudflare", "pulumi_gcp", "pulumi_kubernetes")
_ALL_OF: Final = re.compile(r"(?m)^from \.(\w+) import \*$")
_PUBLIC: Final = re.compile(r"(?ms)^__all__ = \[(.*?)\]")
_TEXT: Final = re.compile(r'(?s)""".*?"""')
_PRIVATE: Final = re.compile(
    r"(?ms)^( *)(?:@pulumi\.input_type\nclass _\w+State|def _internal_init)\b.*?:\n(?:(?-s:\1 .*)?\n)*"
)
"""What no program may use, and what a checker does not hold for private where it stands in a stub."""
_INPUT: Final = re.compile(
    r"(?m)^    @(?:_builtins\.)?property\n    @pulumi\.getter.*\n    def \w+\(self\) -> pulumi\.Input.*\n"
    r"(?:    @\w+\.setter\n    def .*\n)?"
)
"""A property of an object of inputs."""
_SIGNATURES: Final = re.compile(
    r"(?m)^    @overload\n(    def __init__\(__self__,\n +resource_name: str,\n[^)]*\): \.\.\.\n)"
    r"    @overload\n    def __init__\(__self__,\n +resource_name: str,\n +args: [^)]*\): \.\.\.\n"
    r"    def __init__\(__self__, resource_name: str, \*args, \*\*kwargs\): \.\.\.\n"
)
"""The two signatures of a resource, of which the first takes its inputs by name, and the one that runs."""
_GETTER: Final = re.compile(r"(?m)^    @pulumi\.getter.*\n")
"""What a property is called by the engine."""
_FUNCTION: Final = re.compile(r"(?ms)^( *)(def .*?:)\n(?:(?-s:\1 .*)?\n)*")
_INFERRED: Final = re.compile(r"(?m)^ *(?:async )?def (?:__await__|[a-z]\w*)\((?!self, value: )[^>]*?\):$")
"""A function whose result only its body tells."""


def stubs(package: Path) -> Iterator[tuple[Path, str]]:
    """Each stub by its path in ``package``: the SDK's own, and one of each module but those whose types bodies tell."""
    for file in sorted(package.rglob("*.py")):
        stub = file.with_suffix(".pyi")
        text = _TEXT.sub('""', file.read_text(encoding="utf-8"))
        if stub.exists():  # which a checker does not see where a partial stub package has the same folder
            yield stub.relative_to(package), stub.read_text(encoding="utf-8")
        elif not _INFERRED.search(text):
            if file.name == "__init__.py":
                text = _ALL_OF.sub(lambda found, home=file.parent: _by_name(found, home), text)
            declared = _FUNCTION.sub(r"\1\2 ...\n", _PRIVATE.sub("", text))
            yield stub.relative_to(package), _GETTER.sub("", _SIGNATURES.sub(r"\1", _INPUT.sub("", declared)))


def _by_name(found: re.Match[str], home: Path) -> str:
    """The same import with each name that the module makes public, or as it is where the module lists none."""
    module = found[1]
    public = _PUBLIC.search((home / f"{module}.py").read_text(encoding="utf-8"))
    names = re.findall(r"'(\w+)'", public[1]) if public else ()
    return f"from .{module} import {', '.join(f'{name} as {name}' for name in names)}" if names else found[0]


def write(package: Path, target: Path) -> None:
    """Make ``target`` the partial stub package of ``package``."""
    shutil.rmtree(target, ignore_errors=True)
    for path, text in stubs(package):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
    (target / "py.typed").write_text("partial\n", encoding="utf-8")


if __name__ == "__main__":
    for name in PACKAGES:
        write(SITE / name, TYPINGS / f"{name}-stubs")
