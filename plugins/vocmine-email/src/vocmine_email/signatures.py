"""Cut what follows the customer's words: closing and name, contact data, device, disclaimers.

Every rule reads short lines near the end of the text and asks for several signs at once: a
"Gracias." without a name after it, a phone number in a sentence or a lone name are text.
"""

from __future__ import annotations

import re
import unicodedata

from vocmine_email.words import word_set

_MAX_LINE = 400
_MAX_SIGNATURE_LINES = 14
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
_FOOTER = re.compile(
    r"\W{0,6}(?:antes de imprimir|before printing|(?:please )?consider the environment"
    r"|piense en el medio|libre de virus|livre de v[ií]rus|virus-free"
    r"|este correo (?:electr[oó]nico )?ha sido "
    r"(?:comprobado|analizado)).{0,200}$",
    re.IGNORECASE,
)
_NOTICE_START = re.compile(
    "|".join(start.pattern for start in (_NOTICE, _BANNER, _FOOTER)), re.IGNORECASE
)
_DEVICES = (
    r"iphone|ipad|ios|celular|m[oó]vil|telem[oó]vel|tel[eé]fono|smartphone|blackberry|android|galaxy"
    r"|samsung|huawei|xiaomi|redmi|moto|motorola|nokia|lg|oppo|vivo|honor|realme|oneplus|pixel|sony"
    r"|tecno|infinix|poco|dispositivo|device|mobile|phone|tablet|mac|macbook|computador|outlook"
    r"|correo|yahoo|gmail|e-?mail|mail|aol|proton|hotmail|zoho|app|windows|typeapp|bluemail|spark|thunderbird"
)
_DEVICE = re.compile(
    r"\W{0,6}(?:(?:enviado|sent) (?:desde|de|do|da|con|com|via|vía|from|with|a partir d[eo]|pelo"
    r"|a trav[eé]s de|atrav[eé]s do) "
    rf"(?:el |la |o |mi |meu |minha |my |un |tel[eé]fono |dispositivo ){{0,2}}(?:{_DEVICES})\b"
    r".{0,90}"
    r"|(?:obtener|obt[eé]n|obtenga|get|obter|obtenha|descarg(?:a|ar|ue)|baix(?:e|ar)) (?:el |o )?"
    r"(?:outlook|bluemail|yahoo|spark|protonmail|proton mail)\b(?: [^\W_]{1,15}){0,3}\W{0,3}"
    r"(?:[<\[(].{0,90})?)$",
    re.IGNORECASE,
)
_DEVICE_SENTENCE = re.compile(
    r"[.!?]\s+\w|,\s+(?:y|pero|e|mas|and|but|el|la|que|o)\s", re.IGNORECASE
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
    kept, removed = _without_devices(lines)
    kept, removed = _without_notices(kept, removed)
    cut = _delimiter(kept)
    if cut is None:
        cut = _closing(kept, _name_words(author))
    if cut is None:
        cut = _author_block(kept, _name_words(author))
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
        device = len(line) <= 160 and _DEVICE.match(line) and not _DEVICE_SENTENCE.search(line)
        (removed if device else kept).append(line)
    return kept, removed


def _without_notices(lines: list[str], removed: list[str]) -> tuple[list[str], list[str]]:
    """Take a legal notice and what follows it away; one above the words goes alone (a banner)."""
    at = tried = 0
    while at < len(lines) and tried < _MAX_NOTICES:
        starts = _NOTICE_START.match(lines[at][:_MAX_LINE]) is not None
        tried += starts
        end = _notice_end(lines, at) if starts else None
        if end is None:
            at += 1
        elif "".join(lines[:at]).strip(" *_-"):
            return lines[:at], lines[at:] + removed
        else:
            lines, removed = lines[end:], lines[:end] + removed
            at = 0
    return lines, removed


def _notice_end(lines: list[str], at: int) -> int | None:
    """One past the legal notice, banner or footer that starts at a line; None when none does."""
    line = lines[at][:_MAX_LINE]
    if _FOOTER.match(line):
        return at + 1
    banner = _BANNER.match(line)
    if not banner and not _NOTICE.match(line):
        return None
    end = _paragraph_end(lines, at)
    if end - at == 1 and len(line.strip()) < 60:  # a title: its proof is below
        end = _paragraph_end(lines, _next_words(lines, end))
    words = " ".join(lines[at:end])[:4000]
    if banner:
        return end if _BANNER_PROOF.search(words) else None
    # Customers invoke the law on data too; only a notice speaks of the mail that it stands in.
    if _BEGINS_WITH_LAW.match(line) and not _SPEAKS_OF_ITSELF.search(words):
        return None
    # One sign is not proof: customers write "este mensaje" and "mis datos" too.
    proofs = sum(1 for proof in _NOTICE_PROOFS if proof.search(words))
    return end if proofs >= 2 and _NOTICE_CORE.search(words) else None


def _paragraph_end(lines: list[str], at: int) -> int:
    last = min(len(lines), at + _MAX_PARAGRAPH_LINES)
    while at < last and lines[at].strip():
        at += 1
    return at


def _next_words(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _delimiter(lines: list[str]) -> int | None:
    """The "-- " line (RFC 3676, 4.3), or a bare "--" with only name and contact data after it."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in filled[-3 * _MAX_SIGNATURE_LINES :]:
        if lines[at] == "-- ":
            return at
    last = filled[-_MAX_SIGNATURE_LINES - 1 :]
    for position, at in enumerate(last[:-1]):
        bare = lines[at].rstrip() in {"--", "---", "__", "\u2014"}
        if bare and all(_is_signature_line(lines[after]) for after in last[position + 1 :]):
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


def _is_author(line: str, author: frozenset[str]) -> bool:
    words = _name_words(line) if len(line) <= 80 else frozenset()
    return bool(words) and words <= author and (len(words) > 1 or len(author) == 1)


def _name_words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name[:200].casefold())
    words = re.findall(r"[a-z]{2,}", "".join(c for c in plain if not unicodedata.combining(c)))
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
