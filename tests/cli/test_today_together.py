"""`outreach today` on what brings customers together."""

from pathlib import Path

from cli.conftest import Command, NoonClock
from company import ALFREDS, BOLIDO, CHOP, DRACHEN, HOSTILE, company
from outreach_tui.bootstrap import Services
from outreach_tui.domain.day_list import DayList, Lane, Suggestion, SuggestionKind, day_list_id
from outreach_tui.domain.record import Put


def test_today_prints_a_session_and_an_introduction(scratch: Path, outreach: Command) -> None:
    company(scratch, NoonClock())
    result = outreach("today")
    assert (result.code, result.err) == (0, "")
    assert (
        result.out
        == """\
Thu 26 Nov 2026 · Ana                                                0 of 2 done

Invite
  · billing, 3 askers                                invite to a working session
    'billing': what Alfreds Futterkiste asked for on 3 Aug ('one invoice a
    month') is planned; Chop-suey brought up 'billing' on 20 Aug ('who reads so
    many invoices'), and so did 1 more. Shape it with them.
    Whom  Chop-suey, Alfreds Futterkiste, Drachenblut

Introduce
  · Alfreds Futterkiste & Bólido                         introduce two customers
    Alfreds Futterkiste Anders · +49 30 0074321 · 09:00–17:00
    Bólido praised 'labels' on 3 Sep ('three languages on one label'); Alfreds
    Futterkiste asked for it on 5 Oct ('labels in Polish for the night shift').
    They have not met, as far as we know.
    Whom  Alfreds Futterkiste, Bólido 1869 km
"""
    )


def test_today_as_json_names_theme_event_and_everybody(scratch: Path, outreach: Command) -> None:
    ids = company(scratch, NoonClock(), event=True)
    rows = outreach("today", "--json").json["suggestions"]
    seats, introduction = rows
    assert (seats["kind"], seats["lane"], seats["on"]) == ("user-group", "planning", "2026-12-10")
    assert seats["event_id"] and seats["place"] == "Berlin"
    assert introduction["kind"] == "introduction"
    assert list(introduction) == [
        "id",
        "kind",
        "lane",
        "state",
        "by",
        "customer",
        "contact",
        "reasons",
        "thank_for",
        "question",
        "near",
        "more",
        "place",
        "theme",
        "event_id",
        "on",
        "call_window",
        "member",
    ]
    assert introduction["near"] == [{"customer_id": ids[BOLIDO], "name": BOLIDO, "km": 1869}]
    assert (introduction["theme"], introduction["event_id"], introduction["on"]) == (
        "labels",
        None,
        None,
    )
    assert introduction["reasons"][0]["facts"]["other_id"] == ids[BOLIDO]
    one = outreach("today", "--json", "--kind", "introduction").json["suggestions"]
    assert one == [introduction]
    assert seats["customer"]["name"] == CHOP
    assert [near["name"] for near in seats["near"]] == [ALFREDS, DRACHEN]


def test_a_frozen_list_keeps_what_brings_customers_together(
    scratch: Path, outreach: Command
) -> None:
    ids = company(scratch, NoonClock(), event=True)
    before = outreach("today", "--json").json
    services = Services(file=str(scratch), clock=NoonClock())
    services.workspace.commit("froze", services.day_plans.freezing())
    services.decisions.snooze(
        ids[ALFREDS], services.workspace.today.replace(day=30), suggestion="introduction"
    )
    services.close()
    after = outreach("today", "--json").json
    assert after["frozen"] is True
    states = {row["kind"]: row.pop("state") for row in after["suggestions"]}
    assert states == {"user-group": "waiting", "introduction": "snoozed"}
    assert [row.pop("state") for row in before["suggestions"]] == ["waiting"] * 2
    assert after["suggestions"] == before["suggestions"]


def test_hostile_names_are_printed_as_text(scratch: Path, outreach: Command) -> None:
    company(scratch, NoonClock(), event=True, names={ALFREDS: HOSTILE, BOLIDO: HOSTILE})
    out = outreach("today").out
    assert "[/] [red]Evil[/red] Ltd & [/] [red]Evil[/red] Ltd" in out
    assert not set(out) & set("\x1b\x07\u202e")


def test_a_list_by_hand_without_the_other_one_is_printed(scratch: Path, outreach: Command) -> None:
    ids = company(scratch, NoonClock())
    services = Services(file=str(scratch), clock=NoonClock())
    member, today = services.workspace.member.id, services.workspace.today
    alone = Suggestion(
        kind=SuggestionKind.INTRODUCTION, lane=Lane.PLANNING, customer_id=ids[ALFREDS], reasons=()
    )
    kept = DayList(id=day_list_id(today, member), on=today, member_id=member, suggestions=(alone,))
    services.workspace.commit("froze", [Put(kept)])
    services.close()
    result = outreach("today")
    assert (result.code, result.err) == (0, "")
    assert f"{ALFREDS} & somebody" in result.out
