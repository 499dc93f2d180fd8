"""Quality of the shipped heads on labelled development data, beside two baselines.

    python benchmarks/quality.py --data DIR [--json FILE] [--markdown FILE]

`DIR` (or the environment variable VOCMINE_DATA) is the data folder with `dev/` and, for the
baselines, `corpus/` and `train/`. Message heads are judged on messages, segment heads on the
labelled quotes, and insights end to end: segmenter, encoder, gate, labels.
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "models" / "training")]

from heads_data import (
    EMOTIONS,
    Example,
    best_insight,
    read_gold,
    read_rows,
    with_clauses,
)
from heads_features import Vectors, as_batch, encode, main_clauses
from heads_public import EKMAN
from quality_baselines import TfidfFeatures, fit_and_predict, majority
from quality_insights import LABELS, InsightScore, Point, score_insights
from quality_scores import Score, score_labels, score_sets
from quality_table import READING, to_markdown

from vocmine.assembly import assemble
from vocmine.models import Heads, load_encoder, load_heads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.batch import Batch
    from vocmine.plugin import Encoder

MESSAGE_TASKS = ("pqrs", "sentiment", "effort", "churn", "recommend", "urgent")
BASELINE_SETS = ("brighter-es", "brighter-pt", "brighter-en", "goemotions-en")


@dataclass(slots=True)
class Row:
    """One judged task on one data set, with the baselines' scores where they were asked for."""

    task: str
    data: str
    score: Score
    majority: Score | None = None
    tfidf: Score | None = None


