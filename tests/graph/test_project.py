"""A project's folder: its settings, a stack's configuration, its program run as Pulumi's Python host runs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from bcinfra.graph import RecordError, Secret, find_project, read_config, read_project, record_project

Write = Callable[[dict[str, str]], Path]

SETTINGS = """
name: shop
runtime: {name: python, options: {virtualenv: venv}}
main: program/
stackConfigDir: config
config:
  aws:region: eu-west-1
  gcp:project: {value: shop-123}
  size: {type: string, default: big}
  pulumi:disable-default-providers: ["*"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return write


def errors(folder: Path, stack: str = "dev") -> str:
    with pytest.raises(RecordError) as caught:
        record_project(folder, stack)
    return str(caught.value)


def test_settings_and_where_things_are(write: Write) -> None:
    folder = write({"Pulumi.yaml": SETTINGS, "config/Pulumi.dev.yaml": "", "config/Pulumi.prod.yaml": ""})
    project = read_project(folder)
    assert project.name == "shop"
    assert project.main == folder / "program"
    assert project.stacks() == ("dev", "prod")
    assert find_project(folder / "config") == project


def test_configuration_is_text_as_the_program_reads_it(write: Write) -> None:
    stack = """
config:
  aws:region: eu-west-3
  shop:account: "012345678901"
  shop:count: 3
  shop:on: true
  shop:word: yes
  shop:day: 2026-01-31
  shop:list: [b, {a: 1}]
  shop:token: {secure: v1:abc}
  shop:object: {user: x, keys: [{secure: v1:def}]}
"""
    config = read_config(read_project(write({"Pulumi.yaml": SETTINGS, "config/Pulumi.dev.yaml": stack})), "dev")
    assert config.values == {
        "aws:region": "eu-west-3",
        "gcp:project": "shop-123",
        "pulumi:disable-default-providers": '["*"]',
        "shop:account": "012345678901",
        "shop:count": "3",
        "shop:day": "2026-01-31",
        "shop:list": '["b",{"a":1}]',
        "shop:object": '{"keys":["[secret]"],"user":"x"}',
        "shop:on": "true",
        "shop:size": "big",
        "shop:token": "[secret]",
        "shop:word": "yes",
    }
    assert config.secret == {"shop:token", "shop:object"}


PROGRAM = """
import os, sys
import pulumi
import helper
config = pulumi.Config()
class C(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("a:b:C", name)
pulumi.export("name", __name__)
pulumi.export("here", os.path.basename(os.getcwd()))
pulumi.export("path", os.path.basename(sys.path[0]))
pulumi.export("root", os.path.basename(pulumi.runtime.get_root_directory()) != "program")
pulumi.export("organization", pulumi.get_organization())
pulumi.export("helper", helper.STACK)
pulumi.export("size", config.require("size"))
pulumi.export("token", config.require_secret("token"))
C("c")
"""
FILES = {
    "Pulumi.yaml": SETTINGS,
    "config/Pulumi.dev.yaml": "config: {shop:token: {secure: v1:abc}}",
    "config/Pulumi.prod.yaml": "config: {shop:token: {secure: v1:abc}, shop:size: huge}",
    "program/__main__.py": PROGRAM,
    "program/helper.py": "import pulumi\nSTACK = pulumi.get_stack()",
}


def test_the_program_runs_as_main_in_its_folder(write: Write) -> None:
    graph = record_project(write(FILES), "acme/shop/dev")
    assert graph.outputs == {
        "name": "__main__",
        "here": "program",
        "path": "program",
        "root": True,
        "organization": "acme",
        "helper": "dev",
        "size": "big",
        "token": Secret(),
    }
    (component,) = graph.of_type("a:b:C")
    assert component.place == ("program/__main__.py", 17)


def test_several_stacks_and_no_trace_of_them(write: Write) -> None:
    folder = write(FILES)
    before = (dict(sys.modules).keys(), list(sys.path), Path.cwd(), sys.modules["__main__"])
    sizes = [record_project(folder, stack).outputs["size"] for stack in ("dev", "prod")]
    assert sizes == ["big", "huge"]
    assert record_project(folder, "prod").outputs["helper"] == "prod"
    assert "helper" not in sys.modules
    assert (list(sys.path), Path.cwd(), sys.modules["__main__"]) == before[1:]


def test_single_settings_can_be_overridden(write: Write) -> None:
    assert record_project(write(FILES), "dev", config={"shop:size": "tiny"}).outputs["size"] == "tiny"


def test_errors_of_the_program_have_its_line(write: Write) -> None:
    folder = write({**FILES, "program/helper.py": "STACK = 1\n\nraise ValueError('no')\n"})
    assert errors(folder) == "program/helper.py:3: ValueError: no"
    assert errors(write({"program/helper.py": "STACK = (\n"})).startswith("program/helper.py:1: SyntaxError")


def test_what_is_wrong_with_a_project_is_said(write: Write) -> None:
    folder = write({"note.txt": ""})
    assert "there is no Pulumi.yaml" in errors(folder)
    assert "runtime 'nodejs' cannot be recorded" in errors(write({"Pulumi.yaml": "name: x\nruntime: nodejs\n"}))
    assert "a project needs a name" in errors(write({"Pulumi.yaml": "runtime: python\n"}))
    assert "Pulumi.yaml:3: is not YAML" in errors(write({"Pulumi.yaml": "name: x\nruntime: [\n"}))
    assert "is not a mapping" in errors(write({"Pulumi.yaml": "- x\n"}))


def test_a_stack_that_is_not_there_is_compared_with_those_that_are(write: Write) -> None:
    assert "did you mean 'prod'?" in errors(write(FILES), "prd")


def test_a_declared_setting_without_a_value_is_named(write: Write) -> None:
    settings = SETTINGS + "  zone: {type: string}\n  owner: {type: string}\n"
    text = errors(write({**FILES, "Pulumi.yaml": settings}))
    assert "Pulumi.yaml:1: shop:zone has no value (text)" in text
    assert "shop:owner has no value" in text


SECRETS = SETTINGS + "  password: {type: string, secret: true}\n  pin: {type: integer, secret: true}\n"
USES = """
import pulumi
config = pulumi.Config()
pulumi.export("password", config.require_secret("password"))
pulumi.export("pin", config.require_secret_int("pin"))
"""


def test_a_declared_secret_that_is_not_set_is_assumed_and_named(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write({**FILES, "Pulumi.yaml": SECRETS, "program/__main__.py": USES})
    given = {"shop:pin": "4711"}
    graph = record_project(folder, "dev", config=given, assume=True)
    assert graph.outputs == {"password": Secret(), "pin": Secret()}
    assert capsys.readouterr().err == "stack dev assumes secrets that are not set yet: shop:password\n"
    with pytest.raises(RecordError, match=r"shop:password has no value \(secret text\)"):
        record_project(folder, "dev", config=given)


def test_no_secret_is_assumed_that_is_more_than_text(write: Write) -> None:
    folder = write({**FILES, "Pulumi.yaml": SECRETS, "program/__main__.py": USES})
    with pytest.raises(RecordError) as caught:
        record_project(folder, "dev", assume=True)
    assert [problem.message for problem in caught.value.problems] == ["shop:pin has no value (secret number)"]


def test_all_settings_that_a_program_lacks_are_named_at_once_ready_to_paste(write: Write) -> None:
    program = """
import pulumi
config, aws = pulumi.Config(), pulumi.Config("aws")
domain = config.require("domain")
size = config.require_int("count") * 2
tags = {**config.require_object("tags"), "on": config.require_bool("on")}
password = config.require_secret("password").apply(len)
raise ValueError(aws.require("profile"))
"""
    settings = SETTINGS + "  zone: {type: string}\n  nodes: {type: integer}\n"
    folder = write({**FILES, "Pulumi.yaml": settings, "program/__main__.py": program})
    text = errors(folder)
    assert text.splitlines() == [
        "Pulumi.yaml:1: shop:zone has no value (text)",
        "Pulumi.yaml:1: shop:nodes has no value (number)",
        "program/__main__.py:4: shop:domain has no value (text)",
        "program/__main__.py:5: shop:count has no value (number)",
        "program/__main__.py:6: shop:tags has no value (JSON)",
        "program/__main__.py:6: shop:on has no value (true or false)",
        "program/__main__.py:7: shop:password has no value (secret text)",
        "program/__main__.py:8: aws:profile has no value (text)",
        "    give them in the stack's file, or here: --config zone='TEXT' --config nodes='NUMBER'"
        " --config domain='TEXT' --config count='NUMBER' --config tags='JSON'"
        " --config on='TRUE OR FALSE' --config password='TEXT'"
        " --config aws:profile='TEXT'",
    ]
    given = {"zone": "a", "nodes": "2", "domain": "x", "count": "1", "tags": "{}", "on": "true", "password": "p"}
    with pytest.raises(RecordError, match="aws:profile has no value"):
        record_project(folder, "dev", config={f"shop:{key}": value for key, value in given.items()})


def test_a_program_s_own_module_may_be_named_as_one_of_the_standard_library(write: Write) -> None:
    import queue
    import secrets

    program = "import pulumi, queue, secrets\npulumi.export('own', [queue.OWN, secrets.OWN])\n"
    folder = write(
        {
            **FILES,
            "program/__main__.py": program,
            "program/queue.py": "OWN = 1\n",
            "program/secrets/__init__.py": "OWN = 2\n",
        }
    )
    assert record_project(folder, "dev").outputs == {"own": [1, 2]}
    assert (sys.modules["queue"], sys.modules["secrets"]) == (queue, secrets)


def test_another_copy_of_a_program_that_this_process_has_loaded_is_not_taken_for_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = {name: ModuleType(name) for name in ("ours", "ours.part")}
    for name, module in loaded.items():
        module.__file__ = f"/elsewhere/{name}.py"
        monkeypatch.setitem(sys.modules, name, module)
    program = "import ours.part, pulumi\npulumi.export('own', [ours.OWN, ours.part.OWN])\n"
    folder = write(
        {
            **FILES,
            "program/__main__.py": program,
            "program/ours/__init__.py": "OWN = 1\n",
            "program/ours/part.py": "OWN = 2\n",
        }
    )
    assert record_project(folder, "dev").outputs == {"own": [1, 2]}
    assert {name: sys.modules[name] for name in loaded} == loaded


def test_a_module_is_only_to_be_installed_where_the_project_lists_it(write: Write) -> None:
    files = {**FILES, "program/__main__.py": "import boto_tools\n"}
    assert "no requirements file of the project names it" in errors(write(files))
    assert "install what requirements.txt lists" in errors(write({**files, "requirements.txt": "boto-tools==2\n"}))
    own = {**files, "requirements.txt": "", "lib/boto_tools.py": ""}
    assert "it is the program's own, lib/boto_tools.py" in errors(write(own))


def test_providers_work_where_the_variables_say_that_the_user_gives(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """
import os, pulumi, pulumi_aws, pulumi_gcp
pulumi_aws.s3.Bucket("default")
pulumi_gcp.storage.Bucket("bucket", location="EU")
pulumi_aws.s3.Bucket("own", opts=pulumi.ResourceOptions(provider=pulumi_aws.Provider("explicit")))
pulumi.export("seen", sorted(name for name in os.environ if name.startswith("AWS_")))
"""
    monkeypatch.setenv("AWS_REGION", "us-west-1")
    monkeypatch.setenv("AWS_PROFILE", "own")
    folder = write({"Pulumi.yaml": "name: shop\nruntime: python\n", "__main__.py": program})
    given = {"AWS_REGION": "eu-west-3", "GOOGLE_CLOUD_PROJECT": "shop-1", "CLOUDSDK_COMPUTE_REGION": "europe-west1"}
    graph = record_project(folder, "dev", environment=given)
    regions = {row.name: row.inputs.get("region") for row in graph if row.type == "pulumi:providers:aws"}
    assert regions.pop("explicit") == "eu-west-3"
    assert set(regions.values()) == {"eu-west-3"}
    (google,) = (row for row in graph if row.type == "pulumi:providers:gcp")
    assert (google.inputs["project"], google.inputs["region"]) == ("shop-1", "europe-west1")
    assert graph.outputs["seen"] == ["AWS_REGION"]
    unsaid = record_project(folder, "dev")
    assert all("region" not in row.inputs for row in unsaid if row.type == "pulumi:providers:aws")


def test_what_the_caller_has_imported_of_an_sdk_is_not_missing_in_the_program(write: Write) -> None:
    """The SDK loses names of a package of which a module was imported alone."""
    program = """
import pulumi
from pulumi_aws import rds, s3
pulumi.export("found", [rds.Instance.__module__, s3.Bucket.__module__, s3.BucketVersioning.__module__])
"""
    folder = write({"Pulumi.yaml": "{name: shop, runtime: python}", "__main__.py": program})
    code = (
        "from pathlib import Path\n"
        "from pulumi_aws.rds.instance import Instance\n"
        "from pulumi_aws.s3.bucket import Bucket\n"
        "from bcinfra.graph import record_project\n"
        f"print(record_project(Path({str(folder)!r}), 'dev').outputs['found'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(
        ["pulumi_aws.rds.instance", "pulumi_aws.s3.bucket", "pulumi_aws.s3.bucket_versioning"]
    )
