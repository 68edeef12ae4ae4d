"""Names that try to steer the terminal, hide, or look like markup, in every verb that prints them."""

import json
from functools import partial
from pathlib import Path

import msgspec
import pytest

from cli.conftest import Command, story

HOSTILE = (
    "[ACME] Ltd",
    "[/] [red]x[/blue] :smile:",
    "evil\x1b[31m\x1b]52;c;aGk=\x07 Ltd",
    "C1 \x9b31m \x9d52;c;aGk=\x9c Ltd",
    "two\nlines\r\n Ltd",
    "bidi \u202egnirts\u202c \u2066x\u2069\u200b Ltd",
)
FORBIDDEN = "\x1b\x07\x9b\x9d\x9c\r\u202e\u202c\u2066\u2069\u200b\x00"


@pytest.fixture
def hostile(scratch: Path) -> Path:
    """Return a team's file whose customer, contact, promise and note bear hostile texts, written by another program."""
    tables = json.loads(story())
    for key, name in enumerate(HOSTILE, 1000):
        id_ = f"0196f000-0000-7000-8000-00000000{key:04}"
        tables["customers"][str(key)] = {
            "id": id_, "name": name, "city": name, "industry": name, "extra": {name: name},
            "renewal_on": "2026-11-27", "tier_pin": "A",
        }  # fmt: skip
        tables["contacts"][str(key)] = {
            "id": id_[:-5] + "1" + id_[-4:], "name": name, "phones": [name],
            "employments": [{"customer_id": id_}],
        }  # fmt: skip
        tables.setdefault("promises", {})[str(key)] = {
            "id": id_[:-5] + "2" + id_[-4:], "customer_id": id_, "text": name, "due_on": "2026-11-26",
        }  # fmt: skip
        tables["touchpoints"][str(key)] = {
            "id": id_[:-5] + "3" + id_[-4:], "customer_ids": [id_], "kind": "note",
            "at": "2026-11-01T10:00:00Z", "note": f"> {name}",
        }  # fmt: skip
        tables.setdefault("meetings", {})[str(key)] = {
            "id": id_[:-5] + "4" + id_[-4:], "uid": id_, "customer_ids": [id_], "kind": "visit",
            "start_at": "2026-11-27T10:00:00Z", "zone": "Europe/Berlin", "minutes": 30, "place": name,
            "purpose": name, "changed_at": "2026-11-01T10:00:00Z",
        }  # fmt: skip
    scratch.write_bytes(msgspec.json.encode(tables))
    return scratch


READING = [
    ["today", "--why-not"], ["customers"], ["agenda"], ["promises"], ["show", "1000"], ["show", "1002"],
    ["show", "1003"], ["show", "1005"], ["show", "Ltd"], ["done", "Ltd"], ["cancel", "Ltd"],
]  # fmt: skip


@pytest.mark.parametrize("argv", [*READING, *([*argv, "--json"] for argv in READING)], ids=" ".join)
def test_hostile_names_are_harmless(hostile: Path, outreach: Command, argv: list[str]) -> None:
    result = outreach(*argv)
    assert result.code in (0, 1)
    printed = result.out + result.err
    assert not set(printed) & set(FORBIDDEN)
    if result.code == 0 and "--json" in argv:
        decoded = json.dumps(result.json, ensure_ascii=False)
        assert not any(f"\\u{ord(c):04x}" in decoded for c in FORBIDDEN)


def test_brackets_are_printed_as_they_are(hostile: Path, outreach: Command) -> None:
    names = outreach("customers").out
    assert "\n[ACME] Ltd " in names
    assert "\n[/] [red]x[/blue] :smile: " in names
    assert "\nevil Ltd " in names
    assert "\ntwo lines Ltd " in names


@pytest.mark.parametrize("escaped", [True, False])
def test_a_whole_file_comes_in_without_what_steers_a_terminal(
    hostile: Path, outreach: Command, tmp_path: Path, escaped: bool
) -> None:
    mine, theirs = tmp_path / "mine.json", tmp_path / "theirs.json"
    theirs.write_text(json.dumps(json.loads(hostile.read_bytes()), ensure_ascii=escaped), "utf-8")
    run = partial(outreach, "--file", str(mine))
    assert "skipped\n" in run("import", str(theirs)).out
    for text in (mine.read_text("utf-8"), run("export", "all").out):
        assert "evil Ltd" in text
        assert not set(json.dumps(json.loads(text), ensure_ascii=False)) & set(FORBIDDEN)
        assert not any(f"\\u{ord(c):04x}" in text for c in FORBIDDEN)
    assert "Nothing is new" in run("import", str(theirs)).out


def test_what_was_typed_is_not_echoed_raw(team: Path, outreach: Command) -> None:
    for argv in (["show", "\x1b]52;c;aGk=\x07x"], ["\x1b[31mfax"], ["today", "--kind", "\x1b[31m"]):
        assert "\x1b" not in outreach(*argv).err


def test_a_suggested_command_is_safe_to_paste(scratch: Path, outreach: Command) -> None:
    err = outreach("add", '$(rm -rf ~) "`x`"', "city=Elgin", "region=OR", "country=USA").err
    assert """edit '$(rm -rf ~) "`x`"' place=5725293""" in err
