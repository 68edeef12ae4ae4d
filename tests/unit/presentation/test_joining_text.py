"""What came over in a merge, in words."""

import pytest

from outreach_tui.presentation.joining_text import moved_words


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({}, "nothing else"),
        ({"contacts": 1, "touchpoints": 2}, "1 person, 2 conversations"),
        ({"user_groups": 2}, "2 user groups"),
        ({"group_events": 1}, "1 event"),
        ({"group_events": 2}, "2 events"),
        ({"introductions": 2}, "2 introductions"),
        ({"trips": 1}, "1 record of trips"),
        ({"trips": 2}, "2 records of trips"),
    ],
)
def test_each_kind_of_record_has_one_and_many(moved: dict[str, int], said: str) -> None:
    assert moved_words(moved, {}) == said
