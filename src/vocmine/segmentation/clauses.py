"""Where one clause of a sentence ends and the next begins."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from vocmine.segmentation.lexicon import Kind, Lexicon, Phrases, fold, kind_of
from vocmine.segmentation.sentences import is_abbreviated, is_item, sentence_starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vocmine.segmentation.tokens import Token

_LONG = 20
"""Words above which a clause is also split at weaker places."""
_BEST = 11
"""Words that a part of such a clause had best have."""
_FARTHEST = 56
"""Words beyond which no place is good enough to split it."""
_PREDICATE = Kind.VERB | Kind.QUALITY
_EDGE = (
    Kind.STOP
    | Kind.COMMA
    | Kind.SEMICOLON
    | Kind.COLON
    | Kind.BREAK
    | Kind.SPACE
    | Kind.BULLET
    | Kind.DASH
    | Kind.ADDRESS
)
_EDGE_LEFT = _EDGE | Kind.PICTURE
_EDGE_RIGHT = _EDGE | Kind.BRACKET | Kind.OPENS
_CLOSING = frozenset(")]}»”’")
_SEPARATES = Kind.COMMA | Kind.DASH | Kind.COLON | Kind.BRACKET | Kind.CLOSES


def spans(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """First and last character of every clause of one message, in order.

    Args:
        tokens: Tokens of the message, as `borrowed_tokenizer` gives them.
        lexicon: Words of its language.
    """
    kinds = [kind_of(token.text, lexicon) for token in tokens]
    starts = [0, *sentence_starts(tokens, kinds), len(tokens)]
    for start, end in pairwise(starts):
        sentence = _Sentence(tokens[start:end], kinds[start:end], lexicon)
        for first, last in sentence.clauses():
            if span := sentence.trimmed(first, last):
                yield span


class _Sentence:
    """Tokens of one sentence, with running counts that answer every question in one step."""

    def __init__(self, tokens: Sequence[Token], kinds: list[int], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.kinds = kinds
        self.lexicon = lexicon
        self.size = len(tokens)
        self.low = [fold(token.text) for token in tokens]
        self.words = [0, *accumulate(kind & Kind.WORD for kind in kinds)]
        self.predicates = [0, *accumulate(1 if kind & _PREDICATE else 0 for kind in kinds)]
        self.separators = self.following_separators()
        self.qualities = [0, *accumulate(1 if kind & Kind.QUALITY else 0 for kind in kinds)]

    def following_separators(self) -> list[int]:
        """For every token the first separator at or after it, or the end."""
        found = [self.size] * (self.size + 1)
        for index in range(self.size - 1, -1, -1):
            found[index] = index if self.kinds[index] & _SEPARATES else found[index + 1]
        return found

    def clauses(self) -> Iterator[tuple[int, int]]:
        """First and last token of every clause."""
        first = self.greeting()
        if first:
            yield 0, first
        if self.count(first, self.size) > 2:
            for index in range(first + 1, self.size - 1):
                if self.kinds[index] & Kind.WORD and self.begins(first, index):
                    yield from self.shortened(first, index)
                    first = index
        yield from self.shortened(first, self.size)

    def greeting(self) -> int:
        """Tokens of the words of address that open the sentence; 0 when nothing follows them."""
        index = 0
        while index < self.size:
            if length := self.phrase(index, self.lexicon.greetings):
                index += length
            elif index and self.kinds[index] & (_SEPARATES | Kind.ADDRESS | Kind.SPACE):
                index += 1
            else:
                break
        if not index or index == self.size:
            return 0
        # "Buenas tardes, señores de Claro: …": whom they greet, up to its comma.
        stop = self.separators[index]
        if stop - index <= 4 and stop < self.size and not self.points(index, stop):
            return stop
        return index

    def begins(self, first: int, index: int) -> bool:
        """Whether a clause begins at the token, when the last one began at `first`."""
        left = self.count(first, index)
        right = self.count(index, self.size)
        if not left or right < 2:
            return False
        if self.phrase(index, self.lexicon.contrast):
            return True
        if self.kinds[index - 1] & _SEPARATES:
            return self.after_comma(first, index, left, right)
        if self.phrase(index, self.lexicon.addition):
            return left >= 3 and right >= 3 and self.points(first, index) and self.points(index)
        if self.low[index] in self.lexicon.coordination:
            return left >= 3 and right >= 4 and self.joins(first, index)
        if self.capital(index):
            return left >= 2 and self.points(first, index)
        return left >= 4 and right >= 3 and self.points(first, index) and self.runs_on(index)

    def after_comma(self, first: int, index: int, left: int, right: int) -> bool:
        """Commas separate points rather than items unless one side is short and says nothing."""
        if self.low[index] in self.lexicon.dependent:
            return False
        if self.phrase(index, self.lexicon.addition):
            return left >= 2 and right >= 3
        stop = self.separators[index]
        near = self.count(index, stop) - (self.low[index] in self.lexicon.coordination)
        if near < 2:
            return False
        if (right <= 3 or self.count(0, index) <= 2) and not self.judges(first, index):
            return False
        return (near >= 4 or self.points(index, stop)) and (left >= 4 or self.points(first, index))

    def joins(self, first: int, index: int) -> bool:
        if self.low[index + 1] in self.lexicon.dependent:
            return False
        stop = self.separators[index]
        near = self.count(index + 1, stop)
        if near >= 4 and self.count(0, index) >= 3:
            return self.points(first, index) and self.points(index, stop)
        return near >= 3 and self.judges(first, index) and self.judges(index, stop)

    def capital(self, index: int) -> bool:
        """`… del hotel El desayuno …`: a capital small word before a word without capital."""
        word = self.tokens[index].text
        before = self.tokens[index - 1].text
        if not word[0].isupper() or word[1:].isupper():
            return False
        if before.isspace() and len(before) > 1:
            return True
        return (
            self.low[index] in self.lexicon.openers
            and self.tokens[index + 1].text[0].islower()
            and (before[0].islower() or not before[0].isalnum())
        )

    def runs_on(self, index: int) -> bool:
        """`… da depresión el comedor es …`: a new subject without any mark before it."""
        low = self.low
        if low[index - 1] in self.lexicon.bound or not self.kinds[index - 1] & Kind.WORD:
            return False
        if low[index] in self.lexicon.turns:
            return self.points(index + 1)
        if low[index] not in self.lexicon.determiners:
            return False
        if self.kinds[index - 1] & Kind.QUALITY:
            return self.points(index + 1, min(index + 8, self.size))
        if self.kinds[index - 1] & Kind.VERB or self.lexicon.infinitives.search(low[index - 1]):
            return False
        return bool(index + 2 < self.size and self.kinds[index + 2] & Kind.VERB)

    def shortened(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """A clause, split at its best weaker places as long as it is too long."""
        while self.count(first, last) > _LONG:
            cut = self.weaker(first, last)
            if not cut:
                break
            yield first, cut
            first = cut
        yield first, last

    def weaker(self, first: int, last: int) -> int:
        """The best place to split a clause that is too long; 0 when there is none."""
        best, found = 0.0, 0
        for index in range(first + 1, last):
            if not self.kinds[index] & Kind.WORD:
                continue
            left, right = self.count(first, index), self.count(index, last)
            if left > _FARTHEST:
                break
            if left < 5 or right < 4:
                continue
            if self.kinds[index - 1] & _SEPARATES:
                weight = 3.0
            elif self.low[index - 1] in self.lexicon.bound:
                continue
            elif self.phrase(index, self.lexicon.linkers) or self.phrase(
                index, self.lexicon.addition
            ):
                weight = 2.0
            elif self.low[index] in self.lexicon.coordination:
                weight = 1.5
            else:
                continue
            weight -= abs(left - _BEST) / 15
            if weight > best:
                best, found = weight, index
        return found

    def trimmed(self, first: int, last: int) -> tuple[int, int] | None:
        """Characters of a clause without marks at its edges; None when it has no words."""
        first, last = self.without_marks(first, last)
        if self.count(first, last) > 1:
            if self.low[first] in self.lexicon.coordination:
                first, last = self.without_marks(first + 1, last)
            if self.low[last - 1] in self.lexicon.coordination:
                first, last = self.without_marks(first, last - 1)
        if not self.count(first, last):
            return None
        return self.tokens[first].start, self.tokens[last - 1].end

    def without_marks(self, first: int, last: int) -> tuple[int, int]:
        kinds, tokens = self.kinds, self.tokens
        if first + 2 < last and is_item(tokens, kinds, first):
            first += 2
        while first < last and (kinds[first] & _EDGE_LEFT or tokens[first].text in _CLOSING):
            first += 1
        while first < last:
            final = kinds[last - 1]
            alone = (
                final & Kind.CLOSES
                and tokens[last - 1].text in _CLOSING
                and not any(kind & Kind.BRACKET for kind in kinds[first:last])
            )
            shortens = final & Kind.STOP and is_abbreviated(tokens, last - 1)
            if shortens or not (final & _EDGE_RIGHT or alone):
                break
            last -= 1
        return first, last

    def count(self, first: int, last: int) -> int:
        return self.words[last] - self.words[first]

    def points(self, first: int, last: int = -1) -> bool:
        """Whether the tokens can make a point: something finite, or a judgement."""
        return self.predicates[last] > self.predicates[first]

    def judges(self, first: int, last: int) -> bool:
        return self.qualities[last] > self.qualities[first]

    def phrase(self, index: int, phrases: Phrases) -> int:
        """Length of the longest of the phrases that begins at the token; 0 when none does."""
        low = self.low
        options = phrases.get(low[index])
        if options is None:
            return 0
        for length in (3, 2, 1):
            if (words := tuple(low[index : index + length])) in options:
                return len(words)
        return 0
