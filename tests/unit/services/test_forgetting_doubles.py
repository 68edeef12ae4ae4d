"""A person who was on file more than once is forgotten whole: merged, deleted, undone, in whatever order."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes import FixedClock
from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Patch, Put
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.errors import Ambiguous, Conflict, NotFound, Refused
from outreach_tui.services.forgetting import Found

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
NAME = "Maria Huber"
COUNT = 3
SECRETS = ("Huber", "171 55512", "coeliac", "maria.h", "1980-03-1", "tuesdays", "@mhub", "buyer")
"""Texts of which one stands in each field of a person."""


class Clock(FixedClock):
    """Stands still, for ids too."""

    def milliseconds(self) -> int:
        return int(AT.timestamp() * 1000)


def opened(path: Path) -> Services:
    services = Services(file=str(path), clock=Clock(date(2026, 3, 2)))  # type: ignore[arg-type]  # enough of a clock
    services.cache_path = path.parent / "cache"
    services.drafts_path = path.parent / "drafts.json"
    return services


def contact_id(number: int) -> str:
    return f"019cae00-53d8-7173-9919-00000000000{number}"


def begun(path: Path) -> Services:
    """Return a file with as many customers, at each of which the same person was typed in."""
    services = opened(path)
    services.store.commit("began", [Put(Member(id="m", name="Ben"))], member_id=None)
    for n in range(COUNT):
        services.workspace.commit(
            f"added {NAME}",
            [
                Put(Customer(id=f"c{n}", name=f"Acme {n}")),
                Put(
                    Contact(
                        id=contact_id(n),
                        name=NAME,
                        phones=(f"+49 171 55512{n}{n}",),
                        emails=("maria.h@home.example",),  # the same, so that they are one person
                        employments=(Employment(customer_id=f"c{n}"),),
                    )
                ),
            ],
        )
    return services


def fill(services: Services, n: int) -> None:
    """Learn more of the person by the record at one customer."""
    fields = {
        "birthday": date(1980, 3, 10 + n),
        "diet": f"coeliac{n}",
        "good_hours": f"tuesdays {n}",
        "handles": {"chat": f"@mhub{n}"},
        "role": f"buyer{n}",
    }
    services.workspace.commit("learned", [Patch(Contact, contact_id(n), fields)])


def talk(services: Services, n: int, number: int) -> None:
    note = f"{NAME} was there, call +49 171 55512{n}{n}"
    record = Touchpoint(
        id=f"t{number}", customer_ids=(f"c{n}",), contact_ids=(contact_id(n),), kind=TouchpointKind.CALL,
        at=AT, note=note,
    )  # fmt: skip
    services.workspace.commit("logged", [Put(record)])


def holding(path: Path) -> list[tuple[str, str]]:
    """Return which files of ours hold what of the person."""
    return [
        (each.name, text)
        for each in sorted(path.parent.rglob("*"))
        if each.is_file()
        for text in (*SECRETS, *(contact_id(n) for n in range(COUNT)))
        if text.encode() in each.read_bytes()
    ]


def forget_all(services: Services) -> int:
    """Forget the person as somebody does who reads what it says; return how often it took."""
    times = 0
    while times <= COUNT:
        try:
            found = services.forgetting.find(NAME)
        except Ambiguous as several:
            found = services.forgetting.find(several.candidates[0][-7:-1])
        except NotFound:
            return times
        done = services.forgetting.forget(found)
        times += 1
        if done.namesakes and not services.store.all(Contact):
            services.forgetting.forget(services.forgetting.find(done.namesakes[0][-6:]))
            times += 1
    raise AssertionError("it never ends")


def test_one_of_whom_a_double_was_merged_is_forgotten_with_it(tmp_path: Path) -> None:
    path = tmp_path / "outreach.json"
    services = begun(path)
    for n in range(COUNT):
        fill(services, n)
        talk(services, n, n)
    services.store.backup("by-hand")
    for gone, kept in (("c2", "c1"), ("c1", "c0")):
        services.joining.merge(services.customers.get(kept), services.customers.get(gone))
    services.close()
    services = opened(path)
    (person,) = services.store.all(Contact)
    assert person.former_ids == (contact_id(1), contact_id(2))
    assert {name for name, _ in holding(path)} >= {"outreach.json", "outreach.json.history"}
    done = services.forgetting.forget(services.forgetting.find(NAME))
    assert (done.namesakes, done.unsure) == ((), False)
    services.close()
    assert holding(path) == []
    services = opened(path)
    with pytest.raises(NotFound):
        services.forgetting.find(NAME)
    while services.workspace.next_undo():
        services.workspace.undo()
        assert services.store.all(Contact) == []
    services.close()
    assert holding(path) == []


def test_it_does_not_matter_by_which_of_the_ids_they_are_meant(tmp_path: Path) -> None:
    for n in (0, 1):
        path = tmp_path / str(n) / "outreach.json"
        services = begun(path)
        services.customers.remove(["c2"])
        services.joining.merge(services.customers.get("c0"), services.customers.get("c1"))
        fill(services, 0)
        done = services.forgetting.forget(Found(contact_id(n), NAME))
        assert done.namesakes == (contact_id(2),)
        assert services.store.all(Contact) == []
        assert {text for _, text in holding(path)} == {"Huber", "171 55512", contact_id(2)}


def test_who_was_merged_by_mistake_and_parted_again_stays(tmp_path: Path) -> None:
    services = begun(tmp_path / "outreach.json")
    services.joining.merge(services.customers.get("c0"), services.customers.get("c1"))
    services.workspace.undo()
    services.customers.remove(["c2"])
    done = services.forgetting.forget(services.forgetting.find(contact_id(0)[-6:]))
    assert done.namesakes == (contact_id(2),)
    assert [c.id for c in services.store.all(Contact)] == [contact_id(1)]


def test_a_namesake_whose_record_was_deleted_is_named_and_can_be_forgotten_too(
    tmp_path: Path,
) -> None:
    path = tmp_path / "outreach.json"
    services = begun(path)
    fill(services, 1)
    services.customers.remove(["c1", "c2"])
    services.close()
    services = opened(path)
    would = services.forgetting.look(services.forgetting.find(NAME))
    done = services.forgetting.forget(services.forgetting.find(NAME))
    assert would.namesakes == done.namesakes == (contact_id(1), contact_id(2))
    for id_ in done.namesakes:
        found = services.forgetting.find(id_[-6:])
        assert found == Found(id_, NAME, on_file=False)
        last = services.forgetting.forget(found)
    assert last.namesakes == ()
    services.close()
    assert holding(path) == []


numbers = st.integers(0, COUNT - 1)
deeds = st.one_of(
    st.tuples(st.just("merge"), numbers, numbers),
    st.tuples(st.just("delete"), numbers, numbers),
    st.tuples(st.just("fill"), numbers, numbers),
    st.tuples(st.just("talk"), numbers, numbers),
    st.tuples(st.sampled_from(["undo", "redo", "backup", "reopen"]), st.just(0), st.just(0)),
)


@given(st.lists(deeds, max_size=8))
@example([("merge", 1, 0), ("undo", 0, 0)])
@settings(max_examples=25, deadline=timedelta(seconds=10))
def test_whatever_happened_to_the_records_no_file_holds_the_person_afterwards(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[str, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("doubles") / "outreach.json"
    services = begun(path)
    for number, (deed, one, other) in enumerate(done):
        try:
            if deed == "merge":
                a, b = (services.customers.get(f"c{n}") for n in (one, other))
                services.joining.merge(a, b)
            elif deed == "delete":
                services.customers.remove([f"c{one}"])
            elif deed == "fill":
                fill(services, one)
            elif deed == "talk":
                talk(services, one, number)
            elif deed == "backup":
                services.store.backup("by-hand")
            elif deed == "reopen":
                services.close()
                services = opened(path)
            else:
                getattr(services.workspace, deed)()
        except (Refused, Conflict):
            pass  # there is no such customer any more, or nothing to undo
    assert 1 <= forget_all(services) <= COUNT
    services.close()
    assert holding(path) == []
    services = opened(path)
    for deed in ("undo", "redo"):
        try:
            while True:
                getattr(services.workspace, deed)()
        except Refused:
            services.close()
            assert holding(path) == []
            services = opened(path)
