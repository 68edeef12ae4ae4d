"""Today: the list, the card, and where the cursor goes."""

from datetime import timedelta

from outreach_tui.bootstrap import Services
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.today import TodayScreen
from outreach_tui.services.touchpoints import Talk
from pilot.playing import playing


async def test_what_was_promised_comes_first_then_calls_visits_and_what_brings_together(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        heads = [
            stage.row_text(i).split(" ─")[0]
            for i in range(stage.rows.row_count)
            if stage.rows._ids[i] is None
        ]
        assert heads == ["Planned", "Call", "Visit", "Invite", "Introduce"]


async def test_the_cursor_starts_on_the_first_line_and_its_card_is_shown(sample: Services) -> None:
    async with playing(sample) as stage:
        assert stage.rows.cursor == 1
        assert "▶ how was Backstube Kornblume?" in stage.current
        assert "Do Your visit was yesterday: what did you hear?" in stage.pane("#card")


async def test_moving_skips_headings_and_the_card_follows(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("j", "j", "j", "j")
        assert "answer Alpkäse" in stage.current
        await stage.press("j")
        assert "Marmeladerie Winterfeldt" in stage.current
        assert "Magda Nowicka" in stage.pane("#card")
        await stage.press("k")
        assert "answer Alpkäse" in stage.current
        await stage.press("G")
        assert "Carrigmore" in stage.current
        await stage.press("g")
        assert stage.rows.cursor == 1


async def test_the_title_says_whose_day_it_is_and_how_far_it_is(sample: Services) -> None:
    async with playing(sample) as stage:
        assert stage.text.split("\n")[0].split() == [
            "Today",
            "·",
            "Thu",
            "26",
            "Nov",
            "·",
            "Ana",
            "0",
            "of",
            "8",
            "done",
            "·",
            "3",
            "owed",
        ]


async def test_everything_fits_a_small_terminal(sample: Services) -> None:
    async with playing(sample, footer=True) as stage:
        assert "? keys" in stage.text.split("\n")[-1]


async def test_escape_never_quits(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("escape", "escape")
        assert stage.app.is_running
        assert isinstance(stage.app.screen, TodayScreen)


async def test_q_quits(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("q")
        assert stage.app._exit


async def test_m_shows_the_day_of_a_colleague_and_mine_again(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("m")
        await stage.at(Choose)
        await stage.go_to("Ben")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert "Thu 26 Nov · Ben" in stage.text
        assert "Marmeladerie" not in "".join(stage.row_texts)
        await stage.press("m")
        await stage.go_to("Ana")
        await stage.press("enter")
        assert "Marmeladerie" in "".join(stage.row_texts)


async def test_w_says_why_and_who_was_left_out(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("w")
        await stage.at(ReadText)
        assert "94 days since you last spoke" in stage.pane("#text")
        assert "Left out today" in stage.pane("#text")
        await stage.press("escape")
        await stage.at(TodayScreen)
        assert "Marmeladerie" in stage.current


async def test_a_colleagues_talk_shows_by_itself_with_their_name(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        before = [row.split("  ")[0] for row in stage.row_texts]
        await stage.go_to("Marmeladerie")
        await stage.press("s")
        await stage.at(Choose)
        await stage.press("d")
        await stage.at(TodayScreen)
        colleague.touchpoints.log(Talk(customer_ids=(stage.customer("Larkrise Cider").id,)))
        await stage.until(lambda: "talked, Ben" in stage.text)
        assert "✓ Larkrise Cider" in "".join(stage.row_texts)
        assert [r.strip("▶✓~·! ") for r in before] == [
            row.split("  ")[0].strip("▶✓~·! ") for row in stage.row_texts
        ]


async def test_the_end_of_the_list_sums_the_day_up(sample: Services) -> None:
    day = sample.day_plans.today()
    also = sample.day_plans.freezing()
    for item in day.items:
        sample.decisions.snooze(
            item.suggestion.customer_id,
            day.on + timedelta(days=3),
            suggestion=item.suggestion.kind.value if item.suggestion.near else "",
            also=also,
        )
        also = []
    async with playing(sample) as stage:
        assert "the list is done" in stage.row_texts[-1]
        await stage.press("G")
        assert "8 snoozed" in stage.pane("#card")
        await stage.press("enter")
        assert stage.toasts == [": E exports what is planned."]


async def test_the_file_is_no_longer_looked_at_once_the_app_has_ended(sample: Services) -> None:
    async with playing(sample) as stage:
        pass
    stage.app._look_for_changes()  # a look may be due just then
