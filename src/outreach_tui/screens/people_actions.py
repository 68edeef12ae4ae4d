"""Look after the people at customers: add, edit, move."""

from collections.abc import Sequence
from functools import partial

from textual import work

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.text import text_key
from outreach_tui.errors import BadInput, OutreachError
from outreach_tui.presentation.cards import history_words
from outreach_tui.presentation.differences import field_words
from outreach_tui.screens.acting import ActingScreen, settle, show_failure
from outreach_tui.screens.drafting import Keeper
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, Values
from outreach_tui.screens.offering import customer_offers
from outreach_tui.screens.record_actions import changed
from outreach_tui.services.contact_fields import shown_fields
from outreach_tui.services.settling import Edit, settled
from outreach_tui.services.typed_values import Told, read_past_day, told_of

SOMEBODY_NEW = "+"
_HINTS = {
    "phones": "comma between several",
    "emails": "comma between several",
    "handles": "signal: @maria, telegram: maria",
    "preferred_channel": "call, video, visit, email, message, post",
    "zone": "theirs, if not the customer's: Lisbon",
    "good_hours": "after the morning milk",
    "birthday": "12 mar, or 12 mar 1980",
    "do_not_contact": "yes, if they asked for it",
}


class PeopleActions(ActingScreen):
    """People by hand."""

    @work
    async def action_people(self) -> None:
        """Choose somebody who works, or worked, at the customer, to edit or move; or add somebody."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        brief = self.desk.customers.brief(customer_id)
        people = (*brief.contacts, *brief.former)
        if not people:
            await self.add_person(customer_id)
            return
        choices = [
            Choice(
                str(number),
                ", ".join(filter(None, (person.name, person.role))),
                person.id,
                history_words(person, brief) if person in brief.former else "",
            )
            for number, person in enumerate(people, 1)
        ]
        choices.append(Choice("+", "add somebody", SOMEBODY_NEW))
        picked = await self.app.push_screen_wait(
            Choose(f"People of {brief.customer.name}", choices)
        )
        if picked == SOMEBODY_NEW:
            await self.add_person(customer_id)
            return
        person = self.attempt(lambda: self.desk.contacts.get(picked)) if picked else None
        if person is None:
            return
        doing = await self.app.push_screen_wait(
            Choose(
                person.name,
                [
                    Choice("e", "edit", "edit"),
                    Choice("m", "move to another customer or company", "move"),
                ],
            )
        )
        if doing == "edit":
            await self._edit_person(person, brief.customer)
        elif doing == "move":
            await self._move_person(person, brief.customer)

    async def add_person(self, customer_id: str) -> None:
        """Add somebody who works at the customer."""
        customer, contacts = self.desk.customers.get(customer_id), self.desk.contacts
        empty = Contact(id="", name="")
        draft = Keeper(self.desk, f"person:{customer_id}:new", f"A person of {customer.name}")
        while True:  # what was typed comes back with the draft, until it is written
            typed = await self.app.push_screen_wait(
                FillForm(
                    f"Add a person of {customer.name}",
                    _fields(shown_fields(empty)),
                    lambda _: "",
                    tell=lambda typed: contacts.told(_given(typed), customer),
                    draft=draft,
                )
            )
            if typed is None:
                return
            if self.attempt(partial(contacts.add, customer, _given(typed))):
                break
        draft.drop()
        self.acted()

    async def _edit_person(self, seen: Contact, customer: Customer) -> None:
        contacts, now = self.desk.contacts, shown_fields(seen)
        draft = Keeper(
            self.desk,
            f"person:{customer.id}:{seen.id}",
            f"Changes of {seen.name}",
            of_record=True,
        )
        while True:
            typed = await self.app.push_screen_wait(
                FillForm(
                    f"Edit {seen.name}",
                    _fields(now),
                    lambda typed: "" if changed(typed, now) else "nothing changed yet",
                    tell=lambda typed: contacts.told(changed(typed, now), customer, seen),
                    draft=draft,
                )
            )
            if typed is None:
                return
            if await settle(
                self.app,
                self.desk,
                Edit(seen, changed(typed, now)),
                lambda edit: contacts.edit(edit.seen, edit.typed),
                settled,
            ):
                break
        draft.drop()
        self.acted()

    async def _move_person(self, seen: Contact, customer: Customer) -> None:
        leaves = customer if customer.id in seen.customer_ids else None
        fields = [
            Field("to", "To customer", offers=customer_offers(self.desk, "to")),
            Field("company", "Or to a company", "", "no customer of ours"),
            Field("on", "Since", "today", "1 nov, 2026-11-01"),
        ]
        draft = Keeper(self.desk, f"move:{customer.id}:{seen.id}", f"A move of {seen.name}")
        while True:
            typed = await self.app.push_screen_wait(
                FillForm(
                    f"Move {seen.name}",
                    fields,
                    partial(self._look_at_move, seen),
                    tell=self._tell_move,
                    draft=draft,
                )
            )
            if typed is None:
                return
            if self._move(seen, typed, leaves):
                break
            current = self.attempt(partial(self.desk.contacts.get, seen.id))
            if current is None:
                return
            seen = current
        draft.drop()
        self.acted()

    def _move(self, seen: Contact, typed: Values, leaves: Customer | None) -> bool:
        contacts, workspace = self.desk.contacts, self.desk.workspace
        try:
            to = self._move_to(typed)
            contacts.move(
                seen,
                to=self.desk.customers.get(to) if to else None,
                company=typed["company"],
                on=read_past_day(workspace, typed["on"].strip(), _AHEAD),
                leaves=leaves,
            )
        except OutreachError as error:
            show_failure(self.app, error)
            return False
        return True

    def _move_to(self, typed: Values) -> str:
        """Return the id of the customer that is meant, empty for another company. Raises BadInput."""
        text, company = typed["to"].strip(), typed["company"].strip()
        if text and company:
            raise BadInput("It is one of both.", "Empty the customer or the company.")
        if not text:
            if not company:
                raise BadInput("Where to?", "Type a part of a customer's name, or a company.")
            return ""
        if chosen := typed.get("to_id"):
            return chosen
        found = self.desk.customers.like(text)
        exact = [row for row in found if text_key(row.name) == text_key(text)]
        meant = exact or found
        if len(meant) != 1:
            can = (
                f"{text!r} can be several customers."
                if meant
                else f"No customer is called {text!r}."
            )
            raise BadInput(can, "Choose one below the field with ↓, or type a company instead.")
        return meant[0].customer_id

    def _look_at_move(self, seen: Contact, typed: Values) -> str:
        to = self._move_to(typed)
        where = self.desk.customers.get(to).name if to else typed["company"].strip()
        return f"{seen.name} goes to {where}; what was said stays where it was said."

    def _tell_move(self, typed: Values) -> dict[str, Told]:
        workspace = self.desk.workspace
        return told_of({"on": typed["on"]}, lambda _, text: read_past_day(workspace, text, _AHEAD))


_AHEAD = "move them when it has, or type the day it was"


def _fields(now: Values) -> Sequence[Field]:
    return [Field(f, field_words(f), value, _HINTS.get(f, "")) for f, value in now.items()]


def _given(typed: Values) -> Values:
    """Return what was typed; a name is always wanted."""
    return {f: text for f, text in typed.items() if text.strip() or f == "name"}
