"""Where a text tells of being passed on: "me remiten a la oficina, la oficina a la web".

Careful patterns over single clauses, in Spanish, Portuguese and English. Some verbs pass people on
and hardly mean anything else (`remitir`, `transferir`, `derivar`); others do so among much else
(`mandar`, `pasar`, `enviar`), and count only where something else tells of a hand-off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine.journey.areas import area_at, area_before
from vocmine.journey.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.spans import Span

_WHOM = r"\b(?:se\s+)?(?:me|nos|te|le|les|lo|la|los|las|o|a|vos)\s+"
_AUX = r"(?:(?:ha|han|habian|vuelven?\s+a|volvio\s+a|volvieron\s+a|ficam|ficaram|estao|estan)\s+)?"
_AR = r"(?:a|an|o|aron|aba|aban|ado|ada|ados|adas|ando|am|aram|ou|avam)"
_STRONG = (
    rf"(?:(?:deriv|redireccion|direccion|traslad|canaliz|rebot|pelote){_AR}"
    r"|remit(?:e|en|io|ieron|ia|ian|iendo|ido|ida|idos)"
    r"|transf(?:ier|er|ir)(?:e|en|io|ieron|ia|ian|iendo|indo|ido|ida|idos|em|iu|iram|iam|ir)"
    r"|redirig(?:e|en|io|ieron|ido|ida)|redirecion(?:a|am|ou|aram)|direcion(?:a|am|ou|aram))"
)
_WEAK = (
    rf"(?:(?:pas|mand|envi|regres|comunic|encaminh|jog|empurr|manda){_AR}"
    r"|dirig(?:e|en|io|ieron)|devuelv(?:e|en)|devolvi(?:o|eron)|tiran|tiraron)"
)
_AGAIN = (
    r"(?:\s+(?:otra\s+vez|de\s+nuevo|nuevamente|de\s+vuelta|siempre|directo|directamente|ahora|"
    r"la\s+llamada|mi\s+llamada|mi\s+caso|el\s+caso|de\s+novo|de\s+volta|falar))?"
)
_TO = r"\s+(?:para|hacia|hasta|pra|con|com|pa|al|a|pro|pros|ao|aos)\b"
_STRONG_VERB = re.compile(rf"{_WHOM}{_AUX}(?P<verb>{_STRONG})\b{_AGAIN}(?P<to>{_TO})?")
_WEAK_VERB = re.compile(rf"(?P<whom>{_WHOM})?{_AUX}\b(?P<verb>{_WEAK})\b{_AGAIN}(?P<to>{_TO})")
_PASSIVE = re.compile(
    r"\b(?:fui|fue|fuimos|fueron|foi|fomos|es|soy|sido|sou|was|were|been|being|got)\s+(?P<verb>"
    r"(?:remitid|trasladad|transferid|derivad|redirigid|redirecionad|redireccionad)[oa]s?|"
    r"transferred|redirected|bounced|passed)\b(?:\s+(?:back|over|on|around|y\s+\w+|varias\s+veces))?"
    r"(?P<to>\s+(?:para|pra|al|a|ao|to|from)\b)?"
)
_ENGLISH = re.compile(
    r"\b(?P<verb>transferred|transfers?|bounced?|bouncing|passed|passing|redirected|redirects?|"
    r"referred|sent|sends|sending)\s+(?:me|us|him|her|my\s+(?:call|case)|the\s+case)\b"
    r"(?:\s+(?:back|over|on|again))?(?P<to>\s+(?:to|between|around|from)\b)?"
)
_IDIOM = re.compile(
    r"\b(?:mand\w+|ten\w+|tien\w+|tra\w+|pas[aeo]n?|pasando|envi\w+|rebot\w+|and\w+|llev\w+|"
    r"jog\w+|transf\w+)\s+(?:\w+\s+){0,2}"
    r"(?:de|para)\s+(?:una?|uno|um)\s+(?:\w+\s+)?(?:a|para|pa|en|pra|pro|e|y)\s+(?:el\s+|o\s+)?"
    r"(?:otr[oa]|outro)\b"
    r"|\bde\s+(?P<same>area|oficina|asesor|sede|ventanilla|extension|dependencia)\s+en\s+(?P=same)\b"
    r"|\bse\s+(?:pasan|tiran|pelotean|botan|lanzan)\s+la\s+(?:pelota|bola|responsabilidad)\b"
    r"|\bun[oa]s?\s+(?:le\s+)?(?:manda|echa|tira)n?\s+(?:la\s+culpa\s+)?al?\s+otr[oa]\b"
    r"|\bde\s+aca\s+para\s+alla\b|\bde\s+aqui\s+para\s+alla\b|\bpeloteo\b"
    r"|\b(?:me|nos|lo|la|los|las)\s+pelote\w+"
    r"|\bjogo\s+de\s+empurra\b|\bempurra[- ]empurra\b"
    r"|\bum\s+(?:joga|empurra|manda)\s+(?:para|pro|pra)\s+(?:o\s+)?outro\b"
    r"|\bback\s+and\s+forth\s+between\b|\bthe\s+runaround\b|\bpillar\s+to\s+post\b"
)
_ANOTHER = re.compile(
    r"\b(?:otr[oa]s?|outr[oa]s?|another|other)\s+(?:asesor|persona|area|oficina|dep|ejecutiv|"
    r"funcionari|lado|sede|linea|extension|pessoa|atendente|setor|agent|person)"
)
_UNIT = re.compile(
    r"(?:area|departamento|depto|dependencia|extension|ventanilla|call|centro|soporte|servicio|"
    r"oficina|sede|sucursal|setor|suporte|department|support|linea|central|juridic[oa])\b"
)
"""What begins the name of an organisation's part, so that a weak verb needs no other sign."""
_MARK = re.compile(r"[.,;:!?()\n—–…]|\s(?:y|e|pero|que|and|but)\s(?=(?:\w+\s){0,4}\w*\Z)")
_GOES_ON = (
    r"\s*[,;.]?\s*(?:y\s|e\s|and\s)?\s*(?:en\s)?\s*(?:el\s|la\s|los\s|las\s|o\s|a\s|the\s)?\s*"
)
_ALONE = re.compile(r"\s*(?:[.,;:!?)\n…]|$|y\b|e\b|\w+\s+ve[cz])")
"""What may follow a strong verb that names no area: the end of its clause, or how often."""
_OPENING, _CLOSING = frozenset('"“«'), ('"', "”", "»")
_LOOK_BACK = 60
"""Characters before a verb in which whoever passes on is looked for."""
_SCANS = (
    (
        _IDIOM,
        True,
        "a otr|pa otr|en otr|al otr|el otr|outro|area en|oficina en|asesor en|sede en|"
        "ventanilla en|extension en|dependencia en|pelot|la bola|la respons|para alla|empurra|"
        "and forth|runaround|pillar to|la culpa",
    ),
    (_STRONG_VERB, True, "deriv|direc|traslad|canaliz|rebot|pelote|remit|transf|redirig"),
    (_PASSIVE, True, "remitid|trasladad|ransferid|ransferred|derivad|redir|bounced|passed"),
    (_ENGLISH, False, "transfer|bounc|passed|passing|redirect|referred|sent |sends |sending "),
    (
        _WEAK_VERB,
        False,
        " pas| mand| envi|regres|comunic|encaminh| jog|empurr|dirig|devuelv|devolvi|"
        " tiran| tiraron",
    ),
)
"""Each pattern, whether it says alone that somebody was passed on, and pieces of folded text one of
which it needs: looking for those first is twenty times faster."""
_PIECES = tuple({piece for _, _, pieces in _SCANS for piece in pieces.split("|")})


