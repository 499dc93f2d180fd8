"""Tell the customer's words from the mail they answer or forward: Spanish, Portuguese, English.

Works on lines, and every pattern is tried on lines of bounded length only, so that the time is
linear in the text. A rule cuts only with proof beyond its key word (a date with a time, an
address, several header labels together): "El asesor me escribió:" and "De: Bogotá" are text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from vocmine_email.words import next_words, word_set

Kind = Literal["none", "quote", "history", "forward"]

_MAX_LINE = 600
_ORIGINAL = (
    r"mensaje original|mensagem original|original message|mensaje citado|original appointment"
)
_FORWARD = (
    r"mensaje reenviado|forwarded message|mensagem encaminhada|mensagem reencaminhada"
    r"|mensaje remitido"
)
_SEPARATOR = re.compile(
    rf"[\s*]*[-_\u2014\u2013]{{2,}}\s*(?:(?P<original>{_ORIGINAL})|(?P<forward>{_FORWARD}))"
    r"(?: (?:de|from|by)\b.{0,80})?\s*[-_\u2014\u2013]{2,}[\s*]*$",
    re.IGNORECASE,
)
_FORWARD_INTRODUCTION = re.compile(
    r"\s*(?:inicio del mensaje reenviado|begin forwarded message|comienzo del mensaje reenviado"
    r"|in[ií]cio da mensagem (?:re)?encaminhada)\s*:\s*$",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(
    r"[\s#*_-]*(?:por favor,? )?(?:(?:escrib|respond)\w+ .{0,40}(?:por encima|arriba) de est[ae] "
    r"l[ií]nea|(?:please )?(?:type your )?reply above this line"
    r"|(?:escrev|respond|digit)\w+ .{0,40}acima desta linha)[\s#*_.-]*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\s_=*\u2014\u2013-]{5,}$")

_LABELS = {
    "from": "de|from|remitente|remetente",
    "sent": "enviado el|enviado em|enviado|enviada em|enviada el|enviada|sent",
    "date": "fecha|data|date",
    "to": "para|to",
    "cc": "cc|cco|bcc",
    "subject": "asunto|assunto|subject",
    "other": "responder a|reply-to|importancia|importância|importance|datos adjuntos|adjuntos"
    "|attachments|anexos|prioridad",
}
_GROUP_OF = {label: group for group, labels in _LABELS.items() for label in labels.split("|")}
_ANY_LABEL = "|".join(sorted(_GROUP_OF, key=len, reverse=True))
_HEADER_LINE = re.compile(rf"[\s*_>]{{0,12}}({_ANY_LABEL})[*_\s]{{0,4}}:", re.IGNORECASE)
_INLINE_LABEL = re.compile(rf"(?:^|(?<=[\s*;,>]))({_ANY_LABEL})\*?\s?:(?=[\s*])", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.")
_WHOLE_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,63}){1,6}")
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s<>@]{1,120}[>\])\s]*$")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_DATE = re.compile(
    r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b"
    r"|\b(?:ene|feb|fev|mar|abr|apr|may|mai|jun|jul|ago|aug|sep|set|oct|out|nov|dic|dez|dec|jan)"
    r"[a-zç]{0,8}\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:escribi[oó]|escreveu|wrote)\b", re.IGNORECASE)
_DATE_FIRST = re.compile(r"(?:El|En|Em|No dia|On|A|Às)\s", re.IGNORECASE)
_BARE_GMAIL = re.compile(
    r"\d{4}-\d\d-\d\d \d{1,2}:\d\d .{0,120}<[^<>\s]{1,120}@[^<>\s]{1,120}>:\s*$"
)
_QUOTING = re.compile(r"(?:Citando|Quoting)\s.{0,160}@.{0,120}:\s*$", re.IGNORECASE)
_DASHED = re.compile(r"-{3,} ?(.{10,400}[^-\s]) ?-{3,}\s*$")
_NOT_A_NAME = word_set(
    "el la los las un una unos unas mi su tu me nos le les te se lo que no ya también usted "
    "ustedes él ella quien o os as um uma meu minha seu sua ele ela você vocês não quem já "
    "também the a an my your his her their our he she they we you i who agent also never then"
)
_MERIDIEM = re.compile(r"^\s*[ap]\.?\s?m\b\.?", re.IGNORECASE)
_AFTER_DATE = re.compile(r"[,\d)]")


@dataclass(frozen=True, slots=True)
class Split:
    """A body divided.

    Args:
        own: The writer's words, without white space around them.
        quoted: Everything else, in order, without white space around it.
        history: The part of `quoted` that starts at a header block or separator and runs to the
            end; may be a forwarded message.
        kind: `forward` when a separator says so, `history` for the header block or separator of
            a reply (or of a forward: Outlook writes both alike), `quote` for `>` or "… wrote:".
    """

    own: str
    quoted: str = ""
    history: str = ""
    kind: Kind = "none"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A forwarded message: who wrote it (as its header says), its header and its body."""

    author: str
    header: str
    body: str


