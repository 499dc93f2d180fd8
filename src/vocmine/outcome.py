"""How far a run is, and what it did."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vocmine.guard import Costs
from vocmine.store.runs import Counts

SWITCHED_OFF = (
    "It is switched off for the rest of the run: leave it out with --analyzer, or tell its author."
)


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
        costs: What each plugin took.
    """

    run_id: int
    counts: Counts = field(default_factory=Counts)
    reasons: Counter[str] = field(default_factory=Counter)
    message_ids: array[int] = field(default_factory=lambda: array("q"))
    inputs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fitted: list[str] = field(default_factory=list)
    costs: Costs = field(default_factory=Costs)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.errors and self.counts.failed == 0


class SameTexts:
    """Counts texts, to tell when one of them is most of what was read: the wrong column, then."""

    SHARE, MINIMUM = 0.5, 20
    KEPT = 50_000
    """Distinct texts remembered, so that memory does not grow with the export."""

    def __init__(self) -> None:
        self._texts: Counter[str] = Counter()

    def add(self, hashes: Iterable[str]) -> None:
        """Count the messages with these hashes of their content."""
        for content in hashes:
            if content in self._texts or len(self._texts) < self.KEPT:
                self._texts[content] += 1

    def warnings(self) -> list[str]:
        """A sentence when most messages are the same."""
        same = self._texts.most_common(1)[0][1] if self._texts else 0
        total = sum(self._texts.values())
        if total < self.MINIMUM or same <= total * self.SHARE:
            return []
        return [
            f"{same} of {total} messages have the same text: check with 'vocmine preview' "
            "that the right column is read, and name it with --map text=COLUMN."
        ]