@dataclass(frozen=True, slots=True)
class Passing:
    """One passing on in a text.

    Args:
        start: First character.
        end: One past the last.
        from_area: Who passes on, as written; empty when it is not told.
        to_area: To whom, as written; empty when it is not told.
    """

    start: int
    end: int
    from_area: str
    to_area: str


def passings(text: str, hints: Sequence[Span] = ()) -> list[Passing]:
    """Every passing on that a text tells of, in order; none overlaps another.

    Args:
        text: Of a message.
        hints: Spans that are known to complain of procedures: there a verb that may pass on does.
    """
    folded = fold(text)
    found: list[Passing] = []
    for match, sure in _matches(folded):
        if found and match.start() < found[-1].end:
            continue
        passing = _passing(text, folded, match, found[-1] if found else None)
        if passing and (sure or _corroborated(text, folded, passing, match, hints)):
            found.append(passing)
            found += _run(text, folded, passing)
    return found


def may_tell(folded: str) -> bool:
    """Whether a folded text can hold a passing on; most cannot, which is quick to see."""
    padded = f" {folded}"
    return any(piece in padded for piece in _PIECES)


def _matches(folded: str) -> list[tuple[re.Match[str], bool]]:
    """Places that may tell of a passing on, in order, and whether their words alone say so."""
    padded = f" {folded}"
    found: list[tuple[re.Match[str], bool]] = []
    for pattern, sure, pieces in _SCANS:
        if any(piece in padded for piece in pieces.split("|")):
            found += [(match, sure or _says_so(match)) for match in pattern.finditer(folded)]
    return sorted(found, key=lambda pair: (pair[0].start(), -pair[0].end()))


