"""What forgetting leaves to people, in words."""

import pytest
from msgspec.structs import replace

from outreach_tui.domain.forgetting import Left
from outreach_tui.presentation.forgetting_text import left_words
from outreach_tui.services.forgetting import Forgotten

NOTHING = Forgotten(
    records=0, commits=0, lost=0, rewritten=(), removed=(), dropped_lines=0, drafts=0, emptied=(),
    shared=0, unsure=False, namesakes=(), left=(), imports=(), meetings=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        (1, "1 number or mail address stays: somebody else has it, too."),
        (2, "2 numbers or mail addresses stay: somebody else has them, too."),
    ],
)
def test_what_is_shared_is_counted(shared: int, said: str) -> None:
    assert left_words(replace(NOTHING, shared=shared), lambda _: "")[0] == said


def test_the_screen_names_every_place_and_a_command_the_first() -> None:
    left = tuple(Left("touchpoints", str(n), "note", f"Maria {n}") for n in range(12))
    report = replace(NOTHING, left=left)
    every = left_words(report, lambda place: place.id)
    assert [line for line in every if "note: Maria" in line] == [
        f"  {n}, note: Maria {n}" for n in range(12)
    ]
    assert not any("--json" in line for line in every)
    some = left_words(report, lambda place: place.id, most=10)
    assert "  and in 2 more places: --json has all of them" in some
    assert "  11, note: Maria 11" not in some
