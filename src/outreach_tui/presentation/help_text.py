"""All keys, as the help shows them."""

from collections.abc import Mapping, Sequence

from outreach_tui.presentation.layout import PieceLine, hanging

KeyLines = Mapping[str, Sequence[tuple[str, str]]]
"""For each group the keys as written and what they do."""


def key_lines(groups: KeyLines, width: int) -> list[PieceLine]:
    """Return the groups with their keys in one column and what they do in another."""
    lines: list[PieceLine] = []
    for title, keys in groups.items():
        lines.append([(title, "heading")])
        for shown, about in keys:
            lines += hanging(f"  {shown}", about, width, indent=20, label_role="key")
        lines.append([])
    return lines
