"""Where sentences begin: marks, line ends, bullets, `¿` and `¡`, but not abbreviations."""

from __future__ import annotations

from collections.abc import Sequence

from vocmine.segmentation.lexicon import Kind, fold
from vocmine.segmentation.tokens import Token

# A full stop after these belongs to them, whatever follows …
_TITLES = frozenset(
    "sr sra srta sres sras dr dra dres ud uds vd vds lic ing arq prof profa dña avda av cra cll "
    "cl kr dg p ej ee aprox hab mr mrs ms vs depto dpto mín máx tfno sta sto rte".split()
)
# … after these only when a number follows …
_BEFORE_NUMBER = frozenset(
    "no nº n nro núm num art arts pág pag págs tel cel cap vol ref cód cod apto of exp rad".split()
)
# … and after these unless a capital opens the next sentence.
_TAILS = frozenset("etc a.m p.m am pm s.a s.a.s ltda uu ee.uu cía cia inc corp c.v e.g i.e".split())

_SOFT_WRAP = 55
"""Characters of a line after which a line end before a small letter is only a wrap."""

_ENDS = Kind.STOP | Kind.CRY | Kind.SEMICOLON | Kind.BREAK
_BEGINS = Kind.BULLET | Kind.OPENS
_AFTER_END = Kind.STOP | Kind.CRY | Kind.CLOSES | Kind.PICTURE


def sentence_starts(tokens: Sequence[Token], kinds: Sequence[int]) -> list[int]:
    """Indices of the tokens that begin a sentence, other than the first, ascending."""
    found: list[int] = []
    last = len(tokens)
    index = 0
    while index < last:
        kind = kinds[index]
        cut = 0
        if kind & _BEGINS:
            cut = index
            while index + 1 < last and kinds[index + 1] & _BEGINS:
                index += 1
        elif kind & _ENDS and not _goes_on(tokens, kinds, index):
            while index + 1 < last and kinds[index + 1] & _AFTER_END:
                index += 1
            cut = index + 1
        elif kind & Kind.PICTURE and index and kinds[index - 1] & Kind.WORD:
            cut = _after_pictures(tokens, kinds, index)
        index += 1
        if 0 < cut < last and (not found or cut > found[-1]):
            found.append(cut)
    return found


def _goes_on(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> bool:
    if kinds[index] & Kind.STOP:
        return _is_abbreviation(tokens, index)
    return bool(kinds[index] & Kind.BREAK) and _is_soft_wrap(tokens, kinds, index)


def _is_abbreviation(tokens: Sequence[Token], index: int) -> bool:
    mark = tokens[index]
    if not 0 < index < len(tokens) - 1 or len(mark.text) > 1:
        return False
    if tokens[index - 1].end != mark.start:
        return False
    word = fold(tokens[index - 1].text)
    following = tokens[index + 1].text
    if word in _BEFORE_NUMBER:
        return following[0].isdigit()
    if word in _TITLES or (len(word) == 1 and word.isalpha() and following[0].isupper()):
        return True
    return word in _TAILS and not following[0].isupper()


def _is_soft_wrap(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> bool:
    """A line end inside a sentence, as e-mail programs wrap lines."""
    if not 0 < index < len(tokens) - 1 or tokens[index].text.count("\n") > 1:
        return False
    if not tokens[index + 1].text[0].islower():
        return False
    begin = index
    while begin > 0 and not kinds[begin - 1] & Kind.BREAK:
        begin -= 1
    return tokens[index].start - tokens[begin].start >= _SOFT_WRAP


def _after_pictures(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> int:
    """Emoji in the middle end the clause before them, as a full stop would."""
    while index < len(tokens) and kinds[index] & Kind.PICTURE:
        index += 1
    return index
