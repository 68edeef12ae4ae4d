"""Counting what was tried and what was lost; `make faults` prints the sums."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

Tally = Callable[[str, Mapping[str, int]], None]
KINDS = ("rounds", "faults", "commits", "lost", "doubled", "halved")
"""Rounds played, faults brought about, commits that had returned; of those the lost, the doubled, the halved."""


def table(found: Iterable[tuple[str, Mapping[str, int]]]) -> list[str]:
    """Return the sums by theme, in lines."""
    sums: dict[str, Counter[str]] = {}
    for theme, counts in found:
        sums.setdefault(theme, Counter()).update(counts)
    wide = max(map(len, sums), default=0)
    lines = ["  ".join([" " * wide, *(f"{kind:>8}" for kind in KINDS)])]
    for theme in sorted(sums):
        counted = (f"{sums[theme][kind]:>8}" for kind in KINDS)
        lines.append("  ".join([theme.ljust(wide), *counted]))
    total: Counter[str] = sum(sums.values(), Counter())
    lines.append("  ".join(["in all".ljust(wide), *(f"{total[kind]:>8}" for kind in KINDS)]))
    return lines
