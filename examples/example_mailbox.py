"""A support mailbox as mail clients write it: encodings, HTML, quotes, signatures, robots."""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import datetime, timedelta, timezone
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import IO, Any

Entry = dict[str, Any]
Mail = MIMEMultipart | MIMENonMultipart
SECTORS = {"internet", "telecom", "mobile", "fixed", "paytv"}
CHANNELS = {"email", "web_form", "ticket", "call", "whatsapp", "review", "survey"}
WANTED = 116
SHORTEST = 45
BOGOTA = timezone(timedelta(hours=-5))
FIRST, DAYS = datetime(2026, 3, 2, 8, tzinfo=BOGOTA), 250
WEEKDAYS = "lun mar mié jue vie sáb dom".split()
MONTHS = "ene feb mar abr may jun jul ago sept oct nov dic".split()
LONG_MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()


def write_mailbox(path: Path, corpus: list[Entry], material: Entry, chance: random.Random) -> int:
    """Write the mbox; returns its number of messages."""
    chosen = [
        entry
        for entry in corpus
        if entry["sector"] in SECTORS
        and entry["channel"] in CHANNELS
        and entry["country"] != "ES"
        and len(entry["text"]) >= SHORTEST
        and not re.search(r"[@#]\w", entry["text"])
        # Customers who talk to each other do not write to the company.
        and not (entry["channel"] == "review" and entry["id"].startswith(("pld", "mix")))
    ]
    chosen.sort(key=lambda entry: (entry["channel"] in {"review", "survey"}, entry["id"]))
    minutes = sorted(chance.randint(0, DAYS * 1440) for _ in range(WANTED + 4))
    moments = [FIRST + timedelta(minutes=minute) for minute in minutes]
    entries = chosen[:WANTED]
    chance.shuffle(entries)
    robots = [_bounce, _out_of_office, _bounce, _out_of_office]
    count = 0
    with path.open("wb") as stream:
        for number, moment in enumerate(moments):
            if number % 30 == 17 and robots:
                mail = robots.pop()(number, moment, material, chance)
            elif entries:
                mail = _customer(number, moment, entries.pop(), material, chance)
            else:
                break
            count += 1
            _append(stream, mail, moment)
    return count


def _append(stream: IO[bytes], mail: Mail, moment: datetime) -> None:
    sender = str(mail["From"]).partition("<")[2].rstrip(">")
    stream.write(f"From {sender} {moment:%a %b %d %H:%M:%S %Y}\n".encode("ascii"))
    body = mail.as_bytes().rstrip(b"\n")
    stream.write(re.sub(rb"(?m)^(>*From )", rb">\1", body) + b"\n\n")


def _customer(
    number: int, moment: datetime, entry: Entry, material: Entry, chance: random.Random
) -> Mail:
    box = material["mailbox"]
    name, address = _person(material["people"], box, chance)
    greeting = chance.choice(box["greetings"])
    signature = chance.choice(box["signatures"]).format(name=name)
    body = "\n\n".join(part for part in (greeting, entry["text"], signature) if part)
    if chance.random() < 0.12:
        body += f"\n\n{box['disclaimer']}"
    reply = chance.random() < 0.3
    if reply:
        body += "\n\n" + _quoted(moment, box, chance)
    friction = entry["insights"][0]["friction"] if entry["insights"] else "none"
    subject = box["subjects"].get(friction, box["subjects"]["other"])
    if reply:
        subject = f"{chance.choice(['Re: ', 'RE: ', 'Rv: '])}{subject}"
    mail = _body(number, body, chance)
    if reply:
        mail["In-Reply-To"] = f"<respuesta-{number}@fibrasur.example>"
    return _headers(mail, number, moment, (name, address), box, subject)


def _headers(
    mail: Mail, number: int, moment: datetime, sender: tuple[str, str], box: Entry, subject: str
) -> Mail:
    name, address = sender
    mail["From"] = f"{_word(name)} <{address}>"
    mail["To"] = box["address"]
    mail["Subject"] = _word(subject)
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = f"<{number:04d}.{moment:%Y%m%d%H%M}@{address.partition('@')[2]}>"
    return mail


