"""All that one should know before talking to a customer, read from the store."""

from datetime import date

from outreach_tui.domain.brief import (
    Balance,
    Brief,
    Heard,
    ToldNews,
    open_questions,
    personal_facts,
)
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.feedback import Feedback, FeedbackSort
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.services.workspace import Workspace


def gather_brief(workspace: Workspace, customer: Customer, standing: Standing) -> Brief:
    """Return all that is known of a customer."""
    store, id_, row = workspace.store, customer.id, standing.facts
    touchpoints = sorted(
        store.of_customer(Touchpoint, id_), key=lambda t: (t.at, t.id), reverse=True
    )
    people = sorted(store.of_customer(Contact, id_), key=lambda c: (c.id != row.contact_id, c.id))
    contacts = [c for c in people if id_ in c.customer_ids]
    rows = store.rows()
    feedback = store.of_customer(Feedback, id_)
    praise = [f for f in feedback if f.sort is FeedbackSort.PRAISE]
    return Brief(
        customer=customer,
        standing=standing,
        contacts=tuple(contacts),
        former=tuple(c for c in people if id_ not in c.customer_ids),
        employers={
            e.customer_id: rows[e.customer_id].name
            for c in people
            for e in c.employments
            if e.customer_id is not None and e.customer_id in rows
        },
        touchpoints=tuple(touchpoints),
        purchases=tuple(
            sorted(store.of_customer(Purchase, id_), key=lambda p: (p.on, p.id), reverse=True)
        ),
        promises=tuple(
            sorted(
                (p for p in store.of_customer(Promise, id_) if p.done_on is None),
                key=lambda p: (p.due_on or date.max, p.id),
            )
        ),
        owed=row.owed,
        told=tuple(
            sorted(
                (
                    ToldNews(on=told.on, text=f.words, state=f.state, member_id=told.member_id)
                    for f in feedback
                    for told in f.told
                ),
                key=lambda told: (told.on, told.text),
                reverse=True,
            )
        ),
        facts=personal_facts(contacts, touchpoints),
        questions=open_questions(touchpoints),
        praise=tuple(
            Heard(on=f.on, text=f.words)
            for f in sorted(praise, key=lambda f: (f.on, f.id), reverse=True)
        ),
        balance=Balance(gives=row.gives, asks=row.asks, ask_run=row.ask_run),
        next_meeting=_next_meeting(workspace, id_),
    )


def _next_meeting(workspace: Workspace, id_: str) -> Meeting | None:
    ahead = (
        m
        for m in workspace.store.of_customer(Meeting, id_)
        if m.ahead and m.kind is not MeetingKind.BLOCK and m.start_at >= workspace.now
    )
    return min(ahead, key=lambda m: (m.start_at, m.id), default=None)
