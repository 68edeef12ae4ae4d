"""Plan meetings and blocks of calls, and hand them to a calendar."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual import work

from outreach_tui.domain.brief import Brief
from outreach_tui.domain.day_list import Suggestion, SuggestionKind
from outreach_tui.domain.meeting import MeetingKind
from outreach_tui.domain.when import parse_when, to_instant, zone_info
from outreach_tui.errors import BadInput
from outreach_tui.presentation.words import both_times, meeting_kind, plural
from outreach_tui.screens.acting import ActingScreen
from outreach_tui.screens.drafting import Keeper
from outreach_tui.screens.modals.fill_form import Field, FillForm, Values, only
from outreach_tui.screens.picked_paths import typed_path
from outreach_tui.services.meetings import Appointment
from outreach_tui.services.typed_values import read_number

BLOCK_MINUTES = 20
"""A block of calls in the calendar takes so long for each customer."""


_KINDS = {
    SuggestionKind.VISIT: MeetingKind.VISIT,
    SuggestionKind.USER_GROUP: MeetingKind.EVENT,
    SuggestionKind.CO_CREATE: MeetingKind.EVENT,
    SuggestionKind.INTRODUCTION: MeetingKind.VIDEO,
}


class PlanActions(ActingScreen):
    """Meetings, call blocks and their export."""

    @work
    async def action_plan(self) -> None:
        """Plan a meeting; with marks a block of calls in one's own calendar."""
        chosen = self.chosen()
        if len(chosen) > 1:
            await self._plan_block(chosen)
        elif chosen:
            await self._plan_meeting(chosen[0])
        else:
            self.say("There is no customer here.")

    async def _plan_meeting(self, customer_id: str) -> None:
        suggestion = self.suggestion()
        if suggestion is not None and suggestion.customer_id != customer_id:  # another is marked
            suggestion = None
        if suggestion is not None and suggestion.event_id:
            self.say(
                "This event is planned already: call them and invite them, then log it with l."
            )
            return
        brief = self.desk.customers.brief(customer_id)
        other = self._introduced(suggestion)
        kind = _KINDS.get(suggestion.kind, MeetingKind.CALL) if suggestion else MeetingKind.CALL
        minutes = 90 if kind in (MeetingKind.VISIT, MeetingKind.EVENT) else 30
        whom = f"{brief.customer.name} and {other.customer.name}" if other else brief.customer.name
        zone = self.desk.workspace.zone
        start = self.desk.meetings.next_free(customer_id, minutes).astimezone(zone_info(zone))
        people = [("nobody in particular", "")] if not brief.contacts else []
        fields = [
            Field(
                "kind",
                "What",
                kind.value,
                choices=[(k.value, k.value) for k in MeetingKind if k is not MeetingKind.BLOCK],
            ),
            Field("start", "When", f"{start:%Y-%m-%d %H:%M}", "tue 15:00"),
            Field("minutes", "Minutes", str(minutes)),
            Field(
                "person", "With", "", choices=[*people, *((c.name, c.id) for c in brief.contacts)]
            ),
            Field("place", "Where", brief.customer.address if kind is MeetingKind.VISIT else ""),
            Field(
                "purpose",
                "What for",
                _purpose(suggestion, brief.customer.name) if suggestion else "",
            ),
        ]
        draft = Keeper(self.desk, f"plan:{customer_id}", f"A plan with {brief.customer.name}")
        values = await self.app.push_screen_wait(
            FillForm(
                f"Plan with {whom}",
                fields,
                lambda typed: self._look_at_plan(typed, brief, other),
                focus="start",
                draft=draft,
            )
        )
        if values is None:
            return
        meeting = self.attempt(
            lambda: self.desk.meetings.plan(
                self._appointment(values, brief, other), also=self.freezing()
            )
        )
        if meeting:
            draft.drop()
            self.say("Planned. E exports it to your calendar.")
            self.acted()

    def _introduced(self, suggestion: Suggestion | None) -> Brief | None:
        """Return the other customer of an introduction, who takes part as well."""
        if suggestion is None or suggestion.kind is not SuggestionKind.INTRODUCTION:
            return None
        return self.attempt(lambda: self.desk.customers.brief(suggestion.other.customer_id))

    def _appointment(self, typed: Values, brief: Brief, other: Brief | None) -> Appointment:
        workspace = self.desk.workspace
        when = parse_when(typed["start"], workspace.today)
        if when.clock is None:
            raise BadInput("At what time?", "Add it, such as 15:00 or 3pm.")
        minutes = read_number(typed["minutes"])
        if minutes is None or not 0 < minutes <= 24 * 60:
            raise BadInput(f"{typed['minutes']!r} minutes cannot be planned.", "Give 1 to 1440.")
        theirs = other.contacts[0].id if other and other.contacts else ""
        return Appointment(
            customer_ids=tuple(b.customer.id for b in (brief, other) if b),
            kind=MeetingKind(typed["kind"]),
            start_at=to_instant(when.on, when.clock, workspace.zone),
            minutes=minutes,
            contact_ids=tuple(filter(None, (typed["person"], theirs))),
            place=typed["place"],
            purpose=typed["purpose"],
        )

    def _look_at_plan(self, typed: Values, brief: Brief, other: Brief | None) -> str:
        wanted = self._appointment(typed, brief, other)
        workspace = self.desk.workspace
        if wanted.start_at < workspace.now:
            raise BadInput(
                "That is in the past.", "Choose a time ahead, or log what happened with l."
            )
        place = brief.customer.place
        their_zone = place.zone if place else workspace.zone
        said = both_times(wanted.start_at, workspace.zone, their_zone, workspace.today)
        if other and (late := self._outside_windows([other.customer.id], typed["start"])):
            said += f"\nOutside the hours of {_sentence(late)}"
        clashes = self.desk.meetings.clashes(wanted.start_at, wanted.minutes)
        if clashes:
            said += f"\nOverlaps with your {meeting_kind(clashes[0])} at that time."
        return said

    async def _plan_block(self, chosen: Sequence[str]) -> None:
        workspace = self.desk.workspace
        minutes = BLOCK_MINUTES * len(chosen)
        local = workspace.now.astimezone(zone_info(workspace.zone))
        next_half = (local + timedelta(minutes=30 - local.minute % 30)).replace(
            second=0, microsecond=0
        )
        start = self._when_all_work(chosen, next_half)
        default = f"{start:%H:%M}" if start.date() == local.date() else f"{start:%Y-%m-%d %H:%M}"

        def appointment(text: str) -> Appointment:
            when = parse_when(text, workspace.today)
            if when.clock is None:
                raise BadInput("At what time?", "Add it, such as 15:00 or 3pm.")
            return Appointment(
                customer_ids=tuple(chosen),
                kind=MeetingKind.BLOCK,
                start_at=to_instant(when.on, when.clock, workspace.zone),
                minutes=minutes,
                purpose=f"Calls: {self.names_of(chosen)}",
            )

        def look(text: str) -> str:
            start = appointment(text).start_at
            if start < workspace.now:
                raise BadInput("That is in the past.", "Choose a time ahead.")
            late = self._outside_windows(chosen, text)
            when = both_times(start, workspace.zone, workspace.zone, workspace.today)
            said = f"{when}, {minutes} minutes, only in your calendar"
            return f"{said}\nOutside the hours of {_sentence(late)}" if late else said

        values = await self.app.push_screen_wait(
            FillForm(
                f"A block for {plural(len(chosen), 'call')}",
                [Field("start", "When", default, "15:00, tomorrow 9am")],
                only("start", look),
            )
        )
        if values and self.attempt(
            lambda: self.desk.meetings.plan(appointment(values["start"]), also=self.freezing())
        ):
            self.say("The block is planned. E exports it to your calendar.")
            self.acted()

    def _when_all_work(self, chosen: Sequence[str], earliest: datetime) -> datetime:
        """Return the first half hour within a week in which I work and it is office time for everybody chosen.

        It is `earliest` where there is none.
        """
        member = self.desk.workspace.member
        at = earliest
        for _ in range(7 * 48):
            works = at.weekday() in member.working_days
            mine = works and member.works_from <= at.time() < member.works_to
            if mine and not self._outside_windows(chosen, f"{at:%Y-%m-%d %H:%M}"):
                return at
            at += timedelta(minutes=30)
        return earliest

    def _outside_windows(self, chosen: Sequence[str], text: str) -> str:
        """Return the customers at whose place it is not between 9 and 17 when the block begins."""
        workspace = self.desk.workspace
        when = parse_when(text, workspace.today)
        if when.clock is None:
            return ""
        start = to_instant(when.on, when.clock, workspace.zone)
        names = []
        for id_ in chosen:
            place = self.desk.customers.get(id_).place
            if place and not 9 <= start.astimezone(zone_info(place.zone)).hour < 17:
                names.append(self.desk.customers.get(id_).name)
        return ", ".join(names)

    @work
    async def action_export(self) -> None:
        """Write the planned meetings as calendar files."""
        meetings = self.desk.meetings.all()
        if not meetings:
            self.say("No meeting is planned yet. p plans one.")
            return
        folder = self.desk.config.calendar_folder or str(
            self.desk.workspace.store.path.parent / "calendar"
        )

        def look(text: str) -> str:
            if not text.strip():
                raise BadInput("Which folder?", "One file a meeting goes there.")
            typed_path(text)
            return (
                f"{plural(len(meetings), 'meeting')}, one file each; exporting again updates them."
            )

        values = await self.app.push_screen_wait(
            FillForm(
                "Export meetings (.ics)", [Field("folder", "Folder", folder)], only("folder", look)
            )
        )
        if values is None:
            return
        chosen = typed_path(values["folder"])
        files = self.attempt(lambda: self.desk.calendar_exports.to_folder(chosen, meetings))
        if files is None:
            return
        if values["folder"].strip() != folder:
            self.attempt(lambda: self.desk.remember("calendar_folder", str(chosen)))
        changed = sum(f.change != "unchanged" for f in files)
        self.say(
            f"{plural(changed, 'file')} written, {len(files) - changed} unchanged, in {chosen}. "
            "Opened by hand, classic Outlook adds an update as a second event.",
            title="Exported",
        )


def _purpose(suggestion: Suggestion, name: str) -> str:
    """Return what a meeting that is suggested is for; an event lists only its host, not whom it may suit."""
    match suggestion.kind:
        case SuggestionKind.INTRODUCTION:
            return f"Introduce {name} to {suggestion.other.name}"
        case SuggestionKind.USER_GROUP:
            return f"User group around {suggestion.place}" if suggestion.place else "User group"
        case SuggestionKind.CO_CREATE:
            return f"Working session on '{suggestion.theme}'"
    return "say thank you" if suggestion.thank_for else ""


def _sentence(text: str) -> str:
    """Return a text with one full stop at its end, whatever it ends in: "Maple Syrup Co."."""
    return text if text.endswith(".") else f"{text}."
