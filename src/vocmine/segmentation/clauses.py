"""Where one clause ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vocmine.segmentation.lexicon import Kind, Lexicon, fold, kind_of
from vocmine.segmentation.tokens import Token

_LONG_CLAUSE = 18

# A period after these belongs to them, whatever follows …
_TITLES = frozenset(
    "sr sra srta sres dr dra dres ud uds vd vds lic ing arq prof profa d dña avda av cra cll cl kr dg p ej ee pág pag "
    "aprox hab mr mrs ms fig e.g i.e p.ej vs depto dpto ext mín máx tfno".split()
)
# … after these only when a number follows …
_BEFORE_NUMBER = frozenset(
    "no nº n nro núm num art arts pág pag págs tel cel cap vol ref cód cod apto of exp rad".split()
)
# … and after these unless a capital opens the next sentence.
_TAILS = frozenset("etc a.m p.m am pm s.a s.a.s ltda uu ee.uu ee. cía cia inc corp c.v".split())


def spans(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """First and last character of every clause of one message, in order.

    Args:
        text: The message.
        tokens: Its tokens, as `borrowed_tokenizer` gives them.
        lexicon: Words of its language.
    """
    kinds = [kind_of(token.text, lexicon) for token in tokens]
    start = 0
    for end in [*_sentence_ends(tokens, kinds), len(tokens)]:
        first = start
        for cut in [*_clause_starts(tokens, kinds, start, end, lexicon), end]:
            if span := _trimmed(tokens, kinds, first, cut, lexicon):
                yield span
            first = cut
        start = end


_AFTER_END = Kind.STOP | Kind.CRY | Kind.CLOSES | Kind.PICTURE
_ENDS = Kind.STOP | Kind.CRY | Kind.SEMICOLON | Kind.BREAK | Kind.BULLET | Kind.OPENS


def _sentence_ends(tokens: Sequence[Token], kinds: Sequence[int]) -> list[int]:
    """Indices of the tokens that begin a sentence, other than the first."""
    found: list[int] = []
    last = len(tokens)
    index = 0
    while index < last:
        kind = kinds[index]
        if not kind & _ENDS:
            index += 1
            continue
        if kind & (Kind.OPENS | Kind.BULLET):
            cut = index
            index += 1
            while index < last and kinds[index] & Kind.OPENS:
                index += 1
        elif kind & Kind.STOP and _is_abbreviation(tokens, kinds, index):
            index += 1
            continue
        elif kind & Kind.BREAK and _is_soft_wrap(tokens, kinds, index):
            index += 1
            continue
        else:
            index += 1
            while index < last and kinds[index] & _AFTER_END:
                index += 1
            cut = index
        if 0 < cut < last and (not found or cut > found[-1]):
            found.append(cut)
    return found


def _is_abbreviation(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> bool:
    mark = tokens[index]
    if index == 0 or len(mark.text) > 1 or tokens[index - 1].end != mark.start:
        return False
    word = fold(tokens[index - 1].text)
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if not following:
        return False
    if word in _BEFORE_NUMBER:
        return following[0].isdigit()
    if word in _TITLES or (len(word) == 1 and word.isalpha() and word not in "yaeou"):
        return True
    return word in _TAILS and not following[0].isupper()


def _is_soft_wrap(tokens: Sequence[Token], kinds: Sequence[int], index: int) -> bool:
    """A line end inside a sentence, as e-mail programs wrap lines."""
    if tokens[index].text.count("\n") > 1 or index + 1 >= len(tokens) or index == 0:
        return False
    if not tokens[index + 1].text[0].islower():
        return False
    begin = index
    while begin > 0 and not kinds[begin - 1] & Kind.BREAK:
        begin -= 1
    return tokens[index].start - tokens[begin].start >= 55


def _clause_starts(
    tokens: Sequence[Token], kinds: Sequence[int], start: int, end: int, lexicon: Lexicon
) -> list[int]:
    """Indices inside a sentence at which a new clause begins."""
    words = [fold(token.text) for token in tokens[start:end]]
    found: list[int] = []
    first = start
    for index in range(start + 1, end - 1):
        if not kinds[index] & Kind.WORD:
            continue
        if _begins_clause(words, kinds, start, first, index, end, lexicon):
            found.append(index)
            first = index
    return found


def _begins_clause(
    words: Sequence[str],
    kinds: Sequence[int],
    start: int,
    first: int,
    index: int,
    end: int,
    lexicon: Lexicon,
) -> bool:
    at = index - start
    if _phrase(words, at, lexicon.contrast):
        return _count(kinds, first, index) >= 1 and _count(kinds, index + 1, end) >= 1
    comma = bool(kinds[index - 1] & Kind.COMMA)
    if _phrase(words, at, lexicon.addition) and (comma or _has_verb(kinds, first, index)):
        return _count(kinds, first, index) >= 3 and _count(kinds, index, end) >= 3
    if comma and _count(kinds, first, index) >= 3 and _count(kinds, index, end) >= 3:
        stop = _next_comma(kinds, index, end)
        if _has_verb(kinds, first, index) and _has_verb(kinds, index, stop):
            return True
        return words[at] in lexicon.subjects and _count(kinds, index, stop) >= 3
    if words[at] in lexicon.coordination:
        stop = min(end, index + 6)
        return (
            _count(kinds, first, index) >= 3
            and _count(kinds, index, end) >= 4
            and _has_verb(kinds, first, index)
            and _has_verb(kinds, index + 1, min(stop, index + 4))
        )
    return False


def _phrase(words: Sequence[str], at: int, phrases: frozenset[tuple[str, ...]]) -> bool:
    return any(tuple(words[at : at + length]) in phrases for length in (1, 2, 3))


def _count(kinds: Sequence[int], first: int, last: int) -> int:
    return sum(1 for kind in kinds[first:last] if kind & Kind.WORD)


def _has_verb(kinds: Sequence[int], first: int, last: int) -> bool:
    return any(kind & Kind.VERB for kind in kinds[first:last])


def _next_comma(kinds: Sequence[int], first: int, last: int) -> int:
    for index in range(first, last):
        if kinds[index] & Kind.COMMA:
            return index
    return last


_EDGE_LEFT = (
    Kind.STOP
    | Kind.COMMA
    | Kind.SEMICOLON
    | Kind.COLON
    | Kind.BREAK
    | Kind.SPACE
    | Kind.BULLET
    | Kind.DASH
    | Kind.ADDRESS
    | Kind.CLOSES
    | Kind.PICTURE
)
_EDGE_RIGHT = (
    Kind.COMMA
    | Kind.SEMICOLON
    | Kind.COLON
    | Kind.BREAK
    | Kind.SPACE
    | Kind.BULLET
    | Kind.DASH
    | Kind.BRACKET
    | Kind.OPENS
)


def _trimmed(
    tokens: Sequence[Token], kinds: Sequence[int], first: int, last: int, lexicon: Lexicon
) -> tuple[int, int] | None:
    """Characters of a clause without marks at its edges; None when it has no words."""
    while first < last and kinds[first] & _EDGE_LEFT:
        first += 1
    while first < last and kinds[last - 1] & _EDGE_RIGHT:
        last -= 1
    if first < last - 1 and fold(tokens[first].text) in lexicon.coordination:
        first += 1
    if not _count(kinds, first, last):
        return None
    return tokens[first].start, tokens[last - 1].end
