"""Sentences and clauses of customers' messages, with exact character offsets.

    from vocmine.segmentation import segment

    segments = segment(["Bonito pero llegó roto."], ["es"])

A segment is one clause that can carry one point. Segments need not cover the message: greetings
stand alone, leading `@handles`, bare links and the coordinating words between two clauses
belong to none.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vocmine.language import has_words
from vocmine.segmentation.clauses import spans
from vocmine.segmentation.languages import lexicon_of
from vocmine.segmentation.tokens import borrowed_tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.batch import IntArray

__all__ = ["SEGMENTER_VERSION", "Segments", "segment"]

SEGMENTER_VERSION = "1"
"""Changes whenever some message would be segmented differently: heads are trained on it."""

_MESSAGES_PER_LOAN = 1024


class Segments(NamedTuple):
    """Segments of a list of texts, in order of message and then of position.

    Args:
        message: int32 (segments,): index into the texts, ascending.
        start: int32 (segments,): first character of the segment in its text.
        end: int32 (segments,): one past its last character.
    """

    message: IntArray
    start: IntArray
    end: IntArray


def segment(texts: Sequence[str], langs: Sequence[str]) -> Segments:
    """Split every text into clauses.

    Segments do not overlap, lie inside their text, are never empty and carry no white space
    at their edges. A text with at least one word (see `vocmine.language.has_words`) gets at
    least one segment; a text of only emoji, numbers, links or mentions gets none. The result
    for a text depends on nothing but that text and its language. Safe in several threads.

    Args:
        texts: Messages as the customer wrote them, of any length.
        langs: Language of each text: `es`, `pt` or `en`. Any other text is split at the ends
            of its sentences only.

    Raises:
        ValueError: `texts` and `langs` differ in length.
    """
    message: list[int] = []
    start: list[int] = []
    end: list[int] = []
    pairs = enumerate(zip(texts, langs, strict=True))
    # A tokenizer that has seen too many words is replaced only between loans.
    while loan := list(islice(pairs, _MESSAGES_PER_LOAN)):
        with borrowed_tokenizer() as tokenize:
            for index, (text, lang) in loan:
                if not has_words(text):
                    continue
                found = list(spans(tokenize(text, lang), lexicon_of(lang)))
                for first, last in found or [_whole(text)]:
                    message.append(index)
                    start.append(first)
                    end.append(last)
    return Segments(
        np.asarray(message, dtype=np.int32),
        np.asarray(start, dtype=np.int32),
        np.asarray(end, dtype=np.int32),
    )


def _whole(text: str) -> tuple[int, int]:
    """The text as one segment: its only letters stand in marks that clauses leave out."""
    return len(text) - len(text.lstrip()), len(text.rstrip())
