"""Where sentences begin: marks, line ends, bullets, `¿` and `¡`, but not abbreviations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.segmentation.lexicon import Kind, fold, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.segmentation.tokens import Token

# A full stop after these belongs to them, whatever follows …
_TITLES = words_of(
    "sr sra srta sres sras dr dra dres ud uds vd vds lic ing arq prof profa dña avda av cra cll "
    "cl kr dg p ej ee aprox hab mr mrs ms vs depto dpto mín máx tfno sta sto rte"
)
# … after these only when a number follows …
_BEFORE_NUMBER = words_of(
    "no nº n nro núm num art arts pág pag págs tel cel cap vol ref cód cod apto of exp rad"
)
# … and after these unless a capital opens the next sentence.
_TAILS = words_of("etc a.m p.m am pm s.a s.a.s ltda uu ee.uu cía cia inc corp c.v e.g i.e")
_SHORTENED = _TITLES | _TAILS

_SOFT_WRAP = 55
"""Characters of a line after which a line end before a small letter is only a wrap."""

_ENDS = Kind.STOP | Kind.CRY | Kind.SEMICOLON | Kind.BREAK
_BEGINS = Kind.BULLET | Kind.OPENS


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
            while index + 1 < last and _belongs(tokens, kinds, index + 1):
                index += 1
            cut = index + 1
        elif kind & Kind.NUMBER and is_item(tokens, kinds, index):
            cut = index
            index += 1
        elif kind & Kind.PICTURE and index and kinds[index - 1] & Kind.WORD:
            while index + 1 < last and kinds[index + 1] & Kind.PICTURE:
                index += 1
            cut = index + 1
        index += 1
        if 0 < cut < last and (not found or cut > found[-1]):
            found.append(cut)
    return found


def _goes_on(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> bool:
    if kinds[index] & Kind.STOP:
        return _is_abbreviation(tokens, index)
    return bool(kinds[index] & Kind.BREAK) and _is_soft_wrap(tokens, kinds, index)


def _is_abbreviation(tokens: Sequence[Token], index: int) -> bool:
    """Whether the stop only shortens a word, so that the sentence goes on."""
    if not 0 < index < len(tokens) - 1 or not _is_close(tokens, index):
        return False
    word = fold(tokens[index - 1].text)
    following = tokens[index + 1].text
    if word in _BEFORE_NUMBER:
        return following[0].isdigit()
    if word in _TITLES or (len(word) == 1 and word.isalpha() and following[0].isupper()):
        return True
    return word in _TAILS and not following[0].isupper()


def is_abbreviated(tokens: Sequence[Token], index: int) -> bool:
    """Whether the stop at `index` belongs to the word before it, as in `a.m.` and `Ltda.`."""
    if not index or not _is_close(tokens, index):
        return False
    return fold(tokens[index - 1].text) in _SHORTENED


def _is_close(tokens: Sequence[Token], index: int) -> bool:
    return len(tokens[index].text) == 1 and tokens[index - 1].end == tokens[index].start


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


def _belongs(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> bool:
    """Whether the token goes with the end of the sentence before it."""
    if kinds[index] & Kind.CLOSES:
        return tokens[index].start == tokens[index - 1].end
    return bool(kinds[index] & (Kind.STOP | Kind.CRY | Kind.PICTURE))


def is_item(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> bool:
    """Whether the token numbers an item of a list: `1)`, or `1.` where a sentence may begin."""
    if index + 2 >= len(tokens) or len(tokens[index].text) > 2 or not kinds[index] & Kind.NUMBER:
        return False
    mark = tokens[index + 1]
    if mark.start != tokens[index].end or mark.end == tokens[index + 2].start:
        return False
    if mark.text == ")":
        return True
    begins = not index or bool(kinds[index - 1] & (Kind.BREAK | Kind.STOP | Kind.COLON | Kind.CRY))
    return begins and mark.text in (".", ".-")
