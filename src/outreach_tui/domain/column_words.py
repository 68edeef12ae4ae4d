"""The words that head columns in people's lists, by kind of list and field, in seven languages.

English, German, French, Spanish, Italian, Dutch, Portuguese. Case, accents, blanks and punctuation do not matter.
Words that mean several things ("Land" is a country in German and Dutch, "Estado" a region in Spanish and
Portuguese) stand where they are most often right; the report of an import shows what was taken for what.
"""

_COMPANY = """
    company, company name, customer, customer name, client, client name, account, account name, organization,
    organisation, organization name, organisation name, business, business name, associated company,
    firma, firmenname, kunde, kundenname, unternehmen,
    société, nom de la société, entreprise, nom du client, raison sociale,
    empresa, nombre de la empresa, nombre del cliente, razón social, cliente,
    azienda, società, nome cliente, ragione sociale,
    bedrijf, bedrijfsnaam, klant, klantnaam, organisatie,
    nome da empresa, nome do cliente, razão social"""
_ANY_NAME = "name, full name, display name, nom, nombre, nome, naam, nom complet, nombre completo"
_CUSTOMER_ID = """
    customer id, customer no, customer number, customer code, client id, client no, client number, client code,
    account id, account no, account number, account code, company id, organization id, external id, crm id,
    kundennummer, kunden nr, kunden id, kd nr, debitor, debitorennummer,
    numéro client, numéro de client, n client, no client, code client, id client,
    número de cliente, código de cliente, código cliente, id cliente,
    numero cliente, codice cliente, klantnummer, klant nr, klant id, klantcode, debiteurnummer,
    número do cliente, código do cliente"""
_PERSON = """
    contact, contact name, contact person, contact full name, primary contact, main contact, person, person name,
    ansprechpartner, ansprechpartnerin, ansprechperson, kontakt, kontaktperson,
    interlocuteur, personne de contact, nom du contact, contacto, persona de contacto, nombre de contacto,
    contatto, referente, persona di contatto, contactpersoon, contato, pessoa de contato, pessoa de contacto"""
_PERSON_ID = "contact id, person id, kontakt id"
_PERSON_FIELDS = {
    "first_name": """
        first name, given name, forename, vorname, prénom, nombre de pila, nome proprio, voornaam, primeiro nome""",
    "middle_name": """
        middle name, zweiter vorname, deuxième prénom, segundo nombre, secondo nome, tweede naam, nome do meio""",
    "last_name": """
        last name, surname, family name, nachname, familienname, zuname, nom de famille, apellido, apellidos,
        cognome, achternaam, sobrenome, apelido""",
    "role": """
        title, job title, contact title, organization title, role, position, function, job,
        titel, funktion, rolle, berufsbezeichnung, fonction, poste, titre, cargo, puesto, función,
        ruolo, funzione, qualifica, functie, functietitel, rol, função""",
    "phone": """
        phone, phone number, telephone, telephone number, tel, tel no, main phone, work phone, office phone,
        person phone, phone 1 value, telefon, telefonnummer, tel nr, rufnummer, téléphone, numéro de téléphone,
        teléfono, número de teléfono, telefono, numero di telefono, telefoon, telefoonnummer, telefone""",
    "contact_phone": """
        mobile, mobile phone, mobile number, cell, cell phone, contact phone, direct phone, direct line,
        handy, mobil, mobiltelefon, mobilnummer, durchwahl, portable, téléphone portable, móvil, celular,
        cellulare, mobiel, telemóvel""",
    "email": """
        e-mail, e-mail address, mail, person email, e-mail 1 value, e-mail-adresse, mailadresse,
        courriel, adresse e-mail, adresse électronique, correo, correo electrónico, posta elettronica,
        indirizzo e-mail, e-mailadres, correio eletrônico, endereço de e-mail""",
    "contact_email": "contact e-mail, contact e-mail address, e-mail ansprechpartner",
}
_OWNER = """
    owner, account owner, account manager, contact owner, sales rep, sales representative, salesperson,
    assigned to, responsible, relationship manager, betreuer, betreuerin, kundenbetreuer, kundenbetreuerin,
    verantwortlich, zuständig, responsable, chargé de compte, chargé de clientèle, propriétaire, commercial,
    responsable de cuenta, propietario, comercial, responsabile, proprietario, accountmanager, eigenaar,
    verantwoordelijke, responsável, gestor de conta, proprietário"""

