"""Find legal notices, banners for mail from outside and footers, which nobody wrote.

Only the paragraphs of the notice itself are taken. A paragraph in which somebody speaks of
themselves or asks for something stays, whatever else it says: people complain about what was
confidential, and losing that is worse than leaving a notice in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vocmine_email.voice import is_personal
from vocmine_email.words import next_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MAX_LINE = 400
_MAX_PARAGRAPH_LINES = 40
_MAX_NOTICES = 300
"""Lines that begin like a legal notice and are looked into: mail holds a few."""
_LAW = (
    r"(?:de acuerdo con|en cumplimiento de|conforme a) (?:la|lo dispuesto en la) ley\b"
    r"|(?:de acordo|em conformidade) com a (?:lgpd|lei)\b"
)
_NOTICE = re.compile(
    r"\W{0,6}(?:aviso legal|aviso de (?:confidenciali|privaci)dad|aviso de confidencialidade"
    r"|(?:nota|cl[aá]usula) de confidencialidade?|confidencialidad:"
    r"|(?:est[ea]|el presente|la presente|o presente|a presente) "
    r"(?:mensaje|correo|e-?mail|comunicaci[oó]n|mensagem|transmisi[oó]n)\b"
    rf"|{_LAW}"
    r"|(?:if you (?:are not the (?:intended|named)|have received this)|si usted no es el"
    r" (?:destinatario|receptor)|se voc[eê] n[aã]o [eé] o destinat[aá]rio)"
    r"|(?:la|a) (?:informaci[oó]n|informa[cç][aã]o) (?:contenida|contida|transmitida|incluida)"
    r"|el contenido de este (?:mensaje|correo)|o conte[uú]do dest[ea] (?:mensagem|e-?mail)"
    r"|the (?:information|contents?) (?:contained )?(?:in|of) this"
    r"|this (?:e-?mail|message|communication)\b|confidentiality notice|legal notice|disclaimer)",
    re.IGNORECASE,
)
_NOTICE_CORE = re.compile(
    r"confiden[ct]ia|privileg|destinatari|intended (?:recipient|solely|only)|addressee",
    re.IGNORECASE,
)
_BEGINS_WITH_LAW = re.compile(rf"\W{{0,6}}(?:{_LAW})", re.IGNORECASE)
_SPEAKS_OF_ITSELF = re.compile(
    r"\b(?:d|n)?est[ea] (?:mensaje|correo|e-?mail|mensagem)\b|destinat[aá]ri", re.IGNORECASE
)
_NOTICE_PROOFS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"confiden[ct]ia",
        r"privileg",
        r"destinatari|recipient|addressee|dirigid[oa]|individual or entity|a quien va",
        r"uso exclusivo|exclusive use|intended solely|reservad[ao]|restrict",
        r"no autorizad|n[aã]o autorizad|unauthori[sz]ed|prohibid|proibid",
        r"elim[ií]n|b[oó]rr|delet|apag|destruy|notif|por error|por engano|in error|equivocaci",
        r"anexos|adjunt|attach",
        r"1581 de 2012|13\.709|lgpd|habeas data|protecci[oó]n de datos|prote[cç][aã]o de dados",
    )
)
_BANNER = re.compile(
    r"\W{0,6}(?:caution|external|precauci[oó]n|externo|atenci[oó]n|aten[cç][aã]o)\b", re.I
)
_BANNER_PROOF = re.compile(
    r"originated (?:from )?outside|outside (?:of )?(?:the|your) organi"
    r"|fuera de (?:la|su) organizaci|fora da (?:sua )?organiza"
    r"|remitente externo|remetente externo|external sender",
    re.IGNORECASE,
)
_BANNER_MORE = re.compile(
    r"\b(?:clic\w*|enlaces?|links?|adjuntos?|attachments?|anexos?|remitente|remetente|sender)\b",
    re.I,
)
_OF_MAIL = re.compile(
    r"correo|e-?mail|mensaje|message|mensage|remitente|remetente|sender", re.IGNORECASE
)
_WRAPPED = 60
"""A line as long as this may go on in the next one."""
_FOOTER = re.compile(
    r"\W{0,6}(?:(?P<paper>antes de imprimir|before printing|(?:please )?consider the environment"
    r"|pi[eé]nse en el medio ambiente|pense no meio ambiente)"
    r"|(?:libre de virus|livre de v[ií]rus|virus-free)[\s.:]{0,4}"
    r"(?:$|www\.|https?:|[<\[(]|avast|avg)"
    r"|este correo (?:electr[oó]nico )?ha sido (?:comprobado|analizado)\b.{0,80}\bvirus)",
    re.IGNORECASE,
)
_NATURE = re.compile(
    r"\b(?:papel|paper|[aá]rbol(?:es)?|[aá]rvores?|trees?|ambient[ea]l?|ambiente|environment|planeta?)\b",
    re.I,
)
_CARE = re.compile(
    r"\b(?:piens|pens[ea]|consid[ei]|think|necesari|necess[aá]ri|necessary|cuid|prote[gcj]|respons"
    r"|compromet|compromiso|ahorr|evit|salv|sav[ei]|reduz|reduc)",
    re.IGNORECASE,
)
_NOTICE_START = re.compile(
    "|".join(start.pattern.replace("?P<paper>", "?:") for start in (_NOTICE, _BANNER, _FOOTER)),
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\W{0,6}(?:aviso legal|aviso de (?:confidenciali|privaci)dad|aviso de confidencialidade"
    r"|(?:nota|cl[aá]usula) de confidencialidade?|confidencialidad|confidentiality notice"
    r"|legal notice|disclaimer)\W{0,6}$",
    re.IGNORECASE,
)
_MAX_TAIL = 30
"""Lines after a notice among which a company's name and address are looked for."""


