"""How far a run is, and what it did."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field

from vocmine.store.runs import Counts


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Args:
        stage: `found` (records in the inputs opened so far, only when they are counted first),
            `read` (records), `analysed` (messages), or the name of a corpus analyzer (messages).
        done: How many of them.
        failed: Records and messages that failed so far.
    """

    stage: str
    done: int
    failed: int = 0


@dataclass(slots=True)
class Outcome:
    """What a run did.

    Args:
        run_id: Its row in `runs`.
        message_ids: Ids of its messages in input order, one for each record analysed or stored.
        errors: One sentence for each thing that failed as a whole (file, plugin).
        notes: Sentences worth reading: doubtful detections, files left aside.
    """

    run_id: int
    counts: Counts = field(default_factory=Counts)
    reasons: Counter[str] = field(default_factory=Counter)
    message_ids: array[int] = field(default_factory=lambda: array("q"))
    inputs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fitted: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.errors and self.counts.failed == 0