STRONG: dict[str, dict[str, str]] = {
    "customers": {
        "external_id": _CUSTOMER_ID,
        "name": _COMPANY,
        "contact": _PERSON,
        **_PERSON_FIELDS,
        "address": """
            address, street, street address, address line 1, address 1, adresse, anschrift, straße,
            straße und hausnummer, straße hausnummer, straße nr, rue, dirección, calle, domicilio, indirizzo, via,
            adres, straat, endereço, morada, rua""",
        "city": """
            city, town, ort, stadt, wohnort, ville, commune, ciudad, población, localidad, città, comune, località,
            stad, plaats, woonplaats, cidade, localidade""",
        "region": """
            region, state, province, state province, state region, county, bundesland, kanton, canton, région,
            département, provincia, estado, comunidad autónoma, regione, provincie, regio, região, distrito""",
        "postal_code": """
            postal code, postcode, zip, zip code, zip postal code, post code, plz, postleitzahl, code postal,
            código postal, codice postale, cap, cep""",
        "country": "country, country name, country code, land, staat, pays, país, paese, nazione, nation",
        "website": """
            website, web, url, homepage, web page, internet, webseite, internetseite, site web, site internet,
            sitio web, página web, sito, sito web, site, domain""",
        "industry": """
            industry, sector, vertical, line of business, branche, industrie, wirtschaftszweig, secteur,
            secteur d'activité, industria, settore, setor, bedrijfstak""",
        "owner": _OWNER,
        "tier": """
            tier, customer tier, vip, segment, customer segment, class, customer class, abc, abc class, klasse,
            kundenklasse, abc-klasse, kundensegment, segmento, classe, klantklasse""",
        "status": "status, customer status, account status, kundenstatus, statut, estado del cliente, klantstatus",
        "tags": "tags, tag, labels, schlagworte, stichwörter, étiquettes, etiquetas, etichette, trefwoorden",
        "customer_since": """
            customer since, client since, since, kunde seit, seit, client depuis, depuis, cliente desde, desde,
            cliente dal, cliente da, klant sinds, sinds""",
        "renewal_on": """
            renewal, renewal date, next renewal, contract end, contract end date, contract renewal, verlängerung,
            verlängerungsdatum, vertragsende, vertragsverlängerung, renouvellement, date de renouvellement,
            fin de contrat, renovación, fecha de renovación, rinnovo, data di rinnovo, verlenging,
            verlengingsdatum, renovação, data de renovação""",
        "last_contact_on": """
            last contact, last contacted, last contact date, last contact on, last call, last spoken, last spoke,
            letzter kontakt, letzter anruf, zuletzt kontaktiert, dernier contact, dernier appel,
            último contacto, última llamada, ultimo contatto, laatste contact, último contato""",
    },
    "contacts": {
        "external_id": _PERSON_ID,
        "name": _PERSON,
        "customer": _COMPANY,
        "customer_id": _CUSTOMER_ID,
        **_PERSON_FIELDS,
        "owner": _OWNER,
        "language": "language, preferred language, sprache, langue, idioma, lingua, taal, língua",
    },
    "purchases": {
        "external_id": """
            order id, order no, order number, order, invoice id, invoice no, invoice number, purchase id,
            purchase no, transaction id, document no, document number, receipt number,
            bestellnummer, bestell nr, bestellung, auftragsnummer, auftrags nr, auftrag, rechnungsnummer,
            rechnungs nr, belegnummer, beleg nr, numéro de commande, commande, numéro de facture,
            número de pedido, pedido, número de factura, numero ordine, ordine, numero fattura,
            ordernummer, bestelnummer, factuurnummer, número do pedido, número da fatura""",
        "customer": _COMPANY
        + ", sold to, bill to, buyer, käufer, acheteur, comprador, acquirente, koper",
        "customer_id": _CUSTOMER_ID,
        "date": """
            date, order date, purchase date, invoice date, transaction date, ordered on, purchased on, bought on, on,
            datum, bestelldatum, auftragsdatum, rechnungsdatum, kaufdatum, belegdatum,
            date de commande, date de facture, date d'achat, fecha, fecha de pedido, fecha de compra,
            fecha de factura, data, data ordine, data fattura, data acquisto, orderdatum, besteldatum,
            factuurdatum, data do pedido, data da compra, data da fatura""",
        "amount": """
            amount, total, order total, invoice total, total amount, order amount, value, order value, net amount,
            gross amount, price, sum, betrag, gesamtbetrag, summe, gesamt, nettobetrag, bruttobetrag, wert,
            rechnungsbetrag, preis, montant, montant total, total ttc, total ht, prix, importe, importe total,
            monto, valor, importo, totale, valore, bedrag, totaal, totaalbedrag, valor total, quantia""",
        "currency": "currency, currency code, währung, devise, moneda, divisa, valuta, munt, moeda",
        "kind": """
            kind, type, purchase type, order type, document type, art, typ, belegart, type d'achat, tipo, soort""",
    },
    "touchpoints": {
        "external_id": "activity id, call id, touchpoint id, interaction id, event id",
        "customer": _COMPANY,
        "customer_id": _CUSTOMER_ID,
        "contact": _PERSON + ", with, spoke with, spoke to, gesprächspartner",
        "date": """
            date, day, on, at, when, activity date, call date, visit date, date of contact, contact date, datum, tag,
            gesprächsdatum, besuchsdatum, kontaktdatum, date de contact, date d'appel, date de visite, jour, fecha,
            fecha de contacto, fecha de llamada, fecha de visita, data, data contatto, data chiamata, data visita,
            contactdatum, data do contato, data da visita""",
        "kind": """
            kind, type, channel, activity, activity type, contact type, touchpoint, art, kanal, typ, aktivität,
            kontaktart, type de contact, canal, activité, tipo, tipo de contacto, actividad, canale, attività,
            tipo di contatto, soort, kanaal, activiteit, type contact, tipo de contato, atividade""",
        "direction": "direction, in out, richtung, sens, dirección de la llamada, direzione, richting, direção",
        "outcome": """
            outcome, result, call outcome, call result, disposition, ergebnis, resultat, résultat, resultado, esito,
            risultato, resultaat, uitkomst""",
        "note": """
            note, notes, comment, comments, description, details, summary, text, minutes of the meeting, remark,
            remarks, subject, notiz, notizen, bemerkung, bemerkungen, kommentar, gesprächsnotiz, betreff, inhalt,
            remarque, remarques, commentaire, commentaires, compte rendu, objet, nota, notas, comentario, comentarios,
            observaciones, asunto, note della chiamata, osservazioni, commento, oggetto, notitie, notities,
            opmerking, opmerkingen, onderwerp, observações, comentário, assunto""",
        "owner": _OWNER + ", by, by whom, member, who, durch, von, par, por, da, door, user",
    },
}
"""Words that leave no doubt, by kind of list and field."""

WEAK: dict[str, dict[str, str]] = {
    "customers": {"external_id": "id, record id", "name": _ANY_NAME},
    "contacts": {"external_id": "id, record id", "name": _ANY_NAME},
    "purchases": {
        "external_id": "id, record id",
        "customer": _ANY_NAME,
        "date": "created, created at",
    },
    "touchpoints": {"external_id": "id, record id", "customer": _ANY_NAME},
}
"""Words that count if no column says it better."""

SAYS_PERSON = f"{_PERSON_ID}, person name"
"""Headers that only a list of people has."""

LAST_RESORT: dict[str, dict[str, str]] = {"customers": {"contact": _ANY_NAME}}
"""A plain name beside a company is a person's."""

PREFIXES = (
    *("billing", "mailing", "primary", "main", "company", "business"),
    *("account", "organization", "office"),
)
"""May stand before a word: "Billing City"."""
