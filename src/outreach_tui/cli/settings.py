"""The settings of the team and of oneself: what each means, what it does, and changing it."""

from typing import TYPE_CHECKING

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, quoted, sentence, verb

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services
    from outreach_tui.domain.setting_rows import SettingRow
    from outreach_tui.presentation.layout import PieceLine


class SettingRowDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One setting."""

    name: str
    whose: str
    """`team` or `member`."""
    value: str
    default: str
    about: str
    effect: str
    """What it does with the customers on file, or comes to; empty where its value says all."""
    example: str
    problem: str
    """Why what the file holds is not used; empty where all is well."""


class SettingsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    settings: list[SettingRowDocument]


class SettingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One, and whether it is new."""

    setting: SettingRowDocument
    changed: bool
    doubts: list[str]
    """What may be meant, and probably is not."""


@click.command()
@click.argument("name", required=False, default="")
@click.argument("value", nargs=-1)
@verb
def setting(given: Given, *, name: str, value: tuple[str, ...]) -> None:
    """List the settings, explain one, or change it; `default` as VALUE goes back."""
    services = given.services
    if not name:
        rows = [_document(services, row) for row in _all_rows()]
        if given.as_json:
            printing.document(SettingsDocument(settings=rows))
        else:
            printing.say(_list(rows))
        return
    row = services.settings.row(name)
    changed, doubts = False, list[str]()
    if value:
        typed = {row.name: " ".join(value)}
        doubts = services.settings.prospect(typed).doubts
        changed = bool(services.settings.change(typed))
    now = _document(services, row)
    document = SettingDocument(setting=now, changed=changed, doubts=doubts)
    if changed:
        for doubt in doubts:
            printing.note(sentence(doubt))
        given.wrote(document, *([f"{now.effect}."] if now.effect else []))
    elif given.as_json:
        printing.document(document)
    else:
        said = [f"{now.name} is {now.value} already; nothing was changed."] if value else []
        change = given.command(f"setting {row.name} {quoted(row.example)}")
        printing.say([*said, *_one(now), f"change it with, for example: {change}"])


def _all_rows() -> "tuple[SettingRow, ...]":
    from outreach_tui.domain.setting_rows import ROWS

    return ROWS


def _document(services: "Services", row: "SettingRow") -> SettingRowDocument:
    from outreach_tui.presentation.load_text import effect, own_words

    settings, loads = services.settings, services.loads
    wrong = {found.name: found.why for found in settings.contradictions()}
    return SettingRowDocument(
        name=row.name,
        whose=row.whose.value,
        value=settings.texts([row])[row.name],
        default=settings.default(row),
        about=row.about,
        effect=effect(row.name, services.workspace.settings, loads.asked(), loads.of())
        or own_words(row.name, services.workspace.member),
        example=row.example,
        problem=wrong.get(row.name, ""),
    )


def _list(rows: list[SettingRowDocument]) -> "list[PieceLine]":
    from outreach_tui.presentation.plain_table import heading

    titles = {"team": "The team's, the same for everybody", "member": "Yours"}
    lines: list[PieceLine] = []
    for whose, title in titles.items():
        lines += [[], heading(title)] if lines else [heading(title)]
        for row in rows:
            if row.whose == whose:
                lines += _one(row)
    return lines


def _one(row: SettingRowDocument) -> "list[PieceLine]":
    from outreach_tui.presentation.plain_table import paragraph

    room = printing.prose_room()
    default = "the default" if row.value == row.default else f"default {row.default}"
    head: PieceLine = [(f"  {row.name}  ", "strong"), (row.value, ""), (f"  ({default})", "muted")]
    lines = [head, *paragraph(row.about, room, indent=4)]
    if row.effect:
        lines += paragraph(f"{row.effect}.", room, indent=4, role="muted")
    if row.problem:
        lines += paragraph(
            f"! In the file it cannot be meant: {row.problem}.", room, indent=4, role="late"
        )
    return lines
