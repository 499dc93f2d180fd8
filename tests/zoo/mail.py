"""Mail: mailboxes, single messages, and what of them the customer wrote."""

from __future__ import annotations

from .animals import Animal, Aside, Expected, Said
from .mail_quotes import QUOTED
from .writing import zipped

DATE = "Tue, 04 Mar 2025 10:12:00 -0500"
AT = "2025-03-04T10:12:00-05:00"


def mail(subject: str, body: str, *, number: int = 1, sender: str = "Ana Ruiz <ana@example.com>",
         kind: str = "text/plain; charset=utf-8", encoding: str = "utf-8", date: str = DATE,
         more: str = "") -> bytes:  # fmt: skip
    """One message as bytes, with its headers in the usual order."""
    head = (
        f"From: {sender}\nTo: servicio@empresa.example\nDate: {date}\n"
        f"Message-ID: <m{number}@example.com>\nSubject: {subject}\nMIME-Version: 1.0\n{more}"
        f"Content-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return head.encode() + body.encode(encoding)


def mbox(*messages: bytes) -> bytes:
    """Messages one after another, each behind a `From ` line."""
    return b"".join(
        b"From ana@example.com Tue Mar  4 15:12:00 2025\n" + message.rstrip(b"\n") + b"\n\n"
        for message in messages
    )


HEATER = (
    "Buenos días:\n\nEl calentador que me instalaron el lunes ya no prende.\n"
    "From aquí no me muevo hasta que venga el técnico; llevo dos días sin agua caliente."
)
STORE = "Comprei uma geladeira e veio com a porta amassada. Quero a troca."
_PLAIN = [
    mail("Calentador", HEATER.replace("\nFrom ", "\n>From ")),
    mail("Geladeira amassada", STORE, number=2, sender="João <joao@example.com>"),
]
_PLAIN_SAID = (
    Said(HEATER, "*m1@example.com*", AT, None, "email", title="Calentador"),
    Said(STORE, "*m2@example.com*", AT, None, "email", title="Geladeira amassada"),
)


def _gmail(message: bytes, number: int, labels: str) -> bytes:
    head = (
        f"From 17238533049402841{number:02d}@xxx Tue Mar 04 15:12:00 +0000 2025\n"
        f"X-GM-THRID: 17238533049402841{number:02d}\nX-Gmail-Labels: {labels}\n"
    )
    return head.encode() + message.rstrip(b"\n") + b"\n\n"


_CHAT = (
    b"From 1723853304940284199@xxx Tue Mar 04 15:12:00 +0000 2025\n"
    b"X-GM-THRID: 1723853304940284199\nX-Gmail-Labels: Chat\n"
    b"MIME-Version: 1.0\nContent-Type: text/plain\n\nok\n\n"
)
_TAKEOUT = b"".join([
    _gmail(_PLAIN[0], 1, "Recibidos,Importante,\n =?UTF-8?Q?Categor=C3=ADa:_Promociones?="),
    _gmail(mail("Re: Calentador", "Con gusto revisamos su caso.", number=2,
                sender="Servicio <servicio@empresa.example>"), 2, "Enviados"),
    _CHAT,
    _gmail(_PLAIN[1], 3, "=?UTF-8?Q?Recibidos,Le=C3=ADdos?="),
])  # fmt: skip

_LATIN = mail(
    "=?iso-8859-1?Q?Reclamaci=F3n_por_cobro_=28a=F1o_2025=29?=",
    "Señores: me cobraron el año completo y sólo usé un mes. ¿Cómo pido la devolución?",
    kind="text/plain; charset=iso-8859-1", encoding="latin-1",
    sender="=?iso-8859-1?Q?Mar=EDa_Nu=F1ez?= <maria@example.com>",
)  # fmt: skip
_NO_CHARSET = mail("Sin charset", "La línea está ocupada todo el día; ¡atiendan!",
                   kind="text/plain", encoding="cp1252")  # fmt: skip
_HTML = mail(
    "Pedido 881",
    "<html><head><style>p{color:red}</style></head><body><p>Hola,</p><p>el pedido <b>881</b> lleg"
    "&oacute; incompleto:<br>faltan 2 cajas &amp; la factura.</p><img src='https://x.example/p.png'>"
    "</body></html>",
    kind="text/html; charset=utf-8",
)  # fmt: skip
_BOTH = mail(
    "Dos versiones",
    '--b1\nContent-Type: multipart/alternative; boundary="b0"\n\n'
    "--b0\nContent-Type: text/plain; charset=utf-8\n\nNo me sirve el bono.\n"
    "--b0\nContent-Type: text/html; charset=utf-8\n\n<p>No me sirve el <i>bono</i>.</p>\n--b0--\n"
    '--b1\nContent-Type: application/pdf; name="factura.pdf"\n'
    'Content-Disposition: attachment; filename="factura.pdf"\n\n%PDF-1.4\n--b1--\n',
    kind='multipart/mixed; boundary="b1"',
)  # fmt: skip
_INVITATION = mail(
    "Invitación: seguimiento",
    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Seguimiento\nEND:VEVENT\nEND:VCALENDAR\n",
    kind='text/calendar; method=REQUEST; charset="utf-8"',
)  # fmt: skip
_BOUNCE = mail(
    "Undelivered Mail Returned to Sender",
    "--b2\nContent-Type: text/plain\n\nThis is the mail system.\n--b2\n"
    "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@example.com\n"
    "Action: failed\n\n--b2--\n",
    sender="Mail Delivery System <MAILER-DAEMON@example.com>",
    kind='multipart/report; report-type=delivery-status; boundary="b2"',
)  # fmt: skip
_AWAY = mail("Respuesta automática: Su PQR", "Estaré de vacaciones hasta el lunes.",
             more="Auto-Submitted: auto-replied\n")  # fmt: skip
_SILENT = mail("(sin asunto)", "\n\n")
_CUT = mail(
    "Cortado", "--b3\nContent-Type: text/plain; charset=utf-8\n\nEl recibo no cuadra, revísenlo.\n",
    kind='multipart/mixed; boundary="b3"',
)  # fmt: skip


def _one(message: bytes, file: str, name: str, *records: Expected, kind: str = "eml") -> Animal:
    return Animal(file, lambda: message, records, source="email", kind=kind, named=("eml",),
                  name=name)  # fmt: skip


_QUOTED_ANIMALS = tuple(
    _one(mail(subject, body), file, name, Said(
        said, "*m1@example.com*", AT, None, "email", context=context, absent=absent,
        flow=file == "entre_lineas.eml",
    ))
    for file, name, subject, body, said, context, absent in QUOTED
)  # fmt: skip
_FOLDER = {
    "cur/1741101120.M1.host:2,S": _PLAIN[0].replace(b"\n>From ", b"\nFrom "),
    "new/1741101121.M2.host": _PLAIN[1],
    "tmp/": b"",
}

ANIMALS = (
    Animal("buzon.mbox", lambda: mbox(*_PLAIN), _PLAIN_SAID, source="email", kind="mbox",
           named=("mbox",), name="mbox"),
    Animal("Todo el correo, incluido Spam y Papelera", lambda: _TAKEOUT, (
        _PLAIN_SAID[0], Aside("no_customer_text"), Aside("not_email"), _PLAIN_SAID[1],
    ), source="email", kind="mbox", named=("Takeout",),
        name="Gmail Takeout with labels in Spanish, a chat and a sent message"),
    _one(_LATIN, "reclamo.eml", "Latin-1 with a subject and a name in RFC 2047", Said(
        "Señores: me cobraron el año completo y sólo usé un mes. ¿Cómo pido la devolución?",
        "*m1@example.com*", AT, None, "email", title="Reclamación por cobro (año 2025)",
    )),
    _one(_NO_CHARSET, "sin_charset.txt", "No charset, Windows-1252 bytes", Said(
        "La línea está ocupada todo el día; ¡atiendan!", at=AT)),
    _one(_HTML, "solo_html.eml", "HTML only", Said(
        "Hola, el pedido 881 llegó incompleto: faltan 2 cajas & la factura.", at=AT, flow=True)),
    _one(_BOTH, "adjunto.eml", "Text, HTML and an attachment, which is not opened", Said(
        "No me sirve el bono.", at=AT, kept=("factura.pdf",))),
    _one(_INVITATION, "invitacion.eml", "A calendar invitation", Aside("calendar")),
    _one(_BOUNCE, "rebote.eml", "A bounce", Aside("bounce")),
    _one(_AWAY, "vacaciones.eml", "An automatic reply", Aside("auto_reply")),
    _one(_SILENT, "vacio.eml", "Mail without words", Aside("empty_text|no_customer_text")),
    _one(_CUT, "cortado.eml", "A multipart that is cut short", Said(
        "El recibo no cuadra, revísenlo.", at=AT)),
    *_QUOTED_ANIMALS,
    Animal("Maildir", lambda: dict(_FOLDER), _PLAIN_SAID, source="email", kind="maildir",
           named=("Maildir",), name="A Maildir folder"),
    Animal("correos.zip",
           lambda: zipped({"correos/1.eml": _LATIN, "correos/2.mbox": mbox(_PLAIN[1])}), (
        Said("Señores: me cobraron el año completo y sólo usé un mes. ¿Cómo pido la devolución?",
             "*m1@example.com*", AT),
        _PLAIN_SAID[1],
    ), source="email", kind="compressed", name="Mails in a zip"),
)  # fmt: skip
