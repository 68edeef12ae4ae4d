"""Status, tier and kind of purchase as lists name them, in the languages of `column_words`."""

from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.purchase import PurchaseKind
from outreach_tui.domain.text import fold

_STATUS = {
    Status.ACTIVE: """
        active, current, live, customer, open, ok, aktiv, actif, activo, activa, attivo, ativo, actief""",
    Status.PAUSED: """
        paused, on hold, hold, inactive, dormant, suspended, pausiert, inaktiv, ruhend, en pause, inactif, suspendu,
        pausado, inactivo, in pausa, sospeso, inattivo, gepauzeerd, inactief, inativo, suspenso""",
    Status.LOST: """
        lost, churned, churn, former, cancelled, canceled, closed, terminated, ended, verloren, gekündigt, ehemalig,
        ehemaliger kunde, abgewandert, perdu, résilié, ancien client, perdido, perdida, baja, cancelado, perso,
        cessato, disdetto, opgezegd, vertrokken, ex klant, cancelada, encerrado""",
}
_TIER = {
    Tier.A: """
        a, 1, tier 1, tier a, vip, gold, platinum, key, key account, top, premium, strategic, a kunde,
        yes, y, true, x, ja, j, oui, sí, si, sim""",
    Tier.B: "b, 2, tier 2, tier b, silver, silber, argent, plata, argento, zilver, prata, standard, b kunde",
    Tier.C: "c, 3, tier 3, tier c, bronze, basic, brons, bronce, bronzo, c kunde",
}
_NO = "no, n, false, 0, nein, non, nee, não"
_KIND = {
    PurchaseKind.ORDER: """
        order, purchase, sale, bestellung, auftrag, kauf, commande, achat, vente, pedido, compra, venta, ordine,
        acquisto, bestelling, aankoop, encomenda, venda""",
    PurchaseKind.RENEWAL: """
        renewal, renew, extension, verlängerung, renouvellement, renovación, rinnovo, verlenging, renovação""",
    PurchaseKind.INVOICE: "invoice, bill, rechnung, facture, factura, fattura, factuur, fatura",
}


def read_status(text: str) -> Status | None:
    """Return the status that a word means, None if we do not know the word."""
    return _STATUS_OF.get(fold(text))


def read_tier(text: str) -> Tier | None:
    """Return the tier that a word means, None if we do not know it; a yes, as in a VIP column, is A."""
    return _TIER_OF.get(fold(text))


def is_no(text: str) -> bool:
    """Return whether the word says that nothing is to be pinned."""
    return fold(text) in _NOS


def read_purchase_kind(text: str) -> PurchaseKind | None:
    """Return the kind of purchase that a word means, None if we do not know the word."""
    return _KIND_OF.get(fold(text))


def _split(listed: str) -> list[str]:
    return [fold(word) for word in listed.split(",")]


_STATUS_OF = {word: status for status, listed in _STATUS.items() for word in _split(listed)}
_TIER_OF = {word: tier for tier, listed in _TIER.items() for word in _split(listed)}
_KIND_OF = {word: kind for kind, listed in _KIND.items() for word in _split(listed)}
_NOS = frozenset(_split(_NO))
