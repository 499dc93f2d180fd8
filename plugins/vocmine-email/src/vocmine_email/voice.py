"""Words by which a person speaks of themselves or asks: what holds one is nobody's boilerplate."""

from __future__ import annotations

import re

_OWN = (
    r"yo|m[ií]|mis|m[ií][oa]s?|conmigo|eu|meus?|minhas?|mim|comigo|i(?!\.)|my|mine"
    r"|exij[oa]\w{0,4}|exigimos|solicito|denunci[oa]r?|reclam[oa]r?|quejarme|quero|quiero|queremos"
    r"|quisiera|necesit[oa]|necesitamos|preciso|precisamos|pido|pe[cç]o|want|demand|complain\w{0,3}"
    r"|soy|estoy|tengo|sou|estou|tenho|am"
)
# What a notice never says: it forbids, it does not tell what others did ("si lo recibió" it says).
_TOLD = (
    r"\w{2,20}(?:aron|ieron|aram)|(?!recib|envi|origin|gener|emit|lleg)\w{3,20}ó|vazou"
    r"|(?:fue|foi|was|were|fueron|foram) (?:divulg|filtr|vazad|entreg|compart|public|expuest|expost"
    r"|roba|rouba|leaked|disclosed|shared|exposed|stolen|published)\w{0,6}"
)
_PERSONAL = re.compile(rf"\b(?:{_OWN}|me|{_TOLD})\b", re.IGNORECASE)
_OF_A_CASE = re.compile(
    r"\b(?:m[ií]s?|m[ií][oa]s?|meus?|minhas?|my)\b"
    r"(?! (?:client|customer|compañer|coleg|colleag|jef|chef|boss"
    r"|equip|team|[aá]rea|correo|e-?mail))"
    r"|\b(?:exijo|denuncio|quejarme|me \w{2,20}(?:[óé]|aron|ieron|aram|eu|ou))\b",
    re.IGNORECASE,
)


def is_personal(words: str) -> bool:
    """Whether a paragraph speaks in the first person, asks, or tells what somebody did."""
    return _PERSONAL.search(words) is not None


def tells_a_case(words: str) -> bool:
    """Whether a note above a forward is about the writer's own case; "me ayudas" is not."""
    return _OF_A_CASE.search(words) is not None
