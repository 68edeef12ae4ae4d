"""Changing settings: one commit, only what is new, and nobody's change is overwritten."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.bootstrap import Services
from outreach_tui.clock import SystemClock
from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Patch, Put
from outreach_tui.domain.settings import MOST_CALLS, TIERS_ON, Setting
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind
from outreach_tui.errors import BadInput, Conflict, NotFound
from outreach_tui.services import members
from outreach_tui.services.loads import Loads
from outreach_tui.services.settings import Settings
from outreach_tui.services.standings import Standings

TODAY = date(2026, 3, 2)
ANA = Member(id="ana", name="Ana", zone="Europe/Berlin")


def settings_of(*records: Any) -> tuple[Settings, MemoryStore]:
    store = MemoryStore([ANA, *records])
    return Settings(make_workspace(store)), store


def held(store: MemoryStore) -> dict[str, Any]:
    """Return the value of every setting on file."""
    return {s.id: s.value for s in store.all(Setting) if s.id != TIERS_ON}


def test_a_change_is_one_commit_in_plain_words_with_a_record_for_each_setting() -> None:
    settings, store = settings_of(Setting(id="team", value={"from_tomorrow": 1, "group_size": 6}))
    changed = settings.change({"band.a": "30/60", "calls-a-day": "4", "radius.visit": "60"})
    assert [row.name for row in changed] == ["band.a", "calls-a-day"]
    assert store.commits[-1][0] == "changed the band of tier A to 30/60, calls a day to 4"
    assert held(store) == {
        "team": {"from_tomorrow": 1, "group_size": 6},
        "band.a": {"ideal_days": 30, "max_days": 60},
    }
    assert settings.texts()["calls-a-day"] == "4"
    assert settings.texts()["group-size"] == "6"


def test_what_is_so_already_writes_nothing() -> None:
    settings, store = settings_of()
    assert settings.change({"band.a": "45/90"}) == []
    assert not store.commits


def test_default_goes_back_and_leaves_no_trace() -> None:
    settings, store = settings_of(Setting(id="group-size", value=6))
    settings.change({"group-size": "default"})
    assert store.commits[-1][0] == "changed the size of a user group back to 8"
    assert held(store) == {}


def test_default_wins_over_what_is_written_together_by_hand() -> None:
    settings, store = settings_of(Setting(id="team", value={"group_size": 6}))
    settings.change({"group-size": "default"})
    assert held(store) == {"team": {"group_size": 6}, "group-size": 8}
    assert settings.texts()["group-size"] == "8"


def test_a_contradiction_on_file_is_mended_by_typing_the_default() -> None:
    settings, _ = settings_of(Setting(id="team", value={"group_size": 1}))
    assert [c.name for c in settings.contradictions()] == ["group-size"]
    assert settings.change({"group-size": "8"})
    assert not settings.contradictions()


def test_whoever_wrote_nothing_yet_becomes_a_member_with_the_setting() -> None:
    store = MemoryStore()
    Settings(make_workspace(store)).change({"calls-a-day": "2"})
    [member] = store.all(Member)
    assert (member.name, member.calls_a_day) == ("Kim", 2)


def test_a_colleagues_change_since_it_was_seen_is_a_conflict_with_both_values() -> None:
    settings, _ = settings_of()
    seen = settings.texts()
    settings.change({"band.a": "40/80"})
    with pytest.raises(Conflict) as conflict:
        settings.change({"band.a": "30/60"}, seen)
    [clash] = conflict.value.clashes
    assert (clash.field, clash.theirs, clash.yours) == ("band.a", "40/80", "30/60")
    assert settings.change({"band.a": "40/80"}, seen) == []
    assert settings.change({"band.b": "60/120"}, seen)


def test_unknown_names_and_contradictions_are_refused() -> None:
    settings, store = settings_of()
    with pytest.raises(NotFound):
        settings.change({"band.d": "1/2"})
    with pytest.raises(BadInput):
        settings.change({"band.a": "30/60", "radius.visit": "0"})
    assert not store.commits


def test_names_are_read_in_any_case_and_a_prospect_writes_nothing() -> None:
    settings, store = settings_of()
    assert settings.row("Calls_A_Day").name == "calls-a-day"
    prospect = settings.prospect({"band.a": "200/400"})
    assert prospect.team.a == Cadence(ideal_days=200, max_days=400)
    assert prospect.doubts == ["tier A is now promised less than tier B"]
    assert not store.commits


def test_the_limit_of_calls_is_that_of_the_first_run() -> None:
    assert MOST_CALLS == members.MOST_CALLS


# Two programs on one file.


class Still(SystemClock):
    """Time stands still; `born` keeps the ids of two programs apart."""

    def __init__(self, born: int) -> None:
        super().__init__(TODAY)
        self._born = born

    def real_now(self) -> datetime:
        return datetime(2026, 3, 2, 10, tzinfo=UTC)

    def milliseconds(self) -> int:
        return 1_800_000_000_000 + self._born


@pytest.fixture
def two(tmp_path: Path) -> tuple[Services, Services]:
    ana, ben = (
        Services(file=str(tmp_path / "team.json"), member=name, clock=Still(number))
        for number, name in enumerate(("Ana", "Ben"))
    )
    for services in (ana, ben):
        services.cache_path = tmp_path
    both = [Put(Member(id=name.lower(), name=name)) for name in ("Ana", "Ben")]
    ana.store.commit("began", both, member_id="ana")
    ben.store.refresh()
    return ana, ben


def test_different_settings_merge_even_if_nobody_looked_in_between(
    two: tuple[Services, Services],
) -> None:
    ana, ben = two
    ana.settings.change({"band.a": "30/60"})
    assert ben.settings.change({"group-size": "6"})  # ben's program has not read ana's change
    ana.store.refresh()
    for services in two:
        texts = services.settings.texts()
        assert (texts["band.a"], texts["group-size"]) == ("30/60", "6")


def test_the_same_setting_clashes_even_if_nobody_looked_in_between(
    two: tuple[Services, Services],
) -> None:
    ana, ben = two
    seen = ben.settings.texts()
    ana.settings.change({"band.a": "30/60"})
    with pytest.raises(Conflict) as conflict:
        ben.settings.change({"band.a": "20/40"}, seen)
    assert conflict.value.clashes[0].theirs == "30/60"
    assert conflict.value.exit_code == 3
    assert ana.settings.texts()["band.a"] == "30/60"


def test_undo_takes_a_setting_back(two: tuple[Services, Services]) -> None:
    ana, _ = two
    ana.settings.change({"band.a": "30/60", "works": "9-15"})
    ana.workspace.undo()
    assert ana.settings.texts()["band.a"] == "45/90"
    assert ana.settings.texts()["works"] == "8:00-18:00"
    ana.workspace.redo()
    assert ana.settings.texts()["works"] == "9:00-15:00"


def test_each_member_undoes_their_own_setting_though_others_changed_another_since(
    two: tuple[Services, Services],
) -> None:
    ana, ben = two
    ana.settings.change({"band.a": "30/60"})
    ben.settings.change({"group-size": "6", "band.b": "60/120"})
    ana.workspace.undo()
    texts = ana.settings.texts()
    assert (texts["band.a"], texts["band.b"], texts["group-size"]) == ("45/90", "60/120", "6")


def test_going_back_to_the_default_clashes_with_a_change_that_nobody_saw(
    two: tuple[Services, Services],
) -> None:
    ana, ben = two
    ana.settings.change({"band.a": "30/60"})
    ben.store.refresh()
    seen = ben.settings.texts()
    ana.settings.change({"band.a": "35/70"})
    with pytest.raises(Conflict):
        ben.settings.change({"band.a": "default"}, seen)
    assert ana.settings.texts()["band.a"] == "35/70"


def test_something_is_said_once_a_day_to_each_member(two: tuple[Services, Services]) -> None:
    ana, ben = two
    assert ana.first_today("load")
    assert not ana.first_today("load")
    assert ben.first_today("load")
    assert ana.first_today("other")
    ana.clock.asked_for = TODAY + timedelta(days=1)
    assert ana.first_today("load")


def test_what_cannot_be_noted_is_said_again(two: tuple[Services, Services], tmp_path: Path) -> None:
    ana, _ = two
    (tmp_path / "file").write_text("no folder")
    ana.cache_path = tmp_path / "file"
    assert ana.first_today("load")
    assert ana.first_today("load")


# Load.


def call(number: int, on: date, **fields: Any) -> Touchpoint:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    made: dict[str, Any] = {
        "kind": TouchpointKind.CALL,
        "member_id": "ana",
        "customer_ids": ("c1",),
    }
    return Touchpoint(id=f"t{number:03}", at=at, **(made | fields))


def loads_of(records: Sequence[Any]) -> tuple[Loads, MemoryStore]:
    store = MemoryStore(
        [ANA, Customer(id="c1", name="Alfreds"), Customer(id="c2", name="Horn"), *records]
    )
    workspace = make_workspace(store)
    return Loads(workspace, Standings(workspace), Settings(workspace)), store


def test_the_reach_rate_counts_ones_own_calls_of_half_a_year() -> None:
    held = [call(n, TODAY - timedelta(days=10 * n)) for n in range(10)]
    missed = [
        call(100 + n, TODAY - timedelta(days=n), outcome=Outcome.NO_ANSWER) for n in range(14)
    ]
    message = [call(200, TODAY, outcome=Outcome.LEFT_MESSAGE, customer_ids=("c2",))]
    others = [
        call(300, TODAY - timedelta(days=181)),
        call(301, TODAY, member_id="ben"),
        call(302, TODAY, direction=Direction.IN),
        call(303, TODAY, kind=TouchpointKind.VISIT),
        call(304, TODAY, kind=TouchpointKind.EMAIL),
        call(305, TODAY, customer_ids=("c9", "c1")),
    ]
    loads, _ = loads_of([*held, *missed, *message, *others])
    found = loads.of()
    assert found.tried == 25
    assert found.reach_rate == pytest.approx((10 + 31.5) / 75)


def test_a_new_call_is_counted_and_looks_at_its_customer_only() -> None:
    loads, store = loads_of([call(1, TODAY), call(2, TODAY, customer_ids=("c2",))])
    assert loads.of().tried == 2
    asked_for: list[str] = []
    before = store.of_customer
    store.of_customer = lambda kind, id_: asked_for.append(id_) or before(kind, id_)  # type: ignore[method-assign,func-returns-value]
    assert loads.of().tried == 2
    assert not asked_for
    store.commit("logged", [Put(call(3, TODAY))], member_id="ana")
    assert loads.of().tried == 3


def test_moving_gives_a_cadence_and_a_tag_in_one_commit() -> None:
    loads, store = loads_of([])
    standings = [loads._standings.of("c1"), loads._standings.of("c2")]
    assert loads.move(standings) == 2
    did, changes, _ = store.commits[-1]
    assert did == "moved 2 customers to user groups only"
    moved = [c for c in changes if isinstance(c, Patch) and "tags" in c.fields]
    assert [c.id for c in moved] == ["c1", "c2"]
    alfreds = store.get(Customer, "c1")
    assert alfreds is not None
    assert alfreds.cadence == Cadence(ideal_days=360, max_days=720)
    assert alfreds.tags == ("user-group",)
    assert loads.asked().own == 2


def test_a_team_without_customers_has_no_load() -> None:
    store = MemoryStore([ANA])
    workspace = make_workspace(store)
    loads = Loads(workspace, Standings(workspace), Settings(workspace))
    assert loads.of().ratio == 0
    assert loads.remedies() == (None, 0, [])


def test_a_remedy_never_overwrites_what_a_colleague_changed_since_it_was_shown() -> None:
    crowd = [Customer(id=f"d{n:04}", name=f"Customer {n}") for n in range(600)]
    loads, store = loads_of(crowd)
    stretch, calls, _ = loads.remedies()
    assert stretch is not None and calls is not None
    loads._settings.change({"band.b": "90/180", "calls-a-day": "6"})
    before = len(store.commits)
    with pytest.raises(Conflict):
        loads.stretch_bands(stretch)
    with pytest.raises(Conflict):
        loads.add_calls(calls, 5)
    assert len(store.commits) == before
