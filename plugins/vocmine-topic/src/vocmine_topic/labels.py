"""Names of topics: short phrases that customers wrote, as they wrote them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from vocmine_topic.nouns import VERB_ENDINGS, is_conjugated
from vocmine_topic.text import BREAK, Word, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

MAX_WORDS = 4
_SINGLE_WORD = 0.45
"""A phrase says more than a word; a word must be much better to be the name."""
_ARTICLES = frozenset({"el", "la", "los", "las", "o", "os", "as", "the"})
_SPANISH = frozenset({"de", "del", "en", "al", "a", "con", "por", "para", "sin"})
_PORTUGUESE = frozenset({"do", "da", "dos", "das", "no", "na", "em", "com"})
_PREPOSITIONS = _SPANISH | _PORTUGUESE | {"of", "in", "for"}
"""With articles, the stop words a name may hold inside. `no` is the Portuguese "in the"."""
_JOINING = _ARTICLES | _PREPOSITIONS

Phrase = tuple[str, ...]


class Surfaces:
    """How customers write each word and phrase.

    Args:
        is_known: Whether a dictionary has a lower-case word; tells `crédito` from `credito`.
    """

    def __init__(self, is_known: Callable[[str], bool]) -> None:
        self._is_known = is_known
        self._forms: dict[Phrase, Counter[tuple[str, ...]]] = defaultdict(Counter)
        self._verbs: dict[Phrase, set[tuple[str, ...]]] = defaultdict(set)

    def add(self, phrase: Phrase, words: Sequence[Word]) -> None:
        """Count one use of a phrase."""
        form = tuple(word.shown for word in words)
        self._forms[phrase][form] += 1
        if len(words) == 1 and is_conjugated(words[0]):
            self._verbs[phrase].add(form)

    def shown(self, phrase: Phrase) -> str:
        """The most frequent way to write it, with accents and without mistakes where some do.

        A lone verb is written as its infinitive, even if no customer wrote that.
        """
        forms = self._forms[phrase]
        verbs = self._verbs[phrase]
        conjugated = 2 * sum(forms[form] for form in verbs) > forms.total()
        infinitive = conjugated and phrase[0].endswith(VERB_ENDINGS)
        usable = [
            form
            for form in forms
            if form not in verbs and (not infinitive or _plain(form) == phrase)
        ]
        if not usable:
            return _infinitive(phrase[0], forms)
        most = max(forms[form] for form in usable)
        common = [form for form in usable if 5 * forms[form] >= most]
        best = min(
            common,
            key=lambda form: (self._misspelt(form), _changed(phrase, form), -forms[form], form),
        )
        accented = [form for form in common if _plain(form) == _plain(best) and form > best]
        if accented:
            best = max(accented, key=lambda form: (forms[form], form))
        return " ".join(best)

    def _misspelt(self, form: tuple[str, ...]) -> int:
        return sum(not word.isupper() and not self._is_known(word.lower()) for word in form)


def phrases(words: Sequence[Word], key: Callable[[str], str]) -> Iterator[tuple[Phrase, int, int]]:
    """Every phrase that could name something: (matching keys, first word, one past the last).

    One to four words without a break; the first and last carry meaning, those between are
    content words, prepositions and articles. Conjugated verbs stand alone.

    Args:
        words: Words of one segment.
        key: Canonical key of a word's key; empty when the word is no term.
    """
    keys = [key(word.key) if word.key not in ("", BREAK) else "" for word in words]
    for first, start in enumerate(keys):
        if not start:
            continue
        phrase: list[str] = []
        for at in range(first, min(first + MAX_WORDS, len(words))):
            if at > first and (is_conjugated(words[at]) or is_conjugated(words[first])):
                break
            if keys[at]:
                phrase.append(keys[at])
                yield tuple(phrase), first, at + 1
            elif words[at].key == "" and _joins(words[at - 1], words[at]):
                phrase.append(fold(words[at].shown))
            else:
                break


def label_topics(
    members: Sequence[Mapping[Phrase, int]],
    everywhere: Mapping[Phrase, int],
    weights: Sequence[Mapping[str, float]],
    surfaces: Surfaces,
    is_noun: Callable[[str], bool],
    reserved: Sequence[str] = (),
) -> list[str]:
    """One name for each topic, no two alike.

    A phrase is good when its words weigh much in the topic, many of the topic's segments have
    it, other topics' do not, and one of its words is a noun.

    Args:
        members: For each topic, in how many of its segments each phrase stands.
        everywhere: The same over all segments.
        weights: For each topic the weight of its words (1 for the heaviest).
        surfaces: How each phrase is written.
        is_noun: Whether a word is a noun in this corpus.
        reserved: Names that other topics have.
    """
    names: list[str] = []
    taken: set[frozenset[str]] = set()
    for counts, heavy in zip(members, weights, strict=True):
        # A topic is a thing: a verb or an adjective names one only where no noun stands twice.
        ranked = sorted(
            counts,
            key=lambda p: (
                counts[p] < 2 or not any(map(is_noun, frozenset(p) - _JOINING)),
                -_score(p, counts[p], everywhere[p], heavy),
                p,
            ),
        )
        content = [(p, frozenset(p) - _JOINING) for p in ranked]
        chosen = next(
            (
                (p, words)
                for p, words in content
                if words not in taken and surfaces.shown(p) not in (*names, *reserved)
            ),
            None,
        )
        if chosen is None:
            names.append(_spare(names))
            continue
        taken.add(chosen[1])
        names.append(surfaces.shown(chosen[0]))
    return names


def _spare(names: Sequence[str]) -> str:
    return next(str(n) for n in range(1, len(names) + 2) if str(n) not in names)


def _score(phrase: Phrase, count: int, total: int, heavy: Mapping[str, float]) -> float:
    content = [word for word in phrase if word not in _JOINING]
    weight = sum(heavy.get(word, 0.0) for word in content)
    weight *= _SINGLE_WORD if len(content) == 1 else 1.0
    if len(set(content)) < len(content) or count < 2:
        weight *= 0.1
    return weight * math.sqrt(count) * count / total


def _plain(form: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(word) for word in form)


def _infinitive(key: str, forms: Iterable[tuple[str, ...]]) -> str:
    """A verb's key with the `ñ` and `ç` of its forms, which keys do not keep (`danar`: `dañar`)."""
    letters = list(key)
    for (form,) in sorted(forms):
        for at, (letter, written) in enumerate(zip(key, form, strict=False)):
            if written in "ñç" and fold(written) == letter:
                letters[at] = written
    return "".join(letters)


def _changed(phrase: Phrase, form: tuple[str, ...]) -> int:
    """How many words of a form are not written as their keys: plurals, conjugated verbs."""
    return sum(key != word for key, word in zip(phrase, _plain(form), strict=True))


def _joins(before: Word, word: Word) -> bool:
    """Whether a stop word can stand inside a name: an article only after "of" or "to do"."""
    written = fold(word.shown)
    if written not in _ARTICLES:
        return written in _PREPOSITIONS
    previous = fold(before.shown)
    return previous in _PREPOSITIONS or (bool(before.key) and previous.endswith(VERB_ENDINGS))
