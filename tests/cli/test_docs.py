"""docs/cli.md cannot drift: every verb and option is there, and nothing else is."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from outreach_tui.cli.verbs import outreach

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
SHARED = {"--file", "--as", "--today", "--json"}
_SECTION = re.compile(r"^### `outreach ([a-z -]+)`\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = dict(_SECTION.findall(TEXT))


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every verb with its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(leaves(outreach))


def options(command: click.Command) -> set[str]:
    return {o for p in command.params if isinstance(p, click.Option) for o in p.opts}


def test_every_verb_is_documented_and_nothing_else() -> None:
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_option_is_documented_and_nothing_else(verb: str) -> None:
    documented = set(re.findall(r"^- `(--[a-z-]+)", SECTIONS[verb], re.MULTILINE))
    assert documented == options(COMMANDS[verb]) - SHARED


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_takes_the_shared_options(verb: str) -> None:
    assert options(COMMANDS[verb]) >= SHARED


@pytest.mark.parametrize("verb", sorted(COMMANDS.keys() - {"demo"}))
def test_every_verb_has_an_example_and_its_json(verb: str) -> None:
    assert f"$ outreach {verb}" in SECTIONS[verb]
    assert "\nJSON: " in SECTIONS[verb]


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_value_of_a_choice_is_documented(verb: str) -> None:
    for parameter in COMMANDS[verb].params:
        if isinstance(parameter.type, click.Choice):
            for value in parameter.type.choices:
                assert f"`{value}`" in SECTIONS[verb], (parameter.name, value)


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_and_option_has_help(verb: str) -> None:
    command = COMMANDS[verb]
    assert command.help
    assert all(p.help for p in command.params if isinstance(p, click.Option))


def test_exit_codes_environment_and_no_path_of_a_machine() -> None:
    for code in (0, 1, 2, 3, 4, 70, 130):
        assert f"\n| {code} | " in TEXT
    for variable in (
        "OUTREACH_FILE",
        "OUTREACH_MEMBER",
        "OUTREACH_TODAY",
        "OUTREACH_CONFIG",
        "NO_COLOR",
    ):
        assert f"\n| `{variable}` | " in TEXT
    assert not re.search(r"/(home|root|tmp|work|Users)/", TEXT)
