"""An order, a renewal or an invoice."""

from datetime import date
from enum import StrEnum

import msgspec

from outreach_tui.domain.record import Record


class PurchaseKind(StrEnum):
    """An order is neither give nor ask; a renewal and an invoice are asks."""

    ORDER = "order"
    RENEWAL = "renewal"
    INVOICE = "invoice"


class Purchase(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Something bought, on a day."""

    customer_id: str
    on: date
    kind: PurchaseKind = PurchaseKind.ORDER
    amount: str | None = None
    """Decimal number as text, so that no cent is lost."""
    currency: str | None = None
    """ISO 4217 code."""
    external_ids: dict[str, str] = msgspec.field(default_factory=dict)
    extra: dict[str, str] = msgspec.field(default_factory=dict)
