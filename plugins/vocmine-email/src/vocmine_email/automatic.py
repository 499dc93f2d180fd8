"""Mail that no customer wrote: bounces, receipts, automatic replies, invitations, sealed mail.

A machine's mark in the headers is not proof: help desks and mailing lists put one on what people
write. A message is left out when a second sign agrees (its subject, its words, an empty return
path); with the mark alone it is read, and carries the mark.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vocmine_email.quotes import split_quotes
from vocmine_email.words import word_set

if TYPE_CHECKING:
    from vocmine_email.mime import Part
    from vocmine_email.parts import Content

_BOUNCER = re.compile(r"(?:mailer-daemon|microsoftexchange[0-9a-f]{8,40})(?:@|$)", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"\W*(?:undeliver|mail delivery (?:failed|failure|subsystem)|delivery (?:status|failure)"
    r"|returned mail|failure notice|no se puede entregar|no se ha podido entregar|mensaje no "
    r"entregado|devoluci[oó]n de correo|error de entrega|n[aã]o foi poss[ií]vel entregar|mensagem "
    r"n[aã]o entregue|falha na entrega)",
    re.IGNORECASE,
)
# No "Re:" before it: that is a person who answers an automatic reply.
_AUTO_SUBJECT = re.compile(
    r"\W*(?:(?:respuesta|resposta) autom[aá]tica|auto-?respuesta|auto-?reply|automatic reply"
    r"|auto(?:matic)? response|autorespond\w+|out of (?:the )?office|fuera de (?:la )?oficina"
    r"|fora do escrit[oó]rio|aus[eê]ncia do escrit[oó]rio|ausencia de la oficina"
    r"|ausente de la oficina)"
    r"(?:\s*[:.;,(\[\u2013\u2014-]|\s*$|\s+(?:hasta|until|at[eé]|del|from|re|autoreply)\b)",
    re.IGNORECASE,
)
_AUTO_WORDS = re.compile(
    r"(?:est(?:e|a) (?:es )?(?:un |una |é uma )?"
    r"(?:mensaje|correo|respuesta|mensagem|resposta|e-?mail) (?:es |é |fue |foi )?"
    r"(?:generad[oa] |gerada |enviad[oa] )?autom[aá]tic"
    r"|this (?:is an? |message (?:was|is) |e-?mail (?:was|is) )(?:sent |generated )?automat"
    r"|(?:no|n[aã]o|do not|please do not|favor no|por favor,? no) (?:responda|responder|conteste"
    r"|reply)\b.{0,30}\b(?:est[ea]|this|a est)"
    r"|(?:estoy|estar[eé]|me encuentro|me encontrar[eé]|estou|estarei|i am|i'm|i will be)\b.{0,25}"
    r"(?:fuera de (?:la )?oficina|de vacaciones|en vacaciones|de f[eé]rias|fora do escrit[oó]rio"
    r"|de licencia|de licen[cç]a|out of (?:the |my )?office|on (?:vacation|holiday|leave)|ausente)"
    r"|(?:hemos|he) recibido (?:su|tu) (?:correo|mensaje|solicitud|comunicaci[oó]n|petici[oó]n)"
    r"|recebemos (?:o seu|seu|a sua|sua) (?:e-?mail|mensagem|solicita[cç][aã]o)"
    r"|we have received your|thank you for contacting|gracias por (?:contactar|comunicar|escribir)"
    r"|obrigad[oa] por (?:entrar em contato|escrever|nos contatar)"
    r"|acceso limitado (?:a mi|al) correo|limited access to (?:my )?e-?mail)",
    re.IGNORECASE | re.DOTALL,
)
_RECEIPT_SUBJECT = re.compile(
    r"\W*(?:le[ií]do|lida|lido|read|no le[ií]do|not read|n[aã]o lida|entregado|delivered|entregue"
    r"|confirmaci[oó]n de lectura|confirma[cç][aã]o de leitura|read receipt|delivery receipt"
    r"|acuse de (?:lectura|recibo))\s*:",
    re.IGNORECASE,
)
_DELIVERED = re.compile(rb"(?im)^action:[ \t]*(?:delivered|relayed|expanded)\b")
_REFUSED = re.compile(rb"(?im)^action:[ \t]*(?:failed|delayed)\b")
_ENCRYPTED_TYPES = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ARMOR = re.compile(r"\s*-----BEGIN PGP MESSAGE-----\n")
_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
_LOOKED_AT = 3000
"""Characters of a body in which an automatic answer says what it is."""
_OWN_LABELS = word_set(
    "sent drafts draft enviados enviado borradores borrador rascunhos rascunho enviadas"
) | {"sent mail", "sent items", "sent messages", "elementos enviados", "itens enviados"}
_INBOX_LABELS = frozenset(
    {"inbox", "recibidos", "bandeja de entrada", "caixa de entrada", "entrada"}
)


class Verdict(NamedTuple):
    """Whether a machine wrote a message.

    Args:
        reason: Code to skip it with; empty when it is to be read.
        detail: What says so.
        flag: The machine's mark on a message that is read all the same, as `Name: value`.
    """

    reason: str = ""
    detail: str = ""
    flag: str = ""


def judge(message: Part, content: Content, *, address: str, subject: str) -> Verdict:
    """Tell mail that nobody should analyse from mail of people.

    Args:
        message: Headers as the file has them.
        content: Its parts, already walked.
        address: Address of the sender.
        subject: Decoded subject.
    """
    if receipt := _receipt(message, content, subject):
        return Verdict("auto_reply", receipt)
    if _is_bounce(message, content, address, subject):
        return Verdict("bounce", subject)
    if content.invitation:
        return Verdict("calendar", subject)
    if sealed := _sealed(message, content):
        return Verdict("encrypted", sealed)
    return _auto_reply(message, content, subject)


def own_label(labels: list[str]) -> str:
    """The label that says the mailbox's owner wrote the message (Sent, Borradores…), or empty.

    Mail that is in the inbox too, such as what the owner sends to herself, is not the owner's.
    """
    found = {label.casefold(): label for label in labels}
    if _INBOX_LABELS.isdisjoint(found):
        return next((label for key, label in found.items() if key in _OWN_LABELS), "")
    return ""


def _receipt(message: Part, content: Content, subject: str) -> str:
    """`read receipt` or `delivery receipt`, or empty."""
    report = message.parameter("report-type").lower()
    types = content.types
    if report == "disposition-notification" or "message/disposition-notification" in types:
        return "read receipt"
    if message.kind() != "multipart/report" and "message/delivery-status" not in types:
        return ""
    if content.status and _DELIVERED.search(content.status) and not _REFUSED.search(content.status):
        return "delivery receipt"
    return "read receipt" if not content.status and _RECEIPT_SUBJECT.match(subject) else ""


def _is_bounce(message: Part, content: Content, address: str, subject: str) -> bool:
    kind = message.kind()
    if kind == "multipart/report" or "message/delivery-status" in content.types:
        return True
    if message["x-failed-recipients"] or _BOUNCER.match(address):
        return True
    system = _no_return(message) or address.lower().startswith("postmaster")
    return system and _BOUNCE_SUBJECT.match(subject) is not None


def _no_return(message: Part) -> bool:
    """Whether answers to it are unwanted (RFC 5321, 4.5.5): a machine sent it."""
    return (message["return-path"] or "").strip() == "<>"


def _sealed(message: Part, content: Content) -> str:
    """How a message is closed to whoever has no key; empty when it is open."""
    kinds = set(content.types)
    if kinds & _ENCRYPTED_TYPES or _ARMOR.match(content.text):
        return "PGP"
    # A signature in its own part (multipart/signed) leaves the words open; one around them, not.
    sealed = kinds & _SMIME_TYPES and not content.text.strip()
    return "S/MIME" if sealed else ""


def _auto_reply(message: Part, content: Content, subject: str) -> Verdict:
    mark = _mark(message)
    if _AUTO_SUBJECT.match(subject):
        return Verdict("auto_reply", mark or f"Subject: {subject[:80]}")
    if not mark:
        return Verdict()
    bulk = mark.startswith("Precedence") and message["list-unsubscribe"]
    if bulk or _no_return(message):
        return Verdict("auto_reply", mark)
    # What a person answers may quote an automatic message.
    own = split_quotes(content.text[:_LOOKED_AT]).own
    return Verdict("auto_reply", mark) if _AUTO_WORDS.search(own) else Verdict(flag=mark)


def _mark(message: Part) -> str:
    """The header that says a machine sent it, as `Name: value`; empty when none does."""
    submitted = (message["auto-submitted"] or "").strip().lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted[:60]}"
    for name in _AUTO_HEADERS:
        value = (message[name] or "").strip()
        if value and value.lower() not in {"no", "false"}:
            return f"{name}: {value[:60]}"
    precedence = (message["precedence"] or "").strip().lower()
    # "list" stays: a company's contact address is often a mailing list that customers write to.
    if precedence in {"auto_reply", "auto-reply", "bulk", "junk"}:
        return f"Precedence: {precedence}"
    return ""
