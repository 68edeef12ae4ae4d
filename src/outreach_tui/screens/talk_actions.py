"""Talk, try, put off and pause: what can be done with a suggestion."""

from collections.abc import Sequence
from datetime import date, timedelta

from textual import work

from outreach_tui.domain.cadence import SNOOZE_AGAIN, longer
from outreach_tui.domain.customer import Customer, Status
from outreach_tui.domain.day_list import PERSON_KINDS
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.setting_rows import read_band, show_band
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.touchpoint import Direction, Outcome, TouchpointKind
from outreach_tui.domain.when import say_times, say_weekday
from outreach_tui.errors import BadInput
from outreach_tui.presentation.words import snoozed_words
from outreach_tui.screens.acting import ActingScreen
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, only
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.services.touchpoints import Talk
from outreach_tui.services.typed_values import read_day_ahead


class TalkActions(ActingScreen):
    """The talk sheet, tries without an answer, snooze and pause."""

    def talk_about(
        self,
        customer_id: str,
        *,
        kind: TouchpointKind = TouchpointKind.CALL,
        direction: Direction = Direction.OUT,
        meeting: Meeting | None = None,
        any_kind: bool = False,
    ) -> None:
        """Open the talk sheet."""
        brief = self.attempt(lambda: self.desk.customers.brief(customer_id))
        if brief is None:
            return
        sheet = TalkScreen(
            self.desk,
            brief,
            suggestion=self.suggestion(),
            kind=kind,
            direction=direction,
            meeting=meeting,
            any_kind=any_kind,
            also=self.freezing(),
        )
        self.app.push_screen(sheet, self.talked)

    def talked(self, logged: bool | None) -> None:
        """Move on after the talk sheet, if something was logged."""
        if logged:
            self.acted()

    def action_log(self) -> None:
        """Log any kind of contact."""
        if (customer_id := self.one_chosen()) is not None:
            self.talk_about(customer_id, any_kind=True)

    def action_they_contacted(self) -> None:
        """Log that they contacted us."""
        if (customer_id := self.one_chosen()) is not None:
            self.talk_about(customer_id, direction=Direction.IN, any_kind=True)

    def action_note(self) -> None:
        """Write a note."""
        if (customer_id := self.one_chosen()) is not None:
            self.talk_about(customer_id, kind=TouchpointKind.NOTE)

    @work
    async def action_no_answer(self) -> None:
        """Log a call that nobody answered."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        name = self.desk.customers.get(customer_id).name
        outcome = await self.app.push_screen_wait(
            Choose(
                f"Called {name}",
                [
                    Choice("a", "no answer", Outcome.NO_ANSWER, "again in 2 working days"),
                    Choice("m", "left a message", Outcome.LEFT_MESSAGE, "again in 2 working days"),
                ],
            )
        )
        if outcome is None:
            return
        row = self.desk.customers.standing(customer_id).facts
        contacts = (row.contact_id,) if row.contact_id else ()
        talk = Talk(customer_ids=(customer_id,), outcome=outcome, contact_ids=contacts)
        if self.attempt(lambda: self.desk.touchpoints.log(talk, also=self.freezing())):
            self.acted()

    @work
    async def action_snooze(self) -> None:
        """Put a suggestion off; it does not reset the clock."""
        chosen = self.chosen()
        if not chosen:
            self.say("There is nothing to snooze here.")
            return
        today = self.desk.workspace.today
        days = {"d": ("a day", 1), "w": ("a week", 7), "m": ("a month", 30)}
        backs = {
            key: self.desk.decisions.working_day(today + timedelta(days=count))
            for key, (_, count) in days.items()
        }
        choices = [Choice(key, days[key][0], key, say_weekday(back)) for key, back in backs.items()]
        if len(chosen) == 1 and not self._planning_kind() and await self._asked_again(chosen[0]):
            return
        text = self._snoozed_before(chosen)
        answer = await self.app.push_screen_wait(
            Choose(
                f"Snooze {self.names_of(chosen)}", [*choices, Choice("t", "to a date …", "t")], text
            )
        )
        if answer is None:
            return

        def day(text: str) -> date:
            tomorrow = today + timedelta(days=1)
            return read_day_ahead(text, today, tomorrow, "Snooze to tomorrow or later.")

        if answer == "t":
            typed = await self.app.push_screen_wait(
                FillForm(
                    "Snooze until",
                    [Field("until", "Until", "", "mon, in 3 weeks, 3 dec")],
                    only("until", lambda text: say_weekday(day(text))),
                )
            )
            if typed is None:
                return
            until = day(typed["until"])
        else:
            until = backs[answer]
        planning, also = self._planning_kind(), self.freezing()
        if (
            self.attempt(
                lambda: self.desk.decisions.snooze_all(
                    chosen, until, suggestion=planning, also=also
                )
            )
            is None
        ):
            return
        self.say(f"{self._snoozed(chosen, planning)}. Back on {say_weekday(until)}. u undoes.")
        self.acted()

    def _planning_kind(self) -> str:
        suggestion = self.suggestion()
        return suggestion.kind.value if suggestion and suggestion.kind not in PERSON_KINDS else ""

    def _snoozed(self, chosen: Sequence[str], planning: str) -> str:
        count = self.desk.customers.standing(chosen[0]).facts.snoozes
        once = len(chosen) > 1 or planning or count < 2
        return "Snoozed" if once else f"Snoozed {say_times(count)}"

    def _snoozed_before(self, chosen: Sequence[str]) -> str:
        row = self.desk.customers.standing(chosen[0]).facts
        return f"{snoozed_words(row)}." if row.snoozes and len(chosen) == 1 else ""

    async def _asked_again(self, customer_id: str) -> bool:
        """Ask from the third time on whether the band is right; return whether that was the answer to the snooze."""
        standing = self.desk.customers.standing(customer_id)
        band, name = standing.cadence, standing.facts.name
        if standing.facts.snoozes + 1 < SNOOZE_AGAIN:
            return False
        offered = show_band(longer(band))
        answer = await self.app.push_screen_wait(
            Choose(
                f"Snooze {name} again?",
                [
                    Choice("k", "keep the rhythm, just snooze", "keep"),
                    Choice("c", "another rhythm", "change", f"such as {offered}"),
                    Choice("z", "pause, with a why", "pause"),
                ],
                f"{snoozed_words(standing.facts)}. Is every {band.ideal_days} to "
                f"{band.max_days} days the right rhythm?",
            )
        )
        if answer == "change":
            await self._change_rhythm(customer_id, offered)
        elif answer == "pause":
            await self._pause(self.desk.customers.get(customer_id))
        return answer != "keep"

    async def _change_rhythm(self, customer_id: str, band: str) -> None:
        """Give a customer a cadence of their own, and put them off until its ideal."""
        seen = self.desk.customers.get(customer_id)

        def look(text: str) -> str:
            cadence = read_band(text)
            until = self.desk.decisions.ideal_day(customer_id, cadence)
            return (
                f"Every {cadence.ideal_days} days, at the latest {cadence.max_days}.\n"
                f"Back on {say_weekday(until)} {until.year}."
            )

        typed = await self.app.push_screen_wait(
            FillForm(
                f"How often do we talk to {seen.name}?",
                [Field("cadence", "Days", band, "ideal/maximum, such as 90/180")],
                only("cadence", look),
            )
        )
        if typed is None:
            return
        decision = self.attempt(
            lambda: self.desk.decisions.change_rhythm(
                seen, read_band(typed["cadence"]), also=self.freezing()
            )
        )
        if decision and decision.until_on:
            self.say(f"Back on {say_weekday(decision.until_on)}. u undoes.")
            self.acted()

    @work
    async def action_pause(self) -> None:
        """Suggest nothing for a customer for half a year, with a why."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        customer = self.desk.customers.get(customer_id)
        if customer.status is Status.PAUSED:
            await self._resume(customer)
        else:
            await self._pause(customer)

    async def _pause(self, customer: Customer) -> None:
        def look(text: str) -> str:
            if not clean_line(text):
                raise BadInput("A pause needs a why.", "Who reads it in half a year?")
            return "Comes back for a review in 180 days."

        typed = await self.app.push_screen_wait(
            FillForm(
                f"Pause {customer.name}",
                [Field("why", "Why", "", "they restructure until summer")],
                only("why", look),
            )
        )
        if typed and self.attempt(
            lambda: self.desk.decisions.pause(customer.id, typed["why"], also=self.freezing())
        ):
            self.acted()

    async def _resume(self, customer: Customer) -> None:
        """Ask whether a pause is over."""
        resume = await self.app.push_screen_wait(
            Choose(
                f"{customer.name} is paused",
                [Choice("n", "leave it", False), Choice("y", "resume: suggest them again", True)],
                customer.status_note,
            )
        )
        if resume and self.attempt(lambda: self.desk.decisions.resume(customer.id)):
            self.acted()
