"""Text on a grid of cells: nothing is wider than its room, and no word gets lost."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from outreach_tui.presentation.layout import apart, cut, fit, hanging, wrap

WORDS = st.text(alphabet="ab é日本語👍 -[]", max_size=60)
WIDTHS = st.integers(min_value=2, max_value=40)


@given(WORDS, st.integers(min_value=0, max_value=40))
def test_a_fitted_text_fills_its_room_exactly(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


@given(WORDS, WIDTHS)
def test_a_cut_text_is_never_wider_and_a_short_one_is_left_alone(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width
    if cell_len(text) <= width:
        assert cut(text, width) == text


@given(WORDS, WIDTHS)
def test_wrapping_loses_nothing_and_stays_inside(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


@given(WORDS, st.integers(min_value=14, max_value=80))
def test_a_label_and_its_text_stay_inside(text: str, width: int) -> None:
    for line in hanging("Why", text, width, indent=10):
        assert sum(cell_len(piece) for piece, _ in line) <= width


def test_a_label_takes_its_own_column_only_where_there_is_room() -> None:
    wide = hanging("Why", "one two three", 40, indent=10)
    assert wide == [[("Why       ", "muted"), ("one two three", "")]]
    narrow = hanging("Why", "one two three", 12, indent=10)
    assert narrow == [[("Why ", "muted"), ("one two", "")], [("  ", "muted"), ("three", "")]]


@given(WORDS, st.integers(min_value=12, max_value=60))
def test_two_texts_meet_without_overlapping(text: str, width: int) -> None:
    line = apart([("▶ ", ""), (text, "")], [("4 days", "late")], width)
    assert sum(cell_len(piece) for piece, _ in line) == width
    assert line[-1] == ("4 days", "late")
