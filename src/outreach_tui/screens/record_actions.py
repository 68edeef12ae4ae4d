"""Look after records: add, edit, copy, open."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

from textual import work

from outreach_tui.domain.brief import Brief
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.phone import read_phone, say_phone
from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.differences import field_words
from outreach_tui.presentation.words import plural
from outreach_tui.screens.acting import ActingScreen, settle, show_history
from outreach_tui.screens.drafting import Keeper
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, Values, only
from outreach_tui.screens.offering import Offers, member_offers, town_offers
from outreach_tui.services.customer_fields import shown_fields
from outreach_tui.services.settling import Edit, settled, settled_many
from outreach_tui.services.typed_values import Told

_HINTS = {
    "customer_since": "2024-03-01",
    "renewal_on": "2027-03-01",
    "tier_pin": "A, B or C; empty: by rank",
    "cadence": "45/90; empty: the tier's",
    "tags": "comma between tags",
    "reference": "yes, if they speak for us",
    "status": "active, paused or lost",
    "do_not_contact": "yes, if they asked for it",
}


class RecordActions(ActingScreen):
    """Customers by hand."""

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
        now = shown_fields(self.desk.workspace, customer)
        offers = self._offers()
        draft = Keeper(
            self.desk, f"edit:{customer.id}", f"Changes of {customer.name}", of_record=True
        )
        customers = self.desk.customers
        done: list[str] = []
        while True:  # what was typed comes back with the draft, until it is written
            typed = await self.app.push_screen_wait(
                FillForm(
                    f"Edit {customer.name}",
                    [
                        Field(f, field_words(f), v, _HINTS.get(f, ""), offers=offers.get(f))
                        for f, v in now.items()
                    ],
                    lambda typed: customers.look_at(customer, changed(typed, now)),
                    tell=lambda typed: customers.told(changed(typed, now), customer),
                    draft=draft,
                )
            )
            if typed is None:
                return
            if await settle(
                self.app,
                self.desk,
                Edit(customer, changed(typed, now)),
                lambda edit: done.extend(customers.edit(edit.seen, edit.typed)),
                settled,
            ):
                break
        draft.drop()
        self.acted()
        if done:
            self._say_done(f"Changed {customer.name}")

    def _offers(self) -> dict[str, Offers]:
        return {"city": town_offers(self.desk), "owner": member_offers(self.desk)}

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
        values = {"value": ""}
        done: list[int] = []

        def edit(seen: Sequence[Customer]) -> None:
            done.append(self.desk.customers.edit_many(seen, field, values["value"]))

        while True:
            typed = await self.app.push_screen_wait(
                FillForm(
                    f"{field.capitalize()} of {plural(len(chosen), 'customer')}",
                    [Field("value", field.capitalize(), values["value"])],
                    only(
                        "value",
                        lambda text: self.desk.customers.look_at(customers[0], {field: text}),
                    ),
                )
            )
            if typed is None:
                return
            values = typed
            if await settle(
                self.app,
                self.desk,
                customers,
                edit,
                partial(settled_many, field),
            ):
                break
        self.acted()
        if many := sum(done):
            self._say_done(f"Changed {plural(many, 'customer')}")

    @work
    async def action_add(self) -> None:
        """Add a customer."""
        offers = self._offers()
        fields = [
            Field("name", "Company"),
            Field("contact", "Person"),
            Field("role", "Role"),
            Field("phone", "Phone"),
            Field("email", "E-mail"),
            Field("city", "City", offers=offers["city"]),
            Field("region", "Region"),
            Field("country", "Country"),
            Field("customer_since", "Customer since", "", "2024-03-01"),
        ]
        draft = Keeper(self.desk, "add", "A new customer")
        values = await self.app.push_screen_wait(
            FillForm(
                "Add a customer",
                fields,
                lambda typed: self.desk.customers.look_at_new(_split_new(typed)[0]),
                tell=self._tell_new,
                draft=draft,
            )
        )
        if values is None:
            return
        own, person = _split_new(values)
        if self.attempt(lambda: self.desk.customers.add(values["name"], own, person)):
            draft.drop()
            self.acted()
            self._say_done(f"Added {clean_line(values['name'])}")

    def _say_done(self, what: str) -> None:
        """Say what was done, below what may be said already about what somebody else did."""
        self.notify("u undoes.", title=what, markup=False, timeout=4)

    def _tell_new(self, typed: Values) -> dict[str, Told]:
        own, person = _split_new(typed)
        nobody = Customer(id="", name="", country=typed["country"])
        named = {f: text for f, text in person.items() if f != "name" or text}
        of_person = self.desk.contacts.told(named, nobody)
        said = {"contact" if field == "name" else field: told for field, told in of_person.items()}
        return said | dict(self.desk.customers.told(own))

    @work
    async def action_delete(self) -> None:
        """Delete customers with everything that is only theirs; can be undone."""
        chosen = self.chosen()
        if not chosen:
            return
        hidden = self.hidden(chosen)
        names = self.names_of(chosen)
        text = "Their contacts, purchases, conversations and promises go too. u brings everything back."
        if hidden:
            text = f"{hidden} of the marked are hidden by the filter. {text}"
        answer = await self.app.push_screen_wait(
            Choose(
                f"Delete {names}?",
                [Choice("n", "no, keep", False), Choice("y", f"yes, delete {names}", True)],
                text,
            )
        )
        if answer and self.attempt(lambda: self.desk.customers.remove(chosen)) is not None:
            self.acted()
            self._say_done(f"Deleted {names}")

    def action_history(self) -> None:
        """Show what was done with the customer, by whom."""
        customer_id = self.one_chosen()
        if customer_id is not None:
            show_history(self.app, self.desk.workspace, customer_id, self.names_of([customer_id]))

    def action_copy(self) -> None:
        """Send name, person and telephone to the terminal's clipboard."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        row = self.desk.customers.standing(customer_id).facts
        phone = say_phone(row.phone, row.place)
        text = clean_line("  ".join(filter(None, (row.name, row.contact_name, phone))))
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


