"""Promises that customers report, put together by the words they share.

The words that most messages share, and that are rare in all that customers say, make the first
group; what is left makes the next. A group is named by the most typical of its quotes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations
from math import log, sqrt
from typing import TYPE_CHECKING

from vocmine.journey.words import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TOGETHER = 2
"""Messages that make a group."""
NAME_CHARACTERS = (15, 70)
"""Of a quote that can name a group well: at least and at most."""
_TELLING = frozenset(
    stem
    for word in (
        "dijeron dicen dice dijo decía dijera prometieron prometido prometió promesa ofrecieron "
        "ofrecen ofreció quedaron quedó según supuestamente esperaba día días hora horas semana "
        "semanas mes meses minutos año años disse falaram disseram prometeram prometido ofereceram "
        "prazo dias horas semana mês said told promised promise supposed days hours weeks"
    ).split()
    for stem in stems(word)
)
"""What any promise is told with, which tells no promise from another."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A quote that tells of a promise.

    Args:
        insight: Its row.
        message: Row of its message.
        text: The words.
    """

    insight: int
    message: int
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Quotes about one promise.

    Args:
        words: One or two stems that all of them share.
        members: The most typical first; the first names the group.
    """

    words: Key
    members: tuple[Said, ...]


def groups_of(said: Sequence[Said], everything: Iterable[str]) -> list[Group]:
    """Put quotes together that share words, the largest evidence first.

    Args:
        said: Quotes that tell of promises.
        everything: All quotes of customers, these among them: words that are common there tell
            little.
    """
    rarity = _rarity(everything)
    places: defaultdict[Key, set[int]] = defaultdict(set)
    for place, quote in enumerate(said):
        for key in _keys(quote):
            places[key].add(place)

    def weight(key: Key) -> float:
        messages = {said[place].message for place in places[key]}
        if len(messages) < TOGETHER:
            return 0.0
        # A pair is as rare as its rarer word; the other adds half of its own rarity.
        told = sorted((rarity(stem) for stem in key), reverse=True)
        return (len(messages) - 1) * (told[0] + 0.5 * sum(told[1:]))

    heap = [(-known, key) for key in places if (known := weight(key)) > 0]
    heapify(heap)
    found: list[Group] = []
    while heap:
        known, key = heappop(heap)
        if (now := -weight(key)) > known:  # other groups took quotes from it
            if now < 0:
                heappush(heap, (now, key))
            continue
        members = sorted(places[key])
        found.append(Group(key, _typical_first([said[place] for place in members])))
        for place in members:
            for other in _keys(said[place]):
                places[other].discard(place)
    return found


def _rarity(texts: Iterable[str]) -> Callable[[str], float]:
    """How rare a word is among texts: the logarithm of one over its share, over 0 for any word."""
    counts = Counter[str]()
    total = 0
    for text in texts:
        counts.update(set(stems(text)))
        total += 1
    return lambda stem: log((2 + total) / (1 + counts[stem]))


def _keys(quote: Said) -> list[Key]:
    """The words of a quote that tell its promise, and their pairs."""
    words = sorted(_content(quote.text))
    return [*((word,) for word in words), *combinations(words, 2)]


def _content(text: str) -> frozenset[str]:
    return frozenset(stem for stem in stems(text) if stem not in _TELLING and not stem.isdigit())


def _typical_first(members: Sequence[Said]) -> tuple[Said, ...]:
    """Quotes whose words the others say too, of a length that reads well, first."""
    counts = Counter(stem for quote in members for stem in _content(quote.text))
    least, most = NAME_CHARACTERS

    def rank(quote: Said) -> tuple[bool, float, int]:
        own = _content(quote.text)
        typical = sum(counts[stem] for stem in own) / sqrt(max(len(own), 1))
        return not least <= len(quote.text) <= most, -typical, quote.insight

    return tuple(sorted(members, key=rank))