def _says_so(match: re.Match[str]) -> bool:
    """Whether an English verb hardly means anything but passing people on."""
    return match.re is _ENGLISH and not match["verb"].startswith(("sen", "pass", "refer"))


def _passing(
    text: str, folded: str, match: re.Match[str], before: Passing | None
) -> Passing | None:
    groups = match.groupdict()
    if "verb" not in groups:
        return Passing(match.start(), match.end(), "", "")
    end, to_area = match.end(), ""
    if groups["to"]:
        area = area_at(text, end)
        if area is None:
            return None
        end, to_area = area.end, area.name
    elif not _ALONE.match(folded, end):
        return None
    if match.re is _PASSIVE:  # who stands before it is passed on
        return Passing(match.start(), end, "", to_area)
    clause = max(0, match.start() - _LOOK_BACK)
    for mark in _MARK.finditer(folded, clause, match.start()):
        clause = mark.end()
    from_area, start = area_before(text, clause, match.start())
    if not from_area and before and before.to_area:
        # "me pasan con logística, logística me pasa con ventas": a name that was just said.
        said = text[clause : match.start()].strip()
        if fold(said).endswith(fold(before.to_area)):
            from_area, start = before.to_area, match.start() - len(before.to_area) - 1
    return Passing(start if from_area else match.start(), end, from_area, to_area)


def _corroborated(
    text: str, folded: str, passing: Passing, match: re.Match[str], hints: Sequence[Span]
) -> bool:
    """Whether something beside a weak verb tells of a hand-off."""
    if any(first < passing.end and passing.start < last for first, last in hints):
        return True
    name = fold(passing.to_area)
    if match.re is _WEAK_VERB and not match["whom"]:
        return False
    if match.re is _WEAK_VERB and match["to"].strip() == "con" and match["verb"][0] not in "pc":
        return False  # "lo mandaron con la factura" sends a thing along
    if not name:
        return _ANOTHER.search(folded, passing.start, passing.end) is not None
    begins = passing.end - len(name)
    in_quotes = text[begins - 1] in _OPENING and text[passing.end : passing.end + 1] in _CLOSING
    return bool(in_quotes or _UNIT.match(name) or _again(folded, passing))


def _again(folded: str, passing: Passing) -> re.Match[str] | None:
    """The name of the area once more, right after it: there the customer's way goes on."""
    name = re.escape(fold(passing.to_area))
    return re.compile(rf"[\"”»]?{_GOES_ON}[\"“«]?{name}\b[\"”»]?").match(folded, passing.end)


def _run(text: str, folded: str, passing: Passing) -> list[Passing]:
    """What goes on without a verb: "a la sucursal, la sucursal al 0800 y el 0800 a la página"."""
    found: list[Passing] = []
    while passing.to_area and (said := _again(folded, passing)):
        to = re.compile(rf",?{_TO}").match(folded, said.end())
        area = area_at(text, to.end()) if to else None
        if area is None:
            break
        start = said.end() - len(said[0].lstrip(' ,;.\n"”»'))
        passing = Passing(start, area.end, passing.to_area, area.name)
        found.append(passing)
    return found