@dataclass(slots=True)
class Report:
    """Everything the benchmark found."""

    heads: list[Row] = field(default_factory=list)
    insights: dict[str, list[InsightScore]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain objects."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """Gold messages with their clauses and vectors."""

    examples: list[Example]
    vectors: Vectors

    def batch(self, *, quotes: bool = False) -> Batch:
        """As the engine's batch; its segments are the clauses, or the labelled quotes."""
        return as_batch(self.examples, self.vectors, quotes=quotes)


def judge(encoder: Encoder, examples: Sequence[Example], cache: Path | None = None) -> Judged:
    """Segment and encode labelled messages."""
    segmented = with_clauses(examples)
    return Judged(segmented, encode(encoder, segmented, cache))


def score_heads(heads: Heads, gold: Judged, data: str = "gold") -> list[Row]:
    """Every head on gold messages and gold quotes."""
    examples = gold.examples
    batch, quotes = gold.batch(), gold.batch(quotes=True)
    rows = [
        Row(
            task,
            data,
            score_labels(
                [e.labels[task] for e in examples],
                heads.predict(task, batch).codes,
                range(len(examples)),
            ),
        )
        for task in MESSAGE_TASKS
    ]
    rows.append(Row("emotions", data, score_emotions(heads, gold, EMOTIONS)))
    _, makes_point, owners = clauses_of(examples)
    score = score_labels(makes_point, heads.predict("insight", batch).codes, owners)
    rows.append(Row("insight", data, score))
    for task in LABELS:
        predicted = heads.predict(task, quotes).codes
        wanted = [i.labels[task] for e in examples for i in e.insights or ()]
        owners = quotes.segment_message.tolist()
        rows.append(Row(task, data, score_labels(wanted, predicted, owners)))
    return rows


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


def score_emotions(heads: Heads, gold: Judged, labels: Sequence[str]) -> Score:
    """The emotions head on messages, over the emotions that the set labels."""
    found = heads.predict_many("emotions", gold.batch())
    predicted: list[set[str]] = [set() for _ in gold.examples]
    for row, code in zip(found.row.tolist(), found.codes, strict=True):
        predicted[row].add(str(code))
    return score_sets(
        [
            frozenset(e for e, there in example.emotions.items() if there)
            for example in gold.examples
        ],
        [frozenset(codes & set(labels)) for codes in predicted],
        labels,
    )


def predict_insights(heads: Heads, gold: Judged) -> list[list[Point]]:
    """Insights the engine finds in each message."""
    batch = gold.batch()
    columns = {
        f"segment_{task}": {task: heads.predict(task, batch).codes}
        for task in ("polarity", "friction")
    }
    found = assemble(batch, columns, heads)
    points: list[list[Point]] = [[] for _ in gold.examples]
    owners = batch.segment_message[np.asarray(found["row"], dtype=np.intp)].tolist()
    for index, owner in enumerate(owners):
        points[owner].append(
            Point(
                int(str(found["start"][index])),
                int(str(found["end"][index])),
                {name: found[name][index] for name in LABELS},
            )
        )
    return points


def gold_points(gold: Judged) -> list[list[Point]]:
    """Labelled insights of each message."""
    return [
        [Point(i.start, i.end, dict(i.labels)) for i in example.insights or ()]
        for example in gold.examples
    ]


def stars_sentiment(stars: int) -> str:
    """Three-way reading of a rating, to compare with three-way sentiment."""
    return "negative" if stars <= 2 else "positive" if stars >= 4 else "neutral"


def read_marc(data: Path, limit: int) -> list[Example]:
    """Rated reviews of `dev/`: `limit` of them, evenly spaced, as the file is sorted by stars."""
    rows = list(read_rows(data / "dev" / "marc-es-dev.jsonl.gz"))
    rows = rows[:: max(len(rows) // limit, 1)][:limit]
    return [
        Example(str(row["text"]), "es", "marc-es-dev", {"stars": int(row["stars"])}) for row in rows
    ]


def score_marc(heads: Heads, judged: Judged) -> Score:
    """Sentiment in three ways against stars; `mixed` counts as neutral."""
    codes = heads.predict("sentiment", judged.batch()).codes
    three = ["neutral" if code == "mixed" else str(code).removeprefix("very_") for code in codes]
    wanted = [stars_sentiment(int(e.labels["stars"])) for e in judged.examples]
    return score_labels(wanted, three, range(len(wanted)))


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


def add_baselines(report: Report, data: Path, gold: Judged) -> None:
    """Majority and TF-IDF with logistic regression, trained on the heads' training data."""
    from heads_sets import read_training_set

    train = read_training_set(data, public=BASELINE_SETS, seed=0).examples
    by_task = {row.task: row for row in report.heads if row.data == "gold"}
    own = [example for example in train if example.insights is not None]
    features = TfidfFeatures([example.text for example in train])
    test = features.transform([example.text for example in gold.examples])
    messages = range(len(gold.examples))
    own_rows = [i for i, example in enumerate(train) if example.insights is not None]
    for task in MESSAGE_TASKS:
        labels = [example.labels[task] for example in own]
        wanted = [example.labels[task] for example in gold.examples]
        row = by_task[task]
        row.majority = score_labels(wanted, majority(labels, len(wanted)), messages)
        predicted = fit_and_predict(features.train[own_rows], labels, test)
        row.tfidf = score_labels(wanted, predicted, messages)
    _add_emotion_baselines(by_task["emotions"], train, features, test, gold)
    _add_segment_baselines(by_task, own, gold)
    _add_gate_baselines(by_task["insight"], own, gold)


def _add_emotion_baselines(
    row: Row, train: Sequence[Example], features: TfidfFeatures, test: Any, gold: Judged
) -> None:
    found: list[set[str]] = [set() for _ in gold.examples]
    for emotion in EMOTIONS:
        rows = [i for i, example in enumerate(train) if emotion in example.emotions]
        labels = [train[i].emotions[emotion] for i in rows]
        for index, there in enumerate(fit_and_predict(features.train[rows], labels, test)):
            if there:
                found[index].add(emotion)
    wanted = [frozenset(e for e, there in x.emotions.items() if there) for x in gold.examples]
    row.tfidf = score_sets(wanted, [frozenset(codes) for codes in found], EMOTIONS)
    row.majority = score_sets(wanted, [frozenset()] * len(wanted), EMOTIONS)


def _add_segment_baselines(by_task: dict[str, Row], own: Sequence[Example], gold: Judged) -> None:
    quotes = [(e.text[i.start : i.end], i.labels) for e in own for i in e.insights or ()]
    asked = [(e.text[i.start : i.end], i.labels) for e in gold.examples for i in e.insights or ()]
    owners = gold.vectors.quote_message.tolist()
    features = TfidfFeatures([text for text, _ in quotes])
    test = features.transform([text for text, _ in asked])
    for task in LABELS:
        labels = [codes[task] for _, codes in quotes]
        wanted = [codes[task] for _, codes in asked]
        row = by_task[task]
        row.majority = score_labels(wanted, majority(labels, len(wanted)), owners)
        row.tfidf = score_labels(wanted, fit_and_predict(features.train, labels, test), owners)


def _add_gate_baselines(row: Row, own: Sequence[Example], gold: Judged) -> None:
    texts, labels, _ = clauses_of(with_clauses(own))
    asked, wanted, owners = clauses_of(gold.examples)
    row.majority = score_labels(wanted, majority(labels, len(wanted)), owners)
    features = TfidfFeatures(texts)
    predicted = fit_and_predict(features.train, labels, features.transform(asked))
    row.tfidf = score_labels(wanted, predicted, owners)


def evaluate(
    encoder: Encoder,
    heads: Heads,
    data: Path,
    *,
    cache: Path | None = None,
    marc: int = 1000,
    baselines: bool = True,
) -> Report:
    """Judge the heads on everything in `dev/`."""
    gold = judge(encoder, read_gold(data), cache)
    report = Report(heads=score_heads(heads, gold))
    ekman = judge(encoder, read_brighter(data), cache)
    report.heads.append(Row("emotions", "brighter-es-test", score_emotions(heads, ekman, EKMAN)))
    if marc:
        reviews = judge(encoder, read_marc(data, marc), cache)
        report.heads.append(Row("sentiment, 3-way", "marc-es-dev", score_marc(heads, reviews)))
    found, wanted = predict_insights(heads, gold), gold_points(gold)
    report.insights["half of the shorter"] = score_insights(wanted, found)
    report.insights["intersection over union 0.5"] = score_insights(wanted, found, strict=True)
    if baselines:
        add_baselines(report, data, gold)
    report.facts = {
        "date": datetime.now(UTC).date().isoformat(),
        "messages": len(gold.examples),
        "insights": len(gold.vectors.quote),
        "encoder": encoder.fingerprint,
        "heads": heads.fingerprint,
        "marc_rows": marc,
    }
    return report


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table; write JSON and Markdown when asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    parser.add_argument("--cache", type=Path, help="folder for vectors")
    parser.add_argument("--marc", type=int, default=1000, help="rated reviews to judge, 0 for none")
    parser.add_argument("--no-baselines", action="store_true")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    report = evaluate(
        load_encoder(),
        load_heads(),
        options.data,
        cache=options.cache,
        marc=options.marc,
        baselines=not options.no_baselines,
    )
    table = to_markdown(report.as_json())
    print(table)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(), indent=1) + "\n", "utf-8")
    if options.markdown:
        options.markdown.write_text(table + READING, "utf-8")


if __name__ == "__main__":
    main()
