"""Status, tier, kinds of purchases and conversations as lists name them, in the languages of `column_words`."""

from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.purchase import PurchaseKind
from outreach_tui.domain.text import fold
from outreach_tui.domain.touchpoint import Direction, Outcome, TouchpointKind

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
_TALK = {
    TouchpointKind.VISIT: """
        visit, site visit, on site, onsite, in person, meeting, face to face, besuch, vor ort, kundenbesuch, termin,
        treffen, visite, rendez vous, réunion, visita, reunión, incontro, riunione, bezoek, afspraak, reunião""",
    TouchpointKind.CALL: """
        call, phone, phone call, telephone, telephone call, tel, outgoing call, incoming call, anruf, telefonat,
        telefon, appel, appel téléphonique, téléphone, llamada, llamada telefónica, teléfono, chiamata, telefonata,
        telefono, telefoon, telefoongesprek, gebeld, ligação, chamada, telefonema, telefone""",
    TouchpointKind.VIDEO: """
        video, video call, videocall, online meeting, web meeting, zoom, teams, google meet, skype, webex, videoanruf,
        videokonferenz, visio, visioconférence, vidéo, videollamada, videoconferencia, videochiamata, videogesprek,
        videobellen, videochamada, videoconferência""",
    TouchpointKind.EVENT: """
        event, fair, trade fair, trade show, conference, workshop, messe, veranstaltung, konferenz, salon, événement,
        feria, evento, fiera, beurs, evenement, feira""",
    TouchpointKind.EMAIL: """
        e-mail, email, mail, correo, correo electrónico, courriel, posta elettronica, correio, correio eletrônico""",
    TouchpointKind.MESSAGE: """
        message, sms, text, text message, chat, whatsapp, signal, telegram, linkedin, slack, nachricht, mensaje,
        messaggio, bericht, mensagem""",
    TouchpointKind.POST: "post, letter, postcard, brief, lettre, carta, lettera, postal mail",
    TouchpointKind.INVOICE: _KIND[PurchaseKind.INVOICE],
    TouchpointKind.RENEWAL: _KIND[PurchaseKind.RENEWAL],
    TouchpointKind.SURVEY: "survey, nps, umfrage, enquête, sondage, encuesta, sondaggio, enquete, pesquisa",
    TouchpointKind.NOTE: "note, notes, notiz, nota, notitie, comment, kommentar",
}
_DIRECTION = {
    Direction.OUT: """
        out, outbound, outgoing, we, us, sent, ausgehend, sortant, saliente, in uscita, uscente, uitgaand, saída,
        enviado, gesendet""",
    Direction.IN: """
        in, inbound, incoming, they, them, received, customer, eingehend, entrant, entrante, in entrata, inkomend,
        binnenkomend, entrada, recebido, recibido, empfangen""",
}
_OUTCOME = {
    Outcome.HELD: """
        held, done, completed, complete, connected, reached, spoke, spoken, answered, ok, yes, took place, erreicht,
        erledigt, gesprochen, stattgefunden, joint, fait, effectué, hablado, realizado, realizada, hecho, contestó,
        fatto, effettuato, risposto, gesproken, bereikt, gedaan, feito""",
    Outcome.NO_ANSWER: """
        no answer, not reached, unreachable, missed, missed call, busy, wrong number, no show, no reply, no response,
        nicht erreicht, keine antwort, besetzt, verpasst, pas de réponse, sans réponse, injoignable, occupé, absent,
        sin respuesta, no contesta, no contestó, ocupado, nessuna risposta, non risponde, occupato, geen antwoord,
        geen gehoor, niet bereikt, sem resposta, não atendeu""",
    Outcome.LEFT_MESSAGE: """
        left message, left a message, left voicemail, voicemail, left voice mail, voice mail, answering machine,
        mailbox, anrufbeantworter, nachricht hinterlassen, auf band gesprochen, message laissé, répondeur,
        messagerie, buzón de voz, dejé mensaje, mensaje dejado, segreteria, lasciato messaggio, messaggio lasciato,
        bericht achtergelaten, ingesproken, correio de voz, deixou mensagem, recado""",
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


def read_touchpoint_kind(text: str) -> TouchpointKind | None:
    """Return the way of talking that a word means, None if we do not know the word."""
    return _TALK_OF.get(fold(text))


def read_direction(text: str) -> Direction | None:
    """Return who started it, None if we do not know the word."""
    return _DIRECTION_OF.get(fold(text))


def read_outcome(text: str) -> Outcome | None:
    """Return whether it took place, None if we do not know the word."""
    return _OUTCOME_OF.get(fold(text))


def _split(listed: str) -> list[str]:
    return [fold(word) for word in listed.split(",")]


_STATUS_OF = {word: status for status, listed in _STATUS.items() for word in _split(listed)}
_TIER_OF = {word: tier for tier, listed in _TIER.items() for word in _split(listed)}
_KIND_OF = {word: kind for kind, listed in _KIND.items() for word in _split(listed)}
_TALK_OF = {word: kind for kind, listed in _TALK.items() for word in _split(listed)}
_DIRECTION_OF = {word: way for way, listed in _DIRECTION.items() for word in _split(listed)}
_OUTCOME_OF = {word: outcome for outcome, listed in _OUTCOME.items() for word in _split(listed)}
_NOS = frozenset(_split(_NO))
