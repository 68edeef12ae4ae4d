"""Change settings, look at the load, and do something about it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.app import App

from outreach_tui.errors import Clash, OutreachError
from outreach_tui.presentation.load_text import (
    calls_text,
    effect,
    load_detail,
    load_done,
    load_text,
    move_text,
    own_words,
    stretch_text,
)
from outreach_tui.presentation.words import plural
from outreach_tui.screens.acting import settle, show_failure
from outreach_tui.screens.drafting import Keeper
from outreach_tui.screens.modals.change_settings import ChangeSettings
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, Values

if TYPE_CHECKING:
    from outreach_tui.screens.desk import Desk


class Group(NamedTuple):
    """Settings that are changed in one form."""

    key: str
    """The letter in the menu."""
    title: str
    names: dict[str, str]
    """Labels by the name of the setting."""


BANDS = Group(
    "b",
    "How often we talk",
    {"band.new": "New", "band.a": "Tier A", "band.b": "Tier B", "band.c": "Tier C"},
)
PLACES = Group(
    "v",
    "Visits and user groups",
    {
        "face-to-face.a": "Face to face A",
        "face-to-face.b": "Face to face B",
        "radius.visit": "Visit, km",
        "radius.group": "Group, km",
        "group-size": "Group size",
    },
)
WORK = Group(
    "w",
    "My working times",
    {
        "calls-a-day": "Calls a day",
        "works": "Hours",
        "working-days": "Days",
        "away": "Away",
        "covered-by": "Covered by",
        "city": "City",
        "zone": "Zone",
    },
)
GROUPS = {group.key: group for group in (BANDS, PLACES, WORK)}


class Wanted(NamedTuple):
    """What a person saw, and what they want instead, by the name of the setting."""

    seen: dict[str, str]
    typed: dict[str, str]


def _settled(wanted: Wanted, clashes: Sequence[Clash], mine: Sequence[Clash]) -> Wanted:
    """Return what is still wanted after a choice: theirs was seen, and what was given up is not."""
    given_up = {clash.field for clash in clashes if clash not in mine}
    return Wanted(
        wanted.seen | {clash.field: str(clash.theirs) for clash in clashes},
        {name: text for name, text in wanted.typed.items() if name not in given_up},
    )


def menu(desk: "Desk") -> list[Choice[str]]:
    """Return what can be looked at and changed."""
    texts = desk.settings.texts()
    details = {
        BANDS.key: " · ".join(texts[name] for name in BANDS.names),
        PLACES.key: f"within {texts['radius.visit']} and {texts['radius.group']} km",
        WORK.key: f"{plural(int(texts['calls-a-day']), 'call')}, {texts['working-days']}, {texts['works']}",
    }
    rows = [Choice(g.key, g.title.lower(), g.key, details[g.key]) for g in GROUPS.values()]
    return [*rows, Choice("l", "load", "l", load_detail(desk.loads.of()))]


async def change_group(app: App[Any], desk: "Desk", group: Group) -> bool:
    """Ask for the settings of a group and write what is new; return whether something was. Call it from a worker."""
    settings, loads = desk.settings, desk.loads
    rows = {_field(name): settings.row(name) for name in group.names}
    seen = settings.texts(rows.values())
    about = {
        field: f"{row.about} Default: {settings.default(row)}. In scripts: {row.name}"
        for field, row in rows.items()
    }
    fields = [
        Field(field, group.names[row.name], seen[row.name], row.example)
        for field, row in rows.items()
    ]

    def changed(typed: Values) -> dict[str, str]:
        said = {rows[field].name: text.strip() for field, text in typed.items()}
        return {name: text for name, text in said.items() if text != seen[name]}

    def look(typed: Values, at: str) -> str:
        prospect = settings.prospect(changed(typed))
        load = loads.of(prospect.member, team=prospect.team)
        said = [
            effect(rows[at].name, prospect.team, loads.asked(), load),
            own_words(rows[at].name, prospect.member),
            f"All: {load_detail(load)}" if group is BANDS else "",
            *(f"Do you mean it? {doubt[0].upper()}{doubt[1:]}." for doubt in prospect.doubts),
        ]
        return "\n".join(filter(None, said))

    draft = Keeper(desk, f"settings:{group.key}", group.title, of_record=True)
    while True:  # what was typed comes back with the draft, until it is written
        typed = await app.push_screen_wait(
            ChangeSettings(group.title, fields, look, about, draft=draft)
        )
        if typed is None:
            return False
        wanted = Wanted(seen, changed(typed))
        if await settle(app, desk, wanted, lambda w: settings.change(w.typed, w.seen), _settled):
            draft.drop()
            return bool(wanted.typed)


def _field(name: str) -> str:
    """Return a setting's name as a form takes it."""
    return name.replace(".", "_").replace("-", "_")


async def look_at_load(app: App[Any], desk: "Desk") -> bool:
    """Show the load and what helps, and do it if wanted; return whether something was written. Call from a worker."""
    now = desk.loads.of()
    remedies = desk.loads.remedies() if now.ratio > 1 else None
    stretch, calls, move = remedies or (None, None, None)
    choices = [Choice("n", "not now" if remedies else "good", "")]
    if stretch:
        choices.append(Choice("s", "stretch all bands", "s", f"× {stretch.factor:.1f}"))
    if calls:
        choices.append(
            Choice("c", f"make {plural(calls, 'call')} a day", "c", f"now {now.calls_a_day}")
        )
    if move:
        choices.append(Choice("g", f"move {plural(len(move), 'customer')} to user groups", "g"))
    choices += [
        Choice("b", "change the bands by hand", "b"),
        Choice("w", "change my working times", "w"),
    ]
    text = load_text(now, stretch, calls, len(move) if move else None)
    answer = await app.push_screen_wait(Choose("Load: what you promised", choices, text))
    if answer in GROUPS:
        return await change_group(app, desk, GROUPS[answer])
    if answer == "s" and stretch:
        after = desk.loads.of(team=stretch.settings)
        said = stretch_text(stretch, now, after)
        return await _apply(
            app, desk, "Stretch all bands?", said, lambda: desk.loads.stretch_bands(stretch)
        )
    if answer == "c" and calls:
        after = desk.loads.of(desk.settings.prospect({"calls-a-day": str(calls)}).member)
        return await _apply(
            app,
            desk,
            "More calls a day?",
            calls_text(now, after),
            lambda: desk.loads.add_calls(calls, now.calls_a_day),
        )
    if answer == "g" and move:
        title = f"Move {plural(len(move), 'customer')} to user groups?"
        said = move_text(move, now, desk.loads.if_moved(move))
        return await _apply(app, desk, title, said, lambda: desk.loads.move(move))
    return False


async def _apply(
    app: App[Any], desk: "Desk", title: str, text: str, do: Callable[[], object]
) -> bool:
    """Show before and after, and do it once that is wanted."""
    sure = await app.push_screen_wait(
        Choose(title, [Choice("y", "yes", True), Choice("n", "no", False)], text)
    )
    if not sure:
        return False
    try:
        do()
        now = desk.loads.of()
    except OutreachError as error:
        show_failure(app, error)
        return False
    app.clear_notifications()
    app.notify(
        f"{load_done(now)}. u undoes.", title=f"Load {now.ratio:.2f}", markup=False, timeout=5
    )
    return True
