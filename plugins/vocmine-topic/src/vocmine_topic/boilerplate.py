"""Boilerplate and names learned from the corpus: what the list of formulas does not know."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.proportions import wilson
from vocmine_topic.text import BREAK, Word, names_kept

if TYPE_CHECKING:
    from vocmine_topic.engines import Labels
    from vocmine_topic.model import IdArray

Segments = Sequence[Sequence[Word]]
EdgeArray = npt.NDArray[np.int8]

MIN_SEGMENTS = 4
"""Messages with fewer segments are nearly all edge: they teach nothing about position."""
LONG = 7
"""From this many segments on, the two first and two last are edge: closings have several."""
EDGE_SHARE = 0.7
"""Lower bound (95%) of the share of a word's uses that open or close a message."""
GROUP_EDGE_SHARE = 0.5
"""The same of a group's segments; among them are problems that were told first or last."""
GROUP_EDGE_EXCESS = 2.0
"""And so many times the share of all: in short reviews every second segment is edge."""
_NEARLY_ALL = 0.9
NAME_SHARE = 0.5
_MIN_NAME_USES = 3
_INDEPENDENCE_SPREAD = 3.0
_HASHED = 512


def learned_boilerplate(messages: Sequence[Segments]) -> frozenset[str]:
    """Keys of words that say nothing about what a message is about.

    A word is boilerplate when it stands at the start or end of messages nearly always *and* the
    rest of its messages is about the same things as any message: signatures, greetings, brands
    spoken to, formulas. A subject that people happen to name first fails the second test, for
    its messages are about that subject. Names are words written with a capital where the
    sentence asks for none.

    Args:
        messages: The segments of each message of the sample, in order.
    """
    return frozenset(_edge_words(messages) | _proper_names(messages))


def is_edge(place: int, segments: int) -> bool | None:
    """Whether a segment opens or closes its message; None where all that is said is edge."""
    if segments < MIN_SEGMENTS:
        return None
    return place not in range(*_inside(segments))


def wrapping_groups(labels: Labels, edges: EdgeArray, owner: IdArray) -> list[int]:
    """Groups of segments that wrap messages: closings and formulas that no list knows.

    They open or close messages far oftener than others do, and the rest of their messages is about
    the same groups as that of any other: what is asked for at the end goes with what the complaint
    is about.

    Args:
        labels: Group of each segment, -1 for none.
        edges: 1 where it opens or closes its message, 0 where not, -1 unknown, int8 (segments,).
        owner: Message of each.
    """
    count = int(labels.max(initial=-1)) + 1
    grouped = labels >= 0
    content = np.zeros((int(owner.max(initial=-1)) + 1, count))
    content[owner[grouped], labels[grouped]] = 1.0
    known = edges[grouped & (edges >= 0)]
    usual = float(known.mean()) if len(known) else 0.0
    enough = max(GROUP_EDGE_SHARE, min(GROUP_EDGE_EXCESS * usual, _NEARLY_ALL))
    found = []
    for group in range(count):
        places = edges[(labels == group) & (edges >= 0)]
        if len(places) and wilson(int(places.sum()), len(places))[0] >= enough:
            others = np.delete(content, group, axis=1)
            if _is_independent(others, owner[labels == group].tolist()):
                found.append(group)
    return found


def _edge_words(messages: Sequence[Segments]) -> set[str]:
    uses, edges = Counter[str](), Counter[str]()
    found_in: dict[str, list[int]] = defaultdict(list)
    long = [segments for segments in messages if len(segments) >= MIN_SEGMENTS]
    for number, segments in enumerate(long):
        inner = range(*_inside(len(segments)))
        for position, words in enumerate(segments):
            keys = _keys(words)
            uses.update(keys)
            if position not in inner:
                edges.update(keys)
                for key in keys:
                    found_in[key].append(number)
    candidates = [key for key in sorted(edges) if wilson(edges[key], uses[key])[0] >= EDGE_SHARE]
    if not candidates:
        return set()
    content = _inner_content(long)
    return {key for key in candidates if _is_independent(content, found_in[key])}


def _proper_names(messages: Sequence[Segments]) -> set[str]:
    uses, capitals = Counter[str](), Counter[str]()
    for segments in messages:
        for words in segments:
            for before, word in pairwise(words):
                if word.key and word.key != BREAK:
                    uses[word.key] += 1
                    if word.shown.istitle() and before.key != BREAK:
                        capitals[word.key] += 1
    return {
        key
        for key, count in capitals.items()
        if count >= _MIN_NAME_USES and count >= NAME_SHARE * uses[key] and key not in names_kept()
    }


def _keys(words: Sequence[Word]) -> set[str]:
    return {word.key for word in words if word.key and word.key != BREAK}


def _inside(segments: int) -> tuple[int, int]:
    """What is not edge: all but the first and last segment, or two of each in long messages."""
    edge = 1 if segments < LONG else 2
    return edge, segments - edge


def _inner_content(messages: Sequence[Segments]) -> np.ndarray:
    """Hashed content of what lies between the edges, (messages, 512) float64."""
    slots: dict[str, int] = {}
    content = np.zeros((len(messages), _HASHED))
    for row, segments in enumerate(messages):
        for words in segments[slice(*_inside(len(segments)))]:
            for key in sorted(_keys(words)):
                content[row, slots.setdefault(key, len(slots) % _HASHED)] += 1
    frequency = (content > 0).sum(axis=0)
    content *= np.log((1 + len(messages)) / (1 + frequency))
    norms = np.linalg.norm(content, axis=1, keepdims=True)
    return content / np.where(norms > 0, norms, 1)


def _is_independent(content: np.ndarray, rows: Sequence[int]) -> bool:
    """Whether these messages are about the same as as many messages at random would be."""
    overall = content.mean(axis=0)
    chosen = np.unique(rows)[:400]
    distance = float(np.linalg.norm(content[chosen].mean(axis=0) - overall))
    spread = float(np.sqrt(content.var(axis=0).sum() / len(chosen)))
    return distance <= spread * (1 + _INDEPENDENCE_SPREAD / math.sqrt(2 * len(chosen)) + 0.15)
