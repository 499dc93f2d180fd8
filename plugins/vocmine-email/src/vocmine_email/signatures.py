"""Cut what follows the customer's words: closing and name, contact data, device, disclaimers.

Every rule reads short lines near the end of the text and asks for several signs at once: a
"Gracias." without a name after it, a phone number in a sentence or a lone name are text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vocmine.accents import without_accents
from vocmine_email.notices import without_notices
from vocmine_email.words import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_LINE = 400
_MAX_SIGNATURE_LINES = 14
_DEVICES = (
    r"iphone|ipad|ios|celular|m[oó]vil|telem[oó]vel|tel[eé]fono|smartphone|blackberry|android|galaxy"
    r"|samsung|huawei|xiaomi|redmi|moto|motorola|nokia|lg|oppo|vivo|honor|realme|oneplus|pixel|sony"
    r"|tecno|infinix|poco|dispositivo|device|mobile|phone|tablet|mac|macbook|computador|outlook"
    r"|correo|yahoo|gmail|e-?mail|mail|aol|proton|hotmail|zoho|app|windows|typeapp|bluemail|spark|thunderbird"
)
_DEVICE_TAIL = (
    rf"(?:,? (?:(?:con|de|da|do|para|with|for|on|en|via|vía|by) )?"
    rf"(?:(?-i:[A-Z0-9ÁÉÍÓÚÑ])[\w.+-]{{0,20}}|{_DEVICES})){{0,3}}"
    r"(?: secure e-?mail| seguro)?\W{0,3}(?:[<\[(][^\s()<>\[\]]{0,90}[>\])]?\W{0,3})?$"
)
"""A name, "con Outlook", a link, and no sentence."""
_DEVICE = re.compile(
    r"\W{0,6}(?:(?:enviado|sent) (?:desde|de|do|da|con|com|via|vía|from|with|a partir d[eo]|pelo"
    r"|a trav[eé]s de|atrav[eé]s do) "
    rf"(?:el |la |o |mi |meu |minha |my |un |tel[eé]fono |dispositivo ){{0,2}}(?:{_DEVICES})\b"
    r"|(?:obtener|obt[eé]n|obtenga|get|obter|obtenha|descarg(?:a|ar|ue)|baix(?:e|ar)) (?:el |o )?"
    rf"(?:outlook|bluemail|yahoo|spark|protonmail|proton mail)\b){_DEVICE_TAIL}",
    re.IGNORECASE,
)
_IMAGE = re.compile(
    r"\s*(?:\[(?:cid|image|imagen|imagem|logo)\b[^\]]{0,200}\]|<image\d+\.\w+>)\s*$"
)
_DECORATION = re.compile(r"[\s*_=~|.\u2014\u2013-]*$")
_CLOSING = re.compile(
    r"[\s*]*(?:(?:muy |muito |muchas |mil |con |un |uma? |os |nuestros |meus )?"
    r"(?:cordial(?:es|mente)?(?: saludos?)?|atentamente|atenciosamente|atte|att|at[et]e|saludos?"
    r"(?: cordial(?:es)?| a todos)?|gracias|abrazos?|abra[cç]os?|abs|obrigad[oa]s?|grat[oa]"
    r"|sinceramente|respetuosamente|respeitosamente|afectuosamente"
    r"|(?:kind |best |warm |with kind )?regards|best(?: wishes)?|sincerely(?: yours)?"
    r"|yours (?:sincerely|faithfully|truly)|thanks|thank you|many thanks|cheers|respectfully"
    r"|firma|quedo atent[oa]|quedamos atentos|fico no aguardo|cumprimentos)"
    r"(?: (?:y|e|and) (?:gracias|obrigad[oa]|thanks|saludos|quedo atent[oa]))?"
    r"(?: de antemano| desde ya| desde j[aá]| cordial| in advance| again)?)[\s,.;:!*]*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"[\s*]*(?:muchas |mil )?(?:gracias|obrigad[oa]|thanks?|thank you)", re.IGNORECASE
)
_CONTACT = re.compile(
    r"@[\w-]{1,60}\.|\bwww\.|https?://|(?<!\d)\(?\+?\d[\d ().-]{5,20}\d\b"
    r"|\b(?:tel|cel|m[oó]vil|celular|tel[eé]fono|telefone|phone|mobile|fax|pbx|ext|whatsapp|c\.?c\.?"
    r"|c[eé]dula|nit|cpf|cnpj|rut|dni|rfc|ruc)\b[ .:#°º]{0,4}[\d+(]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?;]\s|[?!]$|[¿¡]")
_NAME_PARTICLES = word_set("de del la las los da do dos das y e van von di and of the & al en a")
_WORDS_OF_SENTENCES = word_set(
    "no me mi que por se su un una es ya con para not my i you is não meu minha eu muy nada"
)


def split_signature(text: str, *, author: str = "") -> tuple[str, str]:
    """Divide a body without quotes into the customer's words and what follows them.

    Args:
        text: Plain text with `\\n` newlines.
        author: Display name of the sender: a last line with it is a signature.

    Returns:
        (words, signature), both without white space around them. The words may be empty.
    """
    lines = text.split("\n")
    kept, devices = _without_devices(lines)
    kept, removed = without_notices(kept, is_contact=_is_contact)
    removed += devices
    name = _name_words(author)
    cut = _delimiter(kept, name)
    if cut is None:
        cut = _closing(kept, name)
    if cut is None:
        cut = _author_block(kept, name)
    if cut is not None:
        kept, removed = kept[:cut], kept[cut:] + removed
    end = len(kept)
    while end and (_is_decoration(kept[end - 1]) or _is_image(kept[end - 1])):
        end -= 1
    return "\n".join(kept[:end]).strip(), "\n".join(kept[end:] + removed).strip()


def _without_devices(lines: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    removed: list[str] = []
    for line in lines:
        device = len(line) <= 160 and _DEVICE.match(line) and not _is_shouted(line)
        (removed if device else kept).append(line)
    return kept, removed


def _is_shouted(line: str) -> bool:
    """Whether a line is in capitals: they prove no name there. "ENVIADO DESDE MI IPHONE" goes."""
    return line.isupper() and len(line.split()) > 4


def _delimiter(lines: list[str], author: frozenset[str]) -> int | None:
    """The "-- " line (RFC 3676, 4.3), or a bare "--" with only name and contact data after it."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in filled[-3 * _MAX_SIGNATURE_LINES :]:
        if lines[at] == "-- ":
            return at
    last = filled[-_MAX_SIGNATURE_LINES - 1 :]
    for position, at in enumerate(last[:-1]):
        bare = lines[at].rstrip() in {"--", "---", "__", "\u2014"}
        after = [lines[later] for later in last[position + 1 :]]
        if bare and all(map(_is_signature_line, after)) and _tells_who(after, author):
            return at
    return None