def split_quotes(text: str, *, sender: str = "") -> Split:
    """Divide a plain-text body with `\\n` newlines into the writer's words and the rest.

    Text below a quote marked with `>` is kept (bottom posting, answers between the lines); below
    an unmarked one everything is the earlier mail. `sender` is the writer's address: a letter
    that begins with "De:" and that address is not the mail of somebody else.
    """
    lines = text.split("\n")
    attributions = _attributions(lines)
    own: list[str] = []
    quoted: list[str] = []
    kind: Kind = "none"
    at = 0
    while at < len(lines):
        found = _history_kind(lines, at, sender.lower())
        if found != "none":
            return _cut(lines, at, own, quoted, found)
        end = attributions.get(at)
        if end is not None:
            following = next_words(lines, end + 1)
            if not _is_quoted(lines, following):
                return _cut(lines, at, own, quoted, "quote")
            quoted += lines[at:following]
            at, kind = following, "quote"
        elif _is_quoted(lines, at):
            quoted.append(lines[at])
            at, kind = at + 1, "quote"
        else:
            own.append(lines[at])
            at += 1
    if kind == "none":
        return Split(text.strip())
    return Split(_join(own), "\n".join(quoted).strip(), kind=kind)


def forwarded_body(history: str) -> Forwarded | None:
    """Header and body of the message at the start of `Split.history`; None without a header."""
    lines = history.split("\n")
    words = [line for line in lines if line.strip()]
    # Apple Mail quotes what it forwards.
    if len(words) > 1 and all(line.startswith(">") for line in words[1:]):
        lines = [re.sub(r"^> ?", "", line) for line in lines]
    for at in range(min(len(lines), 12)):
        end = _header_block(lines, at)
        if end is not None:
            header = "\n".join(lines[:end])
            return Forwarded(
                _from_value(lines[at:end]), header.strip(), "\n".join(lines[end:]).strip()
            )
    return None


def _cut(lines: list[str], at: int, own: list[str], quoted: list[str], kind: Kind) -> Split:
    # The rule that Outlook draws above its header block belongs to the block.
    end = len(own)
    while end and (not own[end - 1].strip() or _RULE.match(own[end - 1])):
        end -= 1
    history = "\n".join(lines[at:]).strip()
    rest = "\n".join([*quoted, *own[end:], history]).strip()
    return Split(_join(own[:end]), rest, history if kind != "quote" else "", kind)


def _join(lines: list[str]) -> str:
    return "\n".join(lines).strip()


def _is_quoted(lines: list[str], at: int) -> bool:
    """Whether a line is quoted with `>`; a lone ">3 días" is how people write "more than"."""
    if at >= len(lines) or not lines[at].startswith(">"):
        return False
    words = lines[at][1:].lstrip()
    if not words[:1].isdigit() and not words.startswith("$"):
        return True
    before = at > 0 and lines[at - 1].startswith(">")
    after = at + 1 < len(lines) and lines[at + 1].startswith(">")
    return before or after


def _history_kind(lines: list[str], at: int, sender: str) -> Kind:
    line = lines[at]
    if not line or len(line) > _MAX_LINE or line.isspace():
        return "none"
    first = line.lstrip(" \t*")[:1]
    if first in "-_\u2014\u2013" and (found := _SEPARATOR.match(line)):
        return "forward" if found["forward"] else "history"
    if _FORWARD_INTRODUCTION.match(line):
        return "forward"
    if _REPLY_ABOVE.match(line):
        return "history"
    if first != ">" and (end := _header_block(lines, at)) is not None:
        return "history" if _is_proven(lines[at:end], sender) else "none"
    return "none"


def _header_block(lines: list[str], at: int) -> int | None:
    """One past the last line of the header block that starts at `at`; None when none does."""
    if len(lines[at]) > _MAX_LINE or not _HEADER_LINE.match(lines[at]):
        return None
    seen: set[str] = set()
    proof = False
    end = position = at
    while position < len(lines) and position - at < 40:
        line = lines[position][:_MAX_LINE]
        groups = _groups(line)
        if seen & groups:
            break
        if groups:
            seen |= groups
        elif not _continues(lines, position):
            break
        if line.strip():
            proof = proof or bool(_ADDRESS.search(line) or _TIME.search(line))
            end = position + 1
        position += 1
    mail = seen & {"sent", "date", "to", "cc", "subject"}
    return end if "from" in seen and len(mail) >= 2 and (proof or "sent" in seen) else None


def _is_proven(block: list[str], sender: str) -> bool:
    """Whether labels without a separator above them are a mail's: letters and tickets have some.

    Mail programs begin with who wrote it and always say when. The proof is somebody else's
    address, or the time of day together with a subject.
    """
    found = _HEADER_LINE.match(block[0][:_MAX_LINE])
    if found is None or _group_of(found[1]) != "from":
        return False
    groups = [_groups(line) for line in block]
    seen = set().union(*groups)
    if not seen & {"sent", "date"}:
        return False
    address = _WHOLE_ADDRESS.search(_from_value(block))
    if address and address[0].lower() != sender:
        return True
    timed = any(
        _TIME.search(line[:_MAX_LINE])
        for line, labels in zip(block, groups, strict=True)
        if labels & {"sent", "date"}
    )
    return timed and "subject" in seen