def without_notices(
    lines: list[str], *, is_contact: Callable[[Sequence[str]], bool]
) -> tuple[list[str], list[str]]:
    """Take legal notices, banners of a mail server and footers away, and nothing else.

    Args:
        lines: Of a body without quotes.
        is_contact: Whether lines are a company's name and address and nothing else: those go
            with a notice above them.

    Returns:
        (lines kept, lines taken), each in order.
    """
    kept: list[str] = []
    taken: list[str] = []
    at = tried = 0
    while at < len(lines):
        starts = tried < _MAX_NOTICES and _NOTICE_START.match(lines[at][:_MAX_LINE]) is not None
        tried += starts
        end = _notice_end(lines, at) if starts else None
        if end is None:
            kept.append(lines[at])
            at += 1
            continue
        if _NOTICE.match(lines[at][:_MAX_LINE]):
            end = _tail_end(lines, end, is_contact)
        taken += lines[at:end]
        at = end
        while at < len(lines) and (not kept or not kept[-1].strip()) and not lines[at].strip():
            at += 1
    return kept, taken


def _notice_end(lines: list[str], at: int) -> int | None:
    """One past the legal notice, banner or footer that starts at a line; None when none does."""
    line = lines[at][:_MAX_LINE]
    end = _paragraph_end(lines, at)
    if _FOOTER.match(line):
        return _footer_end(lines, at, end)
    if _BANNER.match(line):
        return _banner_end(lines, at, end)
    if not _NOTICE.match(line):
        return None
    # A line that only goes on with the sentence above it begins nothing.
    if line[:1].islower() and at and lines[at - 1].strip():
        return None
    if end - at == 1 and _TITLE.match(line):  # its proof is below
        end = _paragraph_end(lines, next_words(lines, end))
    words = _words(lines, at, end)
    # Customers invoke the law on data too; only a notice speaks of the mail that it stands in.
    if _BEGINS_WITH_LAW.match(line) and not _SPEAKS_OF_ITSELF.search(words):
        return None
    # One sign is not proof: customers write "este mensaje" and "mis datos" too. They complain
    # about what was confidential as well, but in the first person.
    proven = _proofs(words) >= 2 and _NOTICE_CORE.search(words)
    return _proven_end(lines, at, end) if proven and not is_personal(words) else None


def _proven_end(lines: list[str], at: int, end: int) -> int:
    """The end of the last sentence with a sign of a notice: prose may follow without a gap."""
    last = end
    while last > at + 1 and not _proofs(lines[last - 1][:_MAX_LINE]):
        last -= 1
    while last < end and _goes_on(lines[last - 1]):
        last += 1
    return last


def _goes_on(line: str) -> bool:
    return len(line) > _WRAPPED and line.rstrip()[-1:] not in ".!"


def _banner_end(lines: list[str], at: int, end: int) -> int | None:
    """What the mail server put above the words; these may follow without an empty line."""
    for last in range(at, end):
        words = _words(lines, at, last + 1)
        if not _BANNER_PROOF.search(words):
            continue
        if not _OF_MAIL.search(words) or is_personal(words):
            return None
        last += 1
        while last < end and (
            _BANNER_MORE.search(lines[last][:_MAX_LINE]) or _goes_on(lines[last - 1])
        ):
            if is_personal(lines[last][:_MAX_LINE]):
                break
            last += 1
        return last
    return None


def _footer_end(lines: list[str], at: int, end: int) -> int | None:
    """The advice not to print, which may wrap, or the line of an antivirus."""
    found = _FOOTER.match(lines[at][:_MAX_LINE])
    if found is None or not found["paper"]:
        return None if is_personal(lines[at][:_MAX_LINE]) else at + 1
    for last in range(at + 1, min(end, at + 3) + 1):
        words = _words(lines, at, last)
        if is_personal(words) or len(words) > _MAX_LINE:
            return None
        if _NATURE.search(words) and _CARE.search(words):
            return last
    return None


def _tail_end(lines: list[str], at: int, is_contact: Callable[[Sequence[str]], bool]) -> int:
    """One past what belongs to a notice below its first paragraph: more of it, an address."""
    while at < len(lines):
        start = next_words(lines, at)
        end = _paragraph_end(lines, start)
        words = _words(lines, start, end)
        if _proofs(words) < 2 or is_personal(words):
            break
        at = end
    rest = [line for line in lines[at : at + _MAX_TAIL + 1] if line.strip()]
    return len(lines) if len(lines) - at <= _MAX_TAIL and is_contact(rest) else at


def _proofs(words: str) -> int:
    return sum(1 for proof in _NOTICE_PROOFS if proof.search(words))


def _words(lines: list[str], start: int, end: int) -> str:
    return " ".join(line[:_MAX_LINE] for line in lines[start:end])[:4000]


def _paragraph_end(lines: list[str], at: int) -> int:
    last = min(len(lines), at + _MAX_PARAGRAPH_LINES)
    while at < last and lines[at].strip():
        at += 1
    return at
