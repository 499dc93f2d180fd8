"""Quality of the shipped models on labelled development data, beside baselines and peers.

    python benchmarks/quality.py --data DIR [--json FILE] [--markdown FILE]
                                 [--robustness] [--peers]

`DIR` (or the environment variable VOCMINE_DATA) is the data folder with `dev/` and, for the
baselines, `corpus/` and `train/`. Message heads are judged on messages, segment heads on the
labelled quotes, and insights end to end: segmenter, encoder, gate, labels. The measures are those
of `vocmine evaluate`.
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

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "models" / "training")]

from heads_data import EMOTIONS, read_gold
from heads_public import EKMAN
from quality_baselines import guess
from quality_data import Judged, clauses_of, judge, read_brighter, read_marc
from quality_peers import judge_peers
from quality_scores import Figures, figures
from quality_stars import score_stars
from quality_table import READING, peers_table, targets_table, to_markdown
from robustness import robustness, robustness_table

from vocmine.evaluation import (
    EndToEnd,
    Point,
    Task,
    score_labels,
    score_points,
    score_sets,
    tasks_of,
)
from vocmine.evaluation import evaluate as judged_on
from vocmine.evaluation.judge import VIEWS
from vocmine.models import SHIPPED, load_model, model_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.heads import Heads
    from vocmine.plugin import Encoder

BASELINE_SETS = ("brighter-es", "brighter-pt", "brighter-en", "goemotions-en")
OBSTACLE = "friction, obstacles"
"""Friction of the quotes that have one: 19 labels, where `friction` has `none` besides."""


@dataclass(slots=True)
class Row:
    """One judged task on one data set, with the baselines' scores where they were asked for."""

    task: str
    data: str
    score: Figures
    majority: Figures | None = None
    tfidf: Figures | None = None


@dataclass(slots=True)
class Report:
    """Everything the benchmark found about one model."""

    heads: list[Row] = field(default_factory=list)
    insights: dict[str, EndToEnd] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain objects."""
        return asdict(self)


def score_gold(heads: Heads, gold: Judged) -> Report:
    """Every head on gold messages and gold quotes, and insights end to end."""
    messages, predictions = gold.messages, gold.predictions(heads)
    tasks = tasks_of(heads)
    found = judged_on(messages, predictions, tasks)
    report = Report([Row(t.name, "gold", figures(t.score, t.calibration)) for t in found.tasks])
    quotes = [(i, p.labels["friction"]) for i, m in enumerate(messages) for p in m.points or ()]
    pairs = zip(quotes, predictions.one["friction"].codes, strict=True)
    hurt = [(owner, code, read) for (owner, code), read in pairs if code != "none"]
    owners, wanted, read = zip(*hurt, strict=True)
    report.heads.append(Row(OBSTACLE, "gold", figures(score_labels(wanted, read, owners))))
    _, makes_point, owners_of_clauses = clauses_of(gold.examples)
    gate = heads.predict("insight", gold.batch()).codes
    score = score_labels(makes_point, gate, owners_of_clauses)
    report.heads.append(Row("insight", "gold", figures(score)))
    assert found.end_to_end is not None
    report.insights["half of the shorter"] = found.end_to_end
    wanted_points: list[list[Point]] = [message.points or [] for message in messages]
    names = [t.name for t in tasks if t.per == "segment"]
    strict = score_points(wanted_points, predictions.points, names, strict=True)
    assert strict is not None
    report.insights["intersection over union 0.5"] = strict
    return report


def add_baselines(report: Report, data: Path, gold: Judged) -> None:
    """Majority and TF-IDF with logistic regression, trained on the heads' training data."""
    from heads_sets import read_training_set

    train = read_training_set(data, public=BASELINE_SETS, seed=0).examples
    guesses = guess(train, gold.examples)
    messages = gold.messages
    for row in report.heads:
        task, fold = VIEWS.get(row.task, (row.task, lambda code: code))
        if row.data != "gold" or task not in guesses:
            continue
        if task == "emotions":
            sets = [message.sets[task] for message in messages]
            scores = [
                figures(score_sets(sets, given, EMOTIONS))
                for given in (guesses[task].majority, guesses[task].tfidf)
            ]
        else:
            wanted, owners = _gold_rows(gold, task)
            scores = [
                figures(score_labels(list(map(fold, wanted)), list(map(fold, given)), owners))
                for given in (guesses[task].majority, guesses[task].tfidf)
            ]
        row.majority, row.tfidf = scores


def _gold_rows(gold: Judged, task: str) -> tuple[list[Any], list[int]]:
    """Gold labels of a task, row by row, and the message of each."""
    if task == "insight":
        _, labels, owners = clauses_of(gold.examples)
        return list(labels), owners
    messages = gold.messages
    if task in messages[0].labels:
        return [message.labels[task] for message in messages], list(range(len(messages)))
    points = [(p.labels[task], i) for i, m in enumerate(messages) for p in m.points or ()]
    return [code for code, _ in points], [owner for _, owner in points]


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
    report = score_gold(heads, gold)
    ekman = judge(encoder, read_brighter(data), cache)
    task = Task("emotions", "message", True, tuple(EKMAN))
    (found,) = judged_on(ekman.messages, ekman.predictions(heads), [task]).tasks
    score = figures(found.score, found.calibration)
    report.heads.append(Row("emotions", "brighter-es-test", score))
    if marc:
        reviews = judge(encoder, read_marc(data, marc), cache)
        stars = [int(str(example.labels["stars"])) for example in reviews.examples]
        for name, stars_score in score_stars(heads, reviews.batch(), stars).items():
            report.heads.append(Row(name, "marc-es-dev", figures(stars_score)))
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
    """Print the tables; write JSON and Markdown when asked."""
    options = _options(arguments)
    found: dict[str, Any] = {}
    robust: dict[str, Any] = {}
    peers: list[dict[str, Any]] = []
    for name in (name for name in options.model or SHIPPED if name in model_names()):
        model = load_model(name)
        report = evaluate(
            model.encoder,
            model.heads,
            options.data,
            cache=options.cache,
            marc=options.marc,
            baselines=not options.no_baselines,
        )
        found[name] = report.as_json()
        if options.robustness:
            robust[name] = robustness(model.encoder, model.heads, read_gold(options.data))
        if options.peers:
            found_peers = judge_peers(model, options.data, options.cache, options.marc)
            # The others are the same whichever model they stand beside.
            peers += [row for row in found_peers if row not in peers]
    parts = [targets_table(found), *(to_markdown(report, name) for name, report in found.items())]
    parts += [robustness_table(robust)] if robust else []
    parts += [peers_table(peers)] if peers else []
    table = "# Quality on development data\n\n" + "\n".join(parts)
    print(table)
    if options.json:
        drops = {name: [asdict(drop) for drop in drops] for name, drops in robust.items()}
        everything = {"models": found, "robustness": drops, "peers": peers}
        options.json.write_text(json.dumps(everything, indent=1) + "\n", "utf-8")
    if options.markdown:
        options.markdown.write_text(table + READING, "utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--model", action="append", help="judge this model only; may be repeated")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--markdown", type=Path, help="write the tables here")
    parser.add_argument("--cache", type=Path, help="folder for vectors")
    parser.add_argument("--marc", type=int, default=1000, help="rated reviews to judge, 0 for none")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--robustness", action="store_true", help="judge misspelt messages as well")
    parser.add_argument("--peers", action="store_true", help="judge the peers that are installed")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    options.data = Path(options.data)
    return options


if __name__ == "__main__":
    main()