def _groups(line: str) -> set[str]:
    """Header labels of a line: of its start and, if that is one, of the rest of the line."""
    line = line[:_MAX_LINE]
    first = _HEADER_LINE.match(line)
    if first is None:
        return set()
    found = {_group_of(first[1])}
    # A header block flattened to one line by an HTML converter.
    if "@" in line or len(line) > 40:
        found |= {_group_of(label) for label in _INLINE_LABEL.findall(line)}
    return found


def _group_of(label: str) -> str:
    # Ignoring case, a pattern also takes letters such as "ı" that no lower-casing gives back.
    return _GROUP_OF.get(label.casefold(), "other")


def _continues(lines: list[str], at: int) -> bool:
    """Whether a line without label is inside the block: more recipients, or an empty line."""
    if not lines[at].strip():
        return at + 1 < len(lines) and bool(_groups(lines[at + 1]))
    line, above = lines[at][:_MAX_LINE], lines[at - 1][:_MAX_LINE].rstrip() if at else ""
    return line[:1] in " \t" or above.endswith((";", ",")) or ("@" in line and len(line) < 200)


def _from_value(lines: list[str]) -> str:
    for line in lines:
        found = _HEADER_LINE.match(line[:_MAX_LINE])
        if found and _group_of(found[1]) == "from":
            value = line[found.end() : _MAX_LINE]
            later = _INLINE_LABEL.search(value)
            return (value[: later.start()] if later else value).strip(" *\t")
    return ""


def _attributions(lines: list[str]) -> dict[int, int]:
    """First to last line of every "El … escribió:", which may wrap over several lines."""
    found: dict[int, int] = {}
    for at, line in enumerate(lines):
        if len(line) > _MAX_LINE or not line.rstrip().endswith((":", "---")):
            continue
        if line.startswith("---"):
            if (dashed := _DASHED.match(line)) and _is_dated_attribution(dashed[1], quoted=False):
                found[at] = at
            continue
        stripped = line.strip()
        if _BARE_GMAIL.match(stripped) or _QUOTING.match(stripped):
            found[at] = at
            continue
        quoted = _is_quoted(lines, next_words(lines, at + 1))
        starts = _possible_starts(lines, at)
        # "(<x@y.co>) escribió:" alone may be the end of an "El lun, 3 mar…" that wrapped.
        for form in (_is_dated_attribution, _is_named_attribution):
            start = next((s for s, words in starts if form(words, quoted=quoted)), None)
            if start is not None:
                found[start] = at
                break
    return found


def _possible_starts(lines: list[str], at: int) -> list[tuple[int, str]]:
    """(line, words from it to `at` on one line) for `at` and up to three lines above it."""
    near = " ".join(line[:_MAX_LINE] for line in lines[max(0, at - 3) : at + 1])
    if not _VERB.search(near) or not (_ADDRESS.search(near) or _DATE.search(near)):
        return []
    starts = []
    for start in range(at, max(-1, at - 4), -1):
        line = lines[start]
        if not line.strip() or len(line) > _MAX_LINE or line[0] == ">":
            break
        starts.append((start, " ".join(part.strip() for part in lines[start : at + 1])))
    return starts


def _is_dated_attribution(words: str, *, quoted: bool) -> bool:
    """`El lun, 3 mar 2025 a las 10:12, Ana <a@x.co> escribió:`."""
    before, after = _around_verb(words)
    if after or not _DATE_FIRST.match(words) or not _ends_with_name(before):
        return False
    address = _ADDRESS.search(words) is not None
    dated = _DATE.search(words) is not None
    timed = _TIME.search(words) is not None
    return (address and (dated or quoted)) or (dated and (timed or quoted))


def _is_named_attribution(words: str, *, quoted: bool) -> bool:
    """`Ana <a@x.co> escribió el lun, 3 mar 2025 10:12:`, or without the date above a quote."""
    before, after = _around_verb(words)
    if not _ends_with_name(before) or len(before.split()) > 8:
        return False
    address = _ADDRESS.search(words) is not None
    if not after:
        return quoted and address
    dated = _DATE.search(words) is not None and _TIME.search(words) is not None
    return dated and (address or before.istitle())


def _around_verb(words: str) -> tuple[str, str]:
    """What stands before and after the last "escribió" of a line that ends with a colon."""
    verbs = list(_VERB.finditer(words))
    if not verbs:
        return "", ""
    return words[: verbs[-1].start()].strip(" *_"), words[verbs[-1].end() :].strip(" *_:")


def _ends_with_name(before: str) -> bool:
    """Whether the words before the verb end with a name, as attributions do."""
    if _ENDS_WITH_ADDRESS.search(before[-300:]):
        return True
    words = _MERIDIEM.sub("", _AFTER_DATE.split(before.rstrip("<>()[] "))[-1]).split()
    if not words:
        return False
    last = words[-1].strip("\"'*_<>")
    known = {words[0].lower(), last.lower()} & _NOT_A_NAME
    return not known and last[:1].isupper()