def changed(typed: Values, now: Values) -> Values:
    """Return what was typed other than what stands there now."""
    return {f: value for f, value in typed.items() if value.strip() != now.get(f, "").strip()}


def _split_new(typed: Values) -> tuple[Values, Values]:
    """Return the customer's own fields and the person's."""
    where = ("city", "region", "country", "place", "customer_since")
    own = {f: typed[f] for f in where if typed.get(f, "").strip()}
    person = {f: typed[f] for f in ("role", "phone", "email")}
    if not clean_line(typed["contact"]):
        own |= {f: typed[f] for f in ("phone", "email") if typed[f].strip()}
    return {"name": typed["name"], **own}, {"name": typed["contact"], **person}


def _links(brief: Brief) -> list[Choice[str]]:
    """Return what can be opened; addresses are built here, never taken whole from a record."""
    choices = []
    place = brief.customer.place
    known = read_phone(brief.standing.facts.phone, place.country if place else "").dialled
    phone = known or "".join(c for c in brief.standing.facts.phone if c.isdigit() or c == "+")
    if phone:
        choices.append(
            Choice("t", "telephone", f"tel:{phone}", say_phone(brief.standing.facts.phone, place))
        )
    contact = brief.contacts[0] if brief.contacts else None
    email = (contact.emails[0] if contact and contact.emails else "") or brief.customer.email
    if email:
        choices.append(Choice("m", "mail", f"mailto:{quote(email, safe='@')}", email))
    if place and place.lat is not None and place.lon is not None:
        where = f"https://www.openstreetmap.org/?mlat={place.lat:.5f}&mlon={place.lon:.5f}#map=13/{place.lat:.5f}/{place.lon:.5f}"
        choices.append(Choice("p", "map", where, place.label))
    return choices
