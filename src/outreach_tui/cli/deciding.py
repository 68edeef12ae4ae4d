"""Verbs that decide about a suggestion without talking; none of them resets the clock."""

import click
import msgspec

from outreach_tui.cli.documents import Named, Whole, whole
from outreach_tui.cli.given import Given, quoted, verb
from outreach_tui.domain.cadence import SNOOZE_AGAIN, longer
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.setting_rows import show_band
from outreach_tui.domain.when import parse_span, say_weekday
from outreach_tui.presentation.words import snoozed_words

REASONS = (
    "overdue", "due", "never", "slipping", "owed", "unanswered", "question", "renewal", "only-asks", "anniversary",
    "birthday", "reference", "contact-left", "thank", "face-to-face", "group", "seats", "co-create", "introduction",
    "no-phone", "no-answer", "no-hours",
)  # fmt: skip
"""Codes of the reasons that a suggestion can have (`reasons[].code` of `today --json`)."""
PLANNED = {
    "visit": "journeys",
    "user-group": "user groups",
    "co-create": "working sessions",
    "introduction": "introductions",
}
"""Kinds of suggestions that are snoozed without the calls, in words."""


class DecisionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided."""

    decision: Whole
    customer: Named


@click.command()
@click.argument("customer", metavar="C")
@click.option("--for", "span", metavar="SPAN", help="For so long: 7d, 2w, 1m.")
@click.option("--until", metavar="WHEN", help="Until this day.")
@click.option("--kind", type=click.Choice(tuple(PLANNED)), help="Only this; calls go on.")
@verb
def snooze(
    given: Given, *, customer: str, span: str | None, until: str | None, kind: str | None
) -> None:
    """Suggest a customer later; the clock keeps running."""
    if bool(span) == bool(until):
        raise click.UsageError("say either --for SPAN or --until WHEN")
    services = given.services
    found = services.customers.find(customer)
    if until:
        from outreach_tui.cli.times import read_day

        day = read_day(services.workspace, until)
    else:
        day = services.decisions.working_day(parse_span(span or "", services.workspace.today))
    decision = services.decisions.snooze(found.id, day, suggestion=kind or "")
    if kind:
        given.wrote(_document(decision, found.name), f"Only for {PLANNED[kind]}; calls go on.")
        return
    standing = services.customers.standing(found.id)
    times, band = standing.facts.snoozes, standing.cadence
    said = [f"{snoozed_words(standing.facts)}."] if times > 1 else []
    if times >= SNOOZE_AGAIN:
        said += [
            f"Is every {band.ideal_days} to {band.max_days} days the right rhythm? To change it:",
            f"  {given.command(f'edit {quoted(found.name)} cadence={show_band(longer(band))}')}",
        ]
    given.wrote(_document(decision, found.name), *said)


@click.command()
@click.argument("customer", metavar="C")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="The code of the reason.")
@click.option("--why", metavar="TEXT", default="", help="Why it is wrong.")
@verb
def mute(given: Given, *, customer: str, reason: str, why: str) -> None:
    """Do not give a reason for a customer for 90 days."""
    services = given.services
    found = services.customers.find(customer)
    decision = services.decisions.mute(found.id, reason, why=why)
    given.wrote(_document(decision, found.name), *_until(decision, "It is quiet until"))


@click.command()
@click.argument("customer", metavar="C")
@click.option("--why", metavar="TEXT", required=True, help="Why nothing should be suggested.")
@verb
def pause(given: Given, *, customer: str, why: str) -> None:
    """Suggest nothing for a customer until a review in 180 days."""
    services = given.services
    found = services.customers.find(customer)
    decision = services.decisions.pause(found.id, why)
    given.wrote(_document(decision, found.name), *_until(decision, "To be looked at again on"))


@click.command()
@click.argument("customer", metavar="C")
@verb
def resume(given: Given, *, customer: str) -> None:
    """End a pause and any snooze of a customer."""
    services = given.services
    found = services.customers.find(customer)
    decision = services.decisions.resume(found.id)
    given.wrote(_document(decision, found.name))


def _document(decision: Decision, name: str) -> DecisionDocument:
    return DecisionDocument(decision=whole(decision), customer=Named(decision.customer_id, name))


def _until(decision: Decision, words: str) -> list[str]:
    day = decision.until_on
    return [f"{words} {say_weekday(day)} {day.year}."] if day else []
