"""Which segments share a sentence, and what they mean in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vocmine.batch import Batch, FlagArray, SketchArray

BESIDE = 0.5
"""Weight of a neighbour in the same sentence: few words say little by themselves."""
_LARGEST = 127
_END = re.compile(r"[.!?…;\n]")


def same_sentence(batch: Batch) -> FlagArray:
    """Whether each segment goes on with the sentence of the one before, bool (segments,)."""
    columns = batch.segment_message, batch.segment_start, batch.segment_end
    owner, start, end = (column.tolist() for column in columns)
    found = np.zeros(len(owner), dtype=np.bool_)
    for at in range(1, len(owner)):
        if owner[at] == owner[at - 1]:
            # A segment may hold the mark that ends it.
            between = batch.texts[owner[at]][end[at - 1] - 1 : start[at]]
            found[at] = _END.search(between) is None
    return found


def in_context(batch: Batch) -> SketchArray:
    """Sketches moved towards those beside them in the same sentence, int8 (segments, width)."""
    sketches = batch.segment_sketches
    if not len(sketches):
        return sketches
    rows = sketches.astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1.0)
    moved = rows.copy()
    goes_on = np.flatnonzero(same_sentence(batch))
    moved[goes_on] += BESIDE * rows[goes_on - 1]
    moved[goes_on - 1] += BESIDE * rows[goes_on]
    largest = np.abs(moved).max(axis=1, keepdims=True, initial=0.0)
    scaled = moved * (_LARGEST / np.where(largest > 0, largest, 1.0))
    found: SketchArray = np.rint(scaled).astype(np.int8)
    return found
