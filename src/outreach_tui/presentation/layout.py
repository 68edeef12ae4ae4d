"""Text on a grid of terminal cells: wrapping, cutting and aligning by what a terminal shows, not by characters."""

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

Piece = tuple[str, str]
"""A text and the role it plays, such as `muted` or `late`; an empty role is plain text."""
PieceLine = list[Piece]


def fit(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(f"{set_cell_size(text, width - 1).rstrip()}…", width)


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, cut with an ellipsis."""
    return text if cell_len(text) <= width else fit(text, width).rstrip()


def wrap(text: str, width: int, *, first: int | None = None) -> list[str]:
    """Return `text` as lines of at most `width` cells (`first` for the first one).

    Lines break at spaces, inside a word only where it is too long for a line.
    """
    width = max(width, 1)
    room = width if first is None else max(first, 1)
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
            room = width
        *full, line = chop_cells(word, room) or [""]
        lines += full
        room = width
    if line or not lines:
        lines.append(line)
    return lines


NARROW = 38
"""Below this width a label takes no column of its own."""


def hanging(
    label: str, text: str, width: int, *, indent: int, role: str = "", label_role: str = "muted"
) -> list[PieceLine]:
    """Return a label and its text, the lines of which begin `indent` cells from the left; less where it is narrow."""
    if width >= NARROW or indent <= 4:
        lines = wrap(text, width - indent)
        return [
            [(fit(label if number == 0 else "", indent), label_role), (line, role)]
            for number, line in enumerate(lines)
        ]
    head = f"{label.strip()} " if label.strip() else "  "
    lines = wrap(text, width - 2, first=width - cell_len(head))
    return [
        [(head if number == 0 else "  ", label_role), (line, role)]
        for number, line in enumerate(lines)
    ]


def apart(left: Sequence[Piece], right: Sequence[Piece], width: int) -> PieceLine:
    """Return both texts on one line, the right one at the right edge; the left one is cut where they meet."""
    right_width = sum(cell_len(text) for text, _ in right)
    room = width - right_width - (1 if right else 0)
    line: PieceLine = []
    for text, role in left:
        shown = cut(text, room)
        line.append((shown, role))
        room -= cell_len(shown)
        if room <= 0:
            break
    line.append((" " * (max(room, 0) + (1 if right else 0)), ""))
    return [*line, *right]
