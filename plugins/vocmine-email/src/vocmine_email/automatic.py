"""Mail that no customer wrote: bounces, automatic replies, invitations, the owner's own mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vocmine_email.words import word_set

if TYPE_CHECKING:
    from email.message import Message

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
_OWN_LABELS = word_set(
    "sent drafts draft enviados enviado borradores borrador rascunhos rascunho enviadas"
) | {"sent mail", "sent items", "sent messages", "elementos enviados", "itens enviados"}
_INBOX_LABELS = frozenset(
    {"inbox", "recibidos", "bandeja de entrada", "caixa de entrada", "entrada"}
)


def skip_reason(
    message: Message, content: Content, *, address: str, subject: str
) -> tuple[str, str]:
    """Why nobody should analyse a message: (reason code, detail), both empty when it is mail.

    Args:
        message: Headers as the file has them.
        content: Its parts, already walked.
        address: Address of the sender.
        subject: Decoded subject.
    """
    report = str(message.get_param("report-type") or "").lower()
    if report == "disposition-notification":
        return "auto_reply", "read receipt"
    if _is_bounce(message, content, address, subject):
        return "bounce", subject
    if content.invitation:
        return "calendar", subject
    sign = _auto_reply_sign(message, subject)
    return ("auto_reply", sign) if sign else ("", "")


def own_label(labels: list[str]) -> str:
    """The label that says the mailbox's owner wrote the message (Sent, Borradores…), or empty.

    Mail that is in the inbox too, such as what the owner sends to herself, is not the owner's.
    """
    found = {label.casefold(): label for label in labels}
    if _INBOX_LABELS.isdisjoint(found):
        return next((label for key, label in found.items() if key in _OWN_LABELS), "")
    return ""


def _is_bounce(message: Message, content: Content, address: str, subject: str) -> bool:
    kind = message.get_content_type()
    if kind == "multipart/report" or "message/delivery-status" in content.types:
        return True
    if message["x-failed-recipients"] or _BOUNCER.match(address):
        return True
    no_return = (message["return-path"] or "").strip() == "<>"
    system = no_return or address.lower().startswith("postmaster")
    return system and _BOUNCE_SUBJECT.match(subject) is not None


def _auto_reply_sign(message: Message, subject: str) -> str:
    """The header that says a machine answered, as `Name: value`; empty when none does."""
    submitted = (message["auto-submitted"] or "").strip().lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted[:60]}"
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply"):
        value = (message[name] or "").strip()
        if value and value.lower() not in {"no", "false"}:
            return f"{name}: {value[:60]}"
    precedence = (message["precedence"] or "").strip().lower()
    # "list" stays: a company's contact address is often a mailing list that customers write to.
    if precedence in {"auto_reply", "auto-reply", "bulk", "junk"}:
        return f"Precedence: {precedence}"
    return f"Subject: {subject[:80]}" if _AUTO_SUBJECT.match(subject) else ""
