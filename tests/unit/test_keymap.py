"""Keys: one id for each action, no key for two of them in one place."""

from itertools import chain

from textual.binding import Binding

from outreach_tui.keymap import (
    BACK,
    CUSTOMER,
    CUSTOMERS,
    EVERYWHERE,
    GROUPS,
    LIST,
    TODAY,
    WELCOME,
    bindings,
    check_remapping,
    shown_keys,
)

ALL = [*chain.from_iterable(GROUPS.values()), *BACK]


def test_every_action_has_an_id_of_its_own_and_says_what_it_does() -> None:
    assert len({key.id for key in ALL}) == len(ALL)
    assert all(key.about and key.label for key in ALL)


def test_no_key_means_two_things_in_one_place() -> None:
    for place in (TODAY, CUSTOMERS):
        names = [
            name
            for key in chain(EVERYWHERE, LIST, CUSTOMER, WELCOME, place)
            for name in key.keys.split(",")
        ]
        assert len(names) == len(set(names))


def test_the_keys_that_we_ship_are_accepted() -> None:
    assert check_remapping({}) == []


def test_an_unknown_action_is_named() -> None:
    assert check_remapping({"customer.fly": "f5"}) == ["there is no action 'customer.fly'"]


def test_a_clash_is_named_once() -> None:
    wrong = check_remapping({"app.undo": "f1"})
    assert wrong == ["'f1' is both app.undo and app.keys"]


def test_two_actions_may_swap_their_keys() -> None:
    assert check_remapping({"customer.snooze": "n", "customer.note": "s"}) == []


def test_several_keys_may_be_separated_by_comma_and_space() -> None:
    assert check_remapping({"today.no-answer": "a, f6"}) == []
    assert "'s' is both customer.snooze and today.no-answer" in check_remapping(
        {"today.no-answer": "a, s"}
    )


def test_keys_are_shown_as_people_write_them() -> None:
    key = next(key for key in EVERYWHERE if key.id == "app.keys")
    assert shown_keys(key) == "? or f1"
    assert shown_keys(key, {"app.keys": "f2"}) == "f2"


def test_the_footer_begins_with_what_one_does_first() -> None:
    made = [b for b in bindings(TODAY, CUSTOMER, EVERYWHERE) if isinstance(b, Binding)]
    assert [b.id for b in made if b.show][:3] == ["today.talk", "customer.plan", "today.no-answer"]