def _closing(lines: list[str], author: frozenset[str]) -> int | None:
    """A line that only says goodbye, with nothing after it but name, title and contact data."""
    first = max(0, len(lines) - 3 * _MAX_SIGNATURE_LINES)
    for at in range(first, len(lines)):
        if len(lines[at]) > 60 or not _CLOSING.match(lines[at]):
            continue
        after = [line for line in lines[at + 1 :] if line.strip()]
        if not after or len(after) > _MAX_SIGNATURE_LINES:
            continue
        named = _is_signature_line(after[0]) or _is_author(after[0], author)
        # People thank and then go on in capitals: "Gracias / El Internet Sigue Fallando".
        if _THANKS.match(lines[at]) and not _tells_who(after, author):
            continue
        if named and all(
            _is_signature_line(line) or _CLOSING.match(line[:60]) for line in after[1:]
        ):
            before = "".join(lines[:at]).strip()
            # "Gracias, Ana" and nothing else is an answer, not a formula.
            return at if before or not _THANKS.match(lines[at]) else at + 1
    return None


def _author_block(lines: list[str], author: frozenset[str]) -> int | None:
    """The sender's own name on a line, with nothing but contact data after it."""
    if not author:
        return None
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in filled[-8:]:
        after = [lines[later] for later in filled if later > at]
        if _is_author(lines[at], author) and all(map(_is_signature_line, after)):
            return at
    return None


def _is_contact(lines: Sequence[str]) -> bool:
    """Whether lines are a name and contact data, and nothing else."""
    return all(map(_is_signature_line, lines)) and any(
        _CONTACT.search(line[:_MAX_LINE]) for line in lines
    )


def _tells_who(lines: list[str], author: frozenset[str]) -> bool:
    """Whether lines hold a word of the sender's name, or contact data."""
    return any(
        not author.isdisjoint(_name_words(line)) or _CONTACT.search(line[:_MAX_LINE])
        for line in lines
    )


def _is_author(line: str, author: frozenset[str]) -> bool:
    words = _name_words(line) if len(line) <= 80 else frozenset()
    return bool(words) and words <= author and (len(words) > 1 or len(author) == 1)


def _name_words(name: str) -> frozenset[str]:
    words = re.findall(r"[a-z]{2,}", without_accents(name[:200].casefold()))
    return frozenset(words) - _NAME_PARTICLES


def _is_signature_line(line: str) -> bool:
    """Name, title, company, address, phone, link, image: short, and not a sentence."""
    line = line.strip().strip("*_|\u2022- ")
    if not line or _is_image(line) or _is_decoration(line):
        return True
    if len(line) > 100:
        return False
    if _CONTACT.search(line):
        return len(re.findall(r"\b[a-zà-ÿ]{2,}\b", line)) <= 4
    words = [word for word in re.split(r"[\s,/|]+", line) if word]
    if len(words) > 9 or _SENTENCE.search(line):
        return False
    if line.isupper() and not _WORDS_OF_SENTENCES.isdisjoint(line.lower().split()):
        return False
    names = [word for word in words if word.lower() not in _NAME_PARTICLES and word[0].isalpha()]
    return bool(names) and all(word[0].isupper() for word in names)


def _is_decoration(line: str) -> bool:
    return len(line) <= _MAX_LINE and _DECORATION.fullmatch(line) is not None


def _is_image(line: str) -> bool:
    return len(line) <= _MAX_LINE and _IMAGE.match(line) is not None
