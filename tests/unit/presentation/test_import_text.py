"""What an import would do, in words."""

import pytest

from outreach_tui.presentation.import_text import UPDATES_SHOWN, preview_lines
from outreach_tui.services.importing.plan import FileReport, Update


@pytest.mark.parametrize(
    ("more", "said"), [(1, "… and 1 more change"), (2, "… and 2 more changes")]
)
def test_what_is_not_listed_is_counted(more: int, said: str) -> None:
    updates = tuple(
        Update(row=n, name="Acme", field="city", was="", now="Lyon")
        for n in range(UPDATES_SHOWN + more)
    )
    report = FileReport(
        name="list.csv", kind="customers", rows=len(updates), created=0, updated=len(updates),
        unchanged=0, skipped=(), columns={}, questions=(), updates=updates,
    )  # fmt: skip
    lines = ["".join(text for text, _ in line).strip() for line in preview_lines([report], 76)]
    assert lines[-1] == said