def _word(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def _body(number: int, body: str, chance: random.Random) -> Mail:
    """The body as different clients send it."""
    style = chance.choice(["plain", "plain", "latin1", "base64", "both", "both", "html"])
    if style == "plain":
        return _text(body, "plain", "utf-8", QP)
    if style == "latin1":
        return _text(_latin1(body), "plain", "iso-8859-1", QP)
    if style == "base64":
        return _text(body, "plain", "utf-8", BASE64)
    if style == "html":
        return _text(_html(body), "html", "utf-8", QP)
    mail = MIMEMultipart("alternative", boundary=f"=_parte_{number:04d}")
    mail.attach(_text(body, "plain", "utf-8", QP))
    mail.attach(_text(_html(body), "html", "utf-8", QP))
    return mail


def _text(body: str, kind: str, encoding: str, transfer: int) -> MIMENonMultipart:
    charset = Charset(encoding)
    charset.body_encoding = transfer
    part = MIMENonMultipart("text", kind, charset=encoding)
    part.set_payload(body, charset)
    return part


def _html(body: str) -> str:
    text, mark, quoted = body.partition("\n\nEl ")
    paragraphs = "".join(
        f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n")
    )
    if mark:
        header, _, lines = f"El {quoted}".partition("\n\n")
        answer = escape(re.sub(r"(?m)^> ?", "", lines)).replace("\n", "<br>")
        paragraphs += (
            f'<div class="gmail_quote"><div class="gmail_attr">{escape(header)}<br></div>'
            f'<blockquote class="gmail_quote">{answer}</blockquote></div>'
        )
    style = "<style>p{margin:0 0 1em;font-family:Calibri}</style>"
    return f"<html><head>{style}</head><body>{paragraphs}</body></html>"


def _quoted(moment: datetime, box: Entry, chance: random.Random) -> str:
    """The company's earlier answer, below, as each client quotes it."""
    before = moment - timedelta(days=chance.randint(1, 6), minutes=chance.randint(0, 500))
    agent, answer = chance.choice(box["agents"]), chance.choice(box["answers"])
    marked = "\n".join(f"> {line}" for line in answer.split("\n"))
    style = chance.randint(0, 3)
    day, month = WEEKDAYS[before.weekday()], MONTHS[before.month - 1]
    clock = f"{before:%H:%M}"
    if style <= 1:
        when = f"El {day}, {before.day} {month} {before.year} a las {clock}"
        header = f"{when}, {agent} (<{box['address']}>) escribió:"
        return f"{header}\n\n{marked}"
    if style == 2:
        long = LONG_MONTHS[before.month - 1]
        return (
            f"________________________________\nDe: {agent} <{box['address']}>\n"
            f"Enviado: {before.day} de {long} de {before.year} {clock}\n"
            f"Para: cliente\nAsunto: Su solicitud\n\n{answer}"
        )
    return (
        f"-----Mensaje original-----\nDe: {agent} [mailto:{box['address']}]\n"
        f"Enviado el: {before:%d/%m/%Y} {clock}\nAsunto: Su solicitud\n\n{answer}"
    )


def _bounce(number: int, moment: datetime, material: Entry, chance: random.Random) -> Mail:
    box = material["mailbox"]
    _, address = _person(material["people"], box, chance)
    mail = MIMEMultipart("report", boundary=f"=_rebote_{number:04d}")
    mail.set_param("report-type", "delivery-status")
    note = f"No se pudo entregar su mensaje a {address}: el buzón no existe (550 5.1.1)."
    mail.attach(_text(note, "plain", "utf-8", QP))
    status = MIMENonMultipart("message", "delivery-status")
    server, recipient = Message(), Message()
    server["Reporting-MTA"] = "dns; correo.example"
    recipient["Final-Recipient"] = f"rfc822; {address}"
    recipient["Action"], recipient["Status"] = "failed", "5.1.1"
    status.set_payload([server, recipient])
    mail.attach(status)
    mail["Auto-Submitted"] = "auto-replied"
    mail["Return-Path"] = "<>"
    sender = ("Mail Delivery Subsystem", "mailer-daemon@correo.example")
    return _headers(mail, number, moment, sender, box, "Entrega fallida: Su solicitud")


def _out_of_office(number: int, moment: datetime, material: Entry, chance: random.Random) -> Mail:
    box = material["mailbox"]
    name, address = _person(material["people"], box, chance)
    back = moment + timedelta(days=9)
    body = (
        f"Gracias por su mensaje. Estaré fuera de la oficina hasta el {back.day} de "
        f"{LONG_MONTHS[back.month - 1]} y no podré leerlo antes.\n\n{name}"
    )
    mail = _text(body, "plain", "utf-8", QP)
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    subject = "Respuesta automática: Su solicitud"
    return _headers(mail, number, moment, (name, address), box, subject)


def _person(people: Entry, box: Entry, chance: random.Random) -> tuple[str, str]:
    first, last = chance.choice(people["first"]), chance.choice(people["last"])
    bare = unicodedata.normalize("NFKD", f"{first.split()[0]}.{last}").encode("ascii", "ignore")
    user = bare.decode().lower() + (str(chance.randint(1, 99)) if chance.random() < 0.4 else "")
    return f"{first} {last}", f"{user}@{chance.choice(box['domains'])}"


def _latin1(text: str) -> str:
    return text.encode("latin-1", "ignore").decode("latin-1")
