"""A shop in YAML: the same shop, the same mistakes, with lines."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bcinfra.spec import SpecError, load_shop

from .sample import SAMPLE

TEXT = SAMPLE.read_text()


def mistakes(path: Path, content: str | bytes) -> SpecError:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SpecError) as caught:
        load_shop(path)
    return caught.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.yaml"


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def test_a_normal_shop_fits_on_a_screen() -> None:
    load_shop(SAMPLE)
    assert len(TEXT.splitlines()) < 45


def test_scalars_are_read_as_they_are_written(file: Path) -> None:
    file.write_text(
        TEXT.replace("redis: {memory: 6}", "redis: {memory: 6, version: 7.10}").replace("midsize\n", "no\n", 1)
    )
    shop = load_shop(file)
    assert shop.redis
    assert (shop.redis.version, shop.name, shop.accounts["vault"]) == ("7.10", "no", "012345678901")


@pytest.mark.parametrize(
    ("old", "new", "at", "path"),
    [
        ("region: eu-west-1", "region: eu-wset-1", "region: eu-wset-1", "sites.dublin.region"),
        ("[euc1-az1, euc1-az2]", "\n    [euc1-az1,\n     euw1-az2]", "     euw1-az2", "sites.frankfurt.zones[1]"),
        ("  peak: 12\n", "", "web:", "web.peak"),
        ("  peak: 12\n", "  peak: 1\n", "  peak: 1", "web.peak"),
        ("  orders: {", "  order: {", "data:", "data.orders"),
        ("  carts: important", "  carts: vital", "  carts:", "data.carts.criticality"),
        ("availability: 99.95", "avail: 99.95", "  checkout:", "capabilities.checkout.objectives.avail"),
        ("end: 2026-11-30", "end: 2026-11-20", "    black-friday:", "business.peaks.black-friday.end"),
        ("name: midsize\n", "", "domain:", "name"),
    ],
)
def test_each_mistake_has_its_line(file: Path, old: str, new: str, at: str, path: str) -> None:
    text = TEXT.replace(old, new, 1)
    said = str(mistakes(file, text))
    assert f"error: {path}" in said
    assert f"  --> {file}:{line_of(text, at)}\n" in said + "\n"


def test_mistakes_are_told_in_the_order_of_the_file(file: Path) -> None:
    text = TEXT.replace("role: primary", "role: main").replace("size: 500", "size: big")
    text = text.replace("  secrets: critical", "  secrets: critical\n  secrets: minor")
    lines = [problem.place.line for problem in mistakes(file, text).problems if problem.place]
    assert lines == sorted(lines)
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
        ("- name: midsize\n", 1, "does not hold a mapping of fields to values"),
        ("midsize\n", 1, "does not hold a mapping of fields to values"),
        ("name: midsize\nweb:\n\tcpu: 1\n", 3, "is not YAML: found character '\\t' that cannot start any token"),
        ("name: [midsize\n", 2, "is not YAML: expected ',' or ']', but got '<stream end>'"),
        (
            "name: midsize\n---\nname: other\n",
            2,
            "is not YAML: expected a single document in the stream, but found another document",
        ),
        ("name: *web\n", 1, "is not YAML: found undefined alias 'web'"),
        (
            "name: midsize\ndomain: \x07\n",
            1,
            "is not YAML: unacceptable character #x0007: special characters are not allowed",
        ),
        (b"name: midsize\ndomain: caf\xe9.example.com\n", 2, "is not UTF-8 text"),
        (b"#" * 1_000_001, 1, "is 1000001 bytes long, of at most 1000000"),
        ("name: " + "[" * 5000, 1, "is nested too deeply"),
        ("a: &a [*a]\n", 1, "is nested too deeply"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcde", "bcdef", strict=True)),
            1,
            "holds more than 20000 values once its aliases are followed",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_spec_is_told_in_one_line(file: Path, content: str | bytes, line: int, says: str) -> None:
    error = mistakes(file, content)
    assert [problem.message for problem in error.problems] == [says]
    assert f"--> {file}:{line}\n" in str(error)


def test_duplicates_tags_and_odd_keys_are_told_with_the_rest(file: Path) -> None:
    odd = "name: !!python/object:os.system midsize\nname: other\n[a]: b"
    said = str(mistakes(file, TEXT.replace("name: midsize", odd).replace("peak: 12", "peak: 1")))
    assert f"has the tag tag:yaml.org,2002:python/object:os.system; write plain values\n  --> {file}:1" in said
    assert f"name: is stated twice, first in line 1\n  --> {file}:2" in said
    assert f"shop: has a key that is not text\n  --> {file}:3" in said
    assert "web.peak = 1: is less than the normal replicas" in said


def test_what_is_named_and_left_empty_is_told(file: Path) -> None:
    said = str(mistakes(file, TEXT.replace("name: midsize", "name: midsize\ncontact: {phone: }\nsearch:")))
    assert f"contact.phone: is empty; null would say that there is none\n  --> {file}:2" in said
    assert f"search: is empty; null would say that there is none\n  --> {file}:3" in said
    file.write_text(TEXT.replace("name: midsize", "name: midsize\nsearch: null"))
    assert load_shop(str(file)).search is None


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.yaml", "no such file or directory"), (tmp_path, "is a directory")):
        with pytest.raises(SpecError, match=f"cannot be read: {reason}"):
            load_shop(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.data())
def test_damaged_files_raise_nothing_but_mistakes(file: Path, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(len(TEXT), start + 40)))
    junk = data.draw(st.text(st.sampled_from("abz019 :-{}[]&*!|>'\"#\n\t~é\x00"), max_size=12))
    file.write_text(TEXT[:start] + junk + TEXT[end:])
    with suppress(SpecError):
        load_shop(file)


def test_what_a_mapping_takes_over_comes_after_what_it_states(file: Path) -> None:
    usual = TEXT.replace("{recovery_time: 15m", "&usual {recovery_time: 15m", 1)
    assert usual != TEXT
    text = usual.replace("availability: 99.95", "<<: *usual, availability: 99.95", 1)
    file.write_text(text)
    offer = load_shop(file).offers["checkout"].objectives
    assert (offer.recovery_time, offer.availability) == (load_shop(SAMPLE).objectives.recovery_time, 99.95)
    said = str(mistakes(file, TEXT.replace("availability: 99.95", "<<: none, availability: 99.95", 1)))
    assert "takes over (<<) what is no mapping" in said
    said = str(mistakes(file, text.replace("{recovery_time: 15m", "{recovery_time: soon", 1)))
    assert said.count("= 'soon'") == 2
