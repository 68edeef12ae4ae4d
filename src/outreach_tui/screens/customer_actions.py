"""What can be done with a suggestion or a customer, the same on every screen that shows them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from textual import work
from textual.screen import Screen

from outreach_tui.domain.brief import Brief
from outreach_tui.domain.day_list import Suggestion, SuggestionKind
from outreach_tui.domain.hours import add_working_days
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.record import Change
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.touchpoint import Direction, Outcome, TouchpointKind
from outreach_tui.domain.when import parse_when, say_weekday, to_instant, zone_info
from outreach_tui.errors import BadInput, OutreachError
from outreach_tui.presentation.words import both_times, meeting_kind, plural
from outreach_tui.screens.desk import Desk
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, Values, only
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.services.meetings import Appointment
from outreach_tui.services.touchpoints import Talk

Result = TypeVar("Result")
BLOCK_MINUTES = 20
"""A block of calls in the calendar takes so long for each customer."""
SNOOZE_AGAIN = 3
"""The third time the better question is whether the band is right."""


class CustomerActions(Screen[None]):
    """A screen with a customer, or a suggestion, under its cursor."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.marked: set[str] = set()
        """Ids of marked customers."""

    # What a screen tells about itself.

    def chosen(self) -> list[str]:
        """Return the customers that an action applies to: the marked ones, else the one under the cursor."""
        raise NotImplementedError

    def suggestion(self) -> Suggestion | None:
        """Return the suggestion under the cursor, if there is one."""
        return None

    def freezing(self) -> list[Change]:
        """Return what has to be kept together with the first action of the day."""
        return []

    def reload(self) -> None:
        """Read everything again and show it."""
        raise NotImplementedError

    def acted(self) -> None:
        """Show what changed after an action, and move on."""
        self.marked.clear()
        self.reload()

    # Telling people.

    def say(self, message: str, *, title: str = "") -> None:
        """Show a short message."""
        self.notify(message, title=title, markup=False, timeout=4)

    def attempt(self, do: Callable[[], Result]) -> Result | None:
        """Return what `do` returns; an expected failure is shown, and None comes back."""
        try:
            return do()
        except OutreachError as error:
            self.notify(
                error.hint or " ", title=error.title, severity="error", markup=False, timeout=8
            )
            return None

    def one_chosen(self) -> str | None:
        """Return the customer under the cursor; says so if there is none."""
        chosen = self.chosen()
        if not chosen:
            self.say("There is no customer here.")
            return None
        return chosen[0]

    # Talking.

    def talk_about(
        self,
        customer_id: str,
        *,
        kind: TouchpointKind = TouchpointKind.CALL,
        direction: Direction = Direction.OUT,
        meeting: Meeting | None = None,
        choose_kind: bool = False,
    ) -> None:
        """Open the talk sheet."""
        sheet = TalkScreen(
            self.desk,
            customer_id,
            suggestion=self.suggestion(),
            kind=kind,
            direction=direction,
            meeting=meeting,
            choose_kind=choose_kind,
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
            self.talk_about(customer_id, choose_kind=True)

    def action_they_contacted(self) -> None:
        """Log that they contacted us."""
        if (customer_id := self.one_chosen()) is not None:
            self.talk_about(customer_id, direction=Direction.IN, choose_kind=True)

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

    # Deciding.

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
            key: self._working_day(today + timedelta(days=count))
            for key, (_, count) in days.items()
        }
        choices = [Choice(key, days[key][0], key, say_weekday(back)) for key, back in backs.items()]
        text = self._snoozed_before(chosen[0])
        answer = await self.app.push_screen_wait(
            Choose(
                f"Snooze {self._names(chosen)}", [*choices, Choice("t", "to a date …", "t")], text
            )
        )
        if answer is None:
            return
        if answer == "t":
            typed = await self.app.push_screen_wait(
                FillForm(
                    "Snooze until",
                    [Field("until", "until", "", "mon, in 3 weeks, 3 dec")],
                    only("until", lambda text: say_weekday(parse_when(text, today).on)),
                )
            )
            if typed is None:
                return
            until = parse_when(typed["until"], today).on
        else:
            until = backs[answer]
        planning = self._planning_kind()
        for number, customer_id in enumerate(chosen):
            also = self.freezing() if number == 0 else []
            done = self.attempt(
                lambda id_=customer_id, more=also: self.desk.decisions.snooze(  # type: ignore[misc]  # bound early
                    id_, until, suggestion=planning, also=more
                )
            )
            if done is None:
                return
        self.say(f"Back on {say_weekday(until)}. u undoes.")
        self.acted()

    def _working_day(self, on: date) -> date:
        """Return the day itself if I work then, else the next on which I do."""
        return add_working_days(on - timedelta(days=1), 1, self.desk.workspace.member.working_days)

    def _planning_kind(self) -> str:
        suggestion = self.suggestion()
        journeys = (SuggestionKind.VISIT, SuggestionKind.USER_GROUP)
        return suggestion.kind.value if suggestion and suggestion.kind in journeys else ""

    def _snoozed_before(self, customer_id: str) -> str:
        standing = self.desk.customers.standing(customer_id)
        count = standing.facts.snoozes
        if count + 1 < SNOOZE_AGAIN:
            return f"Snoozed {('', 'once')[count]} since you last spoke." if count else ""
        return (
            f"Snoozed {count} times since you last spoke. Is every {standing.cadence.ideal_days} to "
            f"{standing.cadence.max_days} days the right rhythm? e edits the cadence."
        )

    @work
    async def action_pause(self) -> None:
        """Suggest nothing for a customer for half a year, with a why."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        name = self.desk.customers.get(customer_id).name

        def look(text: str) -> str:
            if not clean_line(text):
                raise BadInput("A pause needs a why.", "Who reads it in half a year?")
            return "Comes back for a review in 180 days."

        typed = await self.app.push_screen_wait(
            FillForm(
                f"Pause {name}",
                [Field("why", "why", "", "they restructure until summer")],
                only("why", look),
            )
        )
        if typed and self.attempt(
            lambda: self.desk.decisions.pause(customer_id, typed["why"], also=self.freezing())
        ):
            self.acted()

    # Planning.

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
        brief = self.desk.customers.brief(customer_id)
        suggestion = self.suggestion()
        kind = {
            SuggestionKind.VISIT: MeetingKind.VISIT,
            SuggestionKind.USER_GROUP: MeetingKind.EVENT,
        }.get(suggestion.kind if suggestion else SuggestionKind.CHECK_IN_CALL, MeetingKind.CALL)
        minutes = 30 if kind is MeetingKind.CALL else 90
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
                "say thank you" if suggestion and suggestion.thank_for else "",
            ),
        ]
        values = await self.app.push_screen_wait(
            FillForm(
                f"Plan with {brief.customer.name}",
                fields,
                lambda typed: self._look_at_plan(typed, brief),
                focus="start",
            )
        )
        if values is None:
            return
        meeting = self.attempt(
            lambda: self.desk.meetings.plan(self._appointment(values, brief), also=self.freezing())
        )
        if meeting:
            self.say("Planned. E exports it to your calendar.")
            self.acted()

    def _appointment(self, typed: Values, brief: Brief) -> Appointment:
        workspace = self.desk.workspace
        when = parse_when(typed["start"], workspace.today)
        if when.clock is None:
            raise BadInput("At what time?", "Add it, such as 15:00 or 3pm.")
        if not typed["minutes"].strip().isdecimal() or not 0 < int(typed["minutes"]) <= 24 * 60:
            raise BadInput(f"{typed['minutes']!r} minutes cannot be planned.", "Give 1 to 1440.")
        return Appointment(
            customer_ids=(brief.customer.id,),
            kind=MeetingKind(typed["kind"]),
            start_at=to_instant(when.on, when.clock, workspace.zone),
            minutes=int(typed["minutes"]),
            contact_ids=(typed["person"],) if typed["person"] else (),
            place=typed["place"],
            purpose=typed["purpose"],
        )

    def _look_at_plan(self, typed: Values, brief: Brief) -> str:
        wanted = self._appointment(typed, brief)
        workspace = self.desk.workspace
        if wanted.start_at < workspace.now:
            raise BadInput(
                "That is in the past.", "Choose a time ahead, or log what happened with l."
            )
        place = brief.customer.place
        said = both_times(wanted.start_at, workspace.zone, place.zone if place else workspace.zone)
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

        def appointment(text: str) -> Appointment:
            when = parse_when(text, workspace.today)
            if when.clock is None:
                raise BadInput("At what time?", "Add it, such as 15:00 or 3pm.")
            return Appointment(
                customer_ids=tuple(chosen),
                kind=MeetingKind.BLOCK,
                start_at=to_instant(when.on, when.clock, workspace.zone),
                minutes=minutes,
                purpose=f"Calls: {self._names(chosen)}",
            )

        def look(text: str) -> str:
            start = appointment(text).start_at
            if start < workspace.now:
                raise BadInput("That is in the past.", "Choose a time ahead.")
            late = self._outside_windows(chosen, text)
            said = f"{both_times(start, workspace.zone, workspace.zone)}, {minutes} minutes, only in your calendar"
            return f"{said}\nOutside the hours of {late}." if late else said

        values = await self.app.push_screen_wait(
            FillForm(
                f"A block for {plural(len(chosen), 'call')}",
                [Field("start", "When", f"{next_half:%H:%M}", "15:00, tomorrow 9am")],
                only("start", look),
            )
        )
        if values and self.attempt(
            lambda: self.desk.meetings.plan(appointment(values["start"]), also=self.freezing())
        ):
            self.say("The block is planned. E exports it to your calendar.")
            self.acted()

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

    # Looking after records.

    @work
    async def action_edit(self) -> None:
        """Edit the customer; with marks one field of all of them."""
        chosen = self.chosen()
        if len(chosen) > 1:
            await self._edit_many(chosen)
            return
        if not chosen:
            self.say("There is no customer here.")
            return
        customer = self.desk.customers.get(chosen[0])
        owner = next((m.name for m in self.desk.workspace.members if m.id == customer.owner_id), "")
        now = {
            "name": customer.name,
            "phone": customer.phone,
            "email": customer.email,
            "city": customer.city,
            "region": customer.region,
            "country": customer.country,
            "industry": customer.industry,
            "owner": owner,
            "customer_since": str(customer.customer_since or ""),
            "renewal_on": str(customer.renewal_on or ""),
            "tier_pin": customer.tier_pin.value if customer.tier_pin else "",
            "cadence": f"{customer.cadence.ideal_days}/{customer.cadence.max_days}"
            if customer.cadence
            else "",
            "tags": ", ".join(customer.tags),
        }
        hints = {
            "tier_pin": "A, B or C; empty: by rank",
            "cadence": "45/90; empty: the tier's",
            "tags": "comma between tags",
        }
        values = await self.app.push_screen_wait(
            FillForm(
                f"Edit {customer.name}",
                [
                    Field(f, f.replace("_", " ").capitalize(), v, hints.get(f, ""))
                    for f, v in now.items()
                ],
                lambda typed: self.desk.customers.look_at(customer, _changed(typed, now)),
            )
        )
        if (
            values is not None
            and self.attempt(lambda: self.desk.customers.edit(customer, _changed(values, now)))
            is not None
        ):
            self.acted()

    async def _edit_many(self, chosen: Sequence[str]) -> None:
        field = await self.app.push_screen_wait(
            Choose(
                f"Change {plural(len(chosen), 'customer')}",
                [
                    Choice("o", "owner", "owner"),
                    Choice("t", "add a tag", "tags"),
                    Choice("c", "cadence", "cadence"),
                ],
            )
        )
        if field is None:
            return
        customers = [self.desk.customers.get(id_) for id_ in chosen]
        values = await self.app.push_screen_wait(
            FillForm(
                f"{field.capitalize()} of {plural(len(chosen), 'customer')}",
                [Field("value", field.capitalize())],
                only(
                    "value", lambda text: self.desk.customers.look_at(customers[0], {field: text})
                ),
            )
        )
        if (
            values
            and self.attempt(
                lambda: self.desk.customers.edit_many(customers, field, values["value"])
            )
            is not None
        ):
            self.acted()

    @work
    async def action_add(self) -> None:
        """Add a customer."""
        fields = [
            Field("name", "Company"),
            Field("contact", "Person"),
            Field("phone", "Phone"),
            Field("email", "E-mail"),
            Field("city", "City"),
            Field("country", "Country"),
            Field("customer_since", "Customer since", "", "2024-03-01"),
        ]
        values = await self.app.push_screen_wait(
            FillForm("Add a customer", fields, self._look_at_new)
        )
        if values is None:
            return
        own, person = _split_new(values)
        if self.attempt(lambda: self.desk.customers.add(values["name"], own, person)):
            self.acted()

    def _look_at_new(self, typed: Values) -> str:
        own, person = _split_new(typed)
        return self.desk.customers.look_at_new(typed["name"], own, person)

    # Sending things out.

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
        chosen = _path(values["folder"])
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

    def action_copy(self) -> None:
        """Send name, person and telephone to the terminal's clipboard."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        row = self.desk.customers.standing(customer_id).facts
        text = clean_line("  ".join(filter(None, (row.name, row.contact_name, row.phone))))
        self.app.copy_to_clipboard(text)
        self.say(f"Sent to the terminal's clipboard: {text}")

    @work
    async def action_open(self) -> None:
        """Open telephone, mail or map in the program for it."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        brief = self.desk.customers.brief(customer_id)
        choices = _links(brief)
        if not choices:
            self.say("There is no telephone, mail address or place to open. e edits.")
            return
        link = await self.app.push_screen_wait(Choose(f"Open {brief.customer.name}", choices))
        if link:
            self.app.open_url(link)

    def action_mark(self) -> None:
        """Mark or unmark the customer under the cursor."""
        raise NotImplementedError

    def _names(self, chosen: Sequence[str]) -> str:
        names = [self.desk.customers.get(id_).name for id_ in chosen]
        return ", ".join(names) if len(names) <= 2 else plural(len(names), "customer")


def _path(text: str) -> Path:
    return Path(text.strip()).expanduser()


def _changed(typed: Values, now: Values) -> Values:
    return {field: value for field, value in typed.items() if value.strip() != now[field].strip()}


def _split_new(typed: Values) -> tuple[Values, Values]:
    """Return the customer's own fields and the person's."""
    own = {f: typed[f] for f in ("city", "country", "customer_since") if typed[f].strip()}
    person = {"name": typed["contact"], "phone": typed["phone"], "email": typed["email"]}
    if not clean_line(typed["contact"]):
        own |= {f: typed[f] for f in ("phone", "email") if typed[f].strip()}
    return own, person


def _links(brief: Brief) -> list[Choice[str]]:
    """Return what can be opened; addresses are built here, never taken whole from a record."""
    choices = []
    phone = "".join(c for c in brief.standing.facts.phone if c.isdigit() or c == "+")
    if phone:
        choices.append(Choice("t", "telephone", f"tel:{phone}", brief.standing.facts.phone))
    contact = brief.contacts[0] if brief.contacts else None
    email = (contact.emails[0] if contact and contact.emails else "") or brief.customer.email
    if email:
        choices.append(Choice("m", "mail", f"mailto:{quote(email, safe='@')}", email))
    place = brief.customer.place
    if place and place.lat is not None and place.lon is not None:
        where = f"https://www.openstreetmap.org/?mlat={place.lat:.5f}&mlon={place.lon:.5f}#map=13/{place.lat:.5f}/{place.lon:.5f}"
        choices.append(Choice("p", "map", where, place.label))
    return choices
