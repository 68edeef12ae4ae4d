"""Rows of a list of purchases."""

from datetime import date

import msgspec

from outreach_tui.domain.purchase import Purchase, PurchaseKind
from outreach_tui.domain.written_words import read_purchase_kind
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.finder import CustomerFinder
from outreach_tui.services.importing.ledgers import PurchaseBook, worth
from outreach_tui.services.importing.tables import Row
from outreach_tui.services.ports import Ids


class PurchaseRows:
    """Takes rows of purchases one by one."""

    def __init__(
        self, purchases: PurchaseBook, customers: CustomerFinder, ids: Ids, today: date
    ) -> None:
        self._purchases = purchases
        self._customers = customers
        self._ids = ids
        self._today = today
        self._ahead = 0

    def notes(self) -> list[str]:
        """Return what is doubtful about the rows since it was last asked: an order to come may be a wrong year."""
        ahead, self._ahead = self._ahead, 0
        if not ahead:
            return []
        rows = "1 row is" if ahead == 1 else f"{ahead:,} rows are"
        return [f"{rows} dated in the future; counted as purchases all the same"]

    def take(self, row: Row) -> str:
        """Return whether the row is `created`, `updated` or `unchanged`. Raises BadInput for one to be skipped."""
        read = self._read(row)
        own = row.text("own_id")
        known = self._purchases.find_own(own) or self._purchases.by_external_id(read.external_ids)
        if known is not None and self._purchases.is_others(own, known):
            known = None
        if known is not None and (earlier := self._purchases.claimed_in(known.id)):
            return _repeated(row, read, known, earlier)
        known = known or self._purchases.unclaimed(read)
        own_id = self._purchases.claim_own(own, known, self._ids)
        purchase = (
            msgspec.structs.replace(read, id=own_id)
            if known is None
            else _updated(known, read, row)
        )
        changed = self._purchases.put(purchase)
        self._purchases.claim(purchase.id, row.line)
        self._ahead += purchase.on > self._today
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"

    def _read(self, row: Row) -> Purchase:
        on = row.day("date")
        if on is None:
            raise row.lacks("date")
        amount, currency = row.amount()
        extra = row.extras()
        kind = read_purchase_kind(row.text("kind"))
        if row.text("kind") and kind is None:
            extra[row.table.header("kind")] = row.text("kind")
        return Purchase(
            id=self._ids.new(),
            customer_id=self._customers.of_row(row).id,
            on=on,
            kind=kind or PurchaseKind.ORDER,
            amount=amount,
            currency=row.text("currency").upper() or currency,
            external_ids=row.external_ids(),
            extra=extra,
        )


def _updated(known: Purchase, read: Purchase, row: Row) -> Purchase:
    """Return the known purchase with what the row says; an empty cell leaves what is known."""
    return msgspec.structs.replace(
        known,
        customer_id=read.customer_id,
        on=read.on,
        kind=read.kind if row.text("kind") else known.kind,
        amount=known.amount if worth(read.amount) in (None, worth(known.amount)) else read.amount,
        currency=read.currency or known.currency,
        external_ids={**known.external_ids, **read.external_ids},
        extra={**known.extra, **read.extra},
    )


def _repeated(row: Row, read: Purchase, known: Purchase, earlier: int) -> str:
    """Refuse an id that stands twice in a file for different purchases: the second would erase the first."""
    if _updated(known, read, row) == known:
        return "unchanged"
    header, value = next(
        iter(row.external_ids().items()), (row.table.header("own_id"), row.text("own_id"))
    )
    raise BadInput(
        f"row {row.line}, {header}: “{value}” stands in row {earlier} with other values",
        f"if the rows are lines of one order, map “{header}” to extra",
    )
