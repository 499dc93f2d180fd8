"""Labelled development data with their vectors, and what a model says about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heads_data import Example, best_insight, read_rows, with_clauses
from heads_features import Vectors, as_batch, encode, main_clauses
from heads_public import EKMAN

from vocmine.evaluation import GoldMessage, Point, Predictions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vocmine.batch import Batch
    from vocmine.heads import Heads
    from vocmine.plugin import Encoder


@dataclass(frozen=True, slots=True)
class Judged:
    """Labelled messages with their clauses and vectors."""

    examples: list[Example]
    vectors: Vectors

    @property
    def messages(self) -> list[GoldMessage]:
        """As `vocmine.evaluation` takes them."""
        return [_gold_message(example) for example in self.examples]

    def batch(self, *, quotes: bool = False) -> Batch:
        """As the engine's batch; its segments are the clauses, or the labelled quotes."""
        return as_batch(self.examples, self.vectors, quotes=quotes)

    def predictions(self, heads: Heads) -> Predictions:
        """What heads say about them."""
        made = Predictions()
        made.add(heads, self.batch(), self.batch(quotes=True))
        return made


def judge(encoder: Encoder, examples: Sequence[Example], cache: Path | None = None) -> Judged:
    """Segment and encode labelled messages."""
    segmented = with_clauses(examples)
    return Judged(segmented, encode(encoder, segmented, cache))


def _gold_message(example: Example) -> GoldMessage:
    labels = {t: code for t, code in example.labels.items() if not isinstance(code, frozenset)}
    named = frozenset(emotion for emotion, there in example.emotions.items() if there)
    return GoldMessage(
        example.text,
        lang=example.lang,
        channel=example.source,
        labels=labels,
        sets={"emotions": named} if example.emotions else {},
        points=None
        if example.insights is None
        else [Point(i.start, i.end, i.labels) for i in example.insights],
    )


def clauses_of(examples: Sequence[Example]) -> tuple[list[str], list[int], list[int]]:
    """Text of each clause, whether it is the main one of a labelled insight, and its message."""
    texts, labels, owners = [], [], []
    for owner, example in enumerate(examples):
        insights = example.insights or ()
        best = [best_insight(clause, insights) for clause in example.clauses]
        main = main_clauses(example.clauses, best, insights)
        texts += [example.text[start:end] for start, end in example.clauses]
        labels += [int(position in main) for position in range(len(best))]
        owners += [owner] * len(best)
    return texts, labels, owners


def read_marc(data: Path, limit: int) -> list[Example]:
    """Rated reviews of `dev/`: `limit` of them, evenly spaced, as the file is sorted by stars."""
    rows = list(read_rows(data / "dev" / "marc-es-dev.jsonl.gz"))
    count = min(limit, len(rows))
    rows = [rows[i * len(rows) // count] for i in range(count)]
    return [
        Example(str(row["text"]), "es", "marc-es-dev", {"stars": int(row["stars"])}) for row in rows
    ]


def read_brighter(data: Path) -> list[Example]:
    """BRIGHTER's Spanish test set."""
    return [
        Example(
            str(row["text"]),
            "es",
            "brighter-es-test",
            emotions={emotion: emotion in row["label"] for emotion in EKMAN},
        )
        for row in read_rows(data / "dev" / "brighter-es-test.jsonl.gz")
    ]
