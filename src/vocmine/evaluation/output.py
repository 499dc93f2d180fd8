"""An evaluation as plain objects, as rows of figures and as tables to read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vocmine.evaluation.bootstrap import RESAMPLES
from vocmine.evaluation.judge import worst

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vocmine.evaluation.bootstrap import Estimate
    from vocmine.evaluation.judge import Evaluation, TaskReport
    from vocmine.evaluation.wording import Wording

SCHEMA = 1
CONFUSIONS = 8
"""Confusions of a task that the table tells; data formats hold them all."""
Row = dict[str, Any]


def as_object(found: Evaluation, about: Mapping[str, Any]) -> Row:
    """Everything found, as JSON holds it; `about` says what was judged with which model."""
    made = asdict(found)
    for task, report in zip(made["tasks"], found.tasks, strict=True):
        task["worst_label"] = report.score.worst.label
        for kind in ("languages", "channels"):
            group = worst(getattr(report, kind))
            task[f"worst_{kind[:-1]}"] = group.name if group else None
    return {"schema": SCHEMA, **about, "resamples": RESAMPLES, **made}


def figures(found: Evaluation) -> Iterator[Row]:
    """One row for each figure: `task`, `label`, `measure`, `value`, `low`, `high`, `n`.

    A label with an `>` between two is a confusion: gold label, label given.
    """
    for report in found.tasks:
        yield from _figures_of(report)
    if found.end_to_end is None:
        return
    for match in found.end_to_end.matches:
        name = f"insights.{match.match}"
        for measure in ("precision", "recall", "f1"):
            yield _figure(name, "", measure, getattr(match, measure), match.gold)
    per_gold = found.end_to_end.per_gold
    yield _figure("insights.span", "", "predicted_per_gold", per_gold, found.end_to_end.gold)


def _figures_of(report: TaskReport) -> Iterator[Row]:
    name, score = report.name, report.score
    yield _figure(name, "", "accuracy", score.accuracy, score.n)
    yield _figure(name, "", "macro_f1", score.macro_f1, score.n)
    if score.micro_f1:
        yield _figure(name, "", "micro_f1", score.micro_f1, score.n)
    if report.calibration:
        yield _plain(name, "", "ece", report.calibration.ece, score.n)
    for label in score.classes:
        for measure in ("precision", "recall", "f1"):
            yield _plain(name, str(label.label), measure, getattr(label, measure), label.n)
        yield _plain(name, str(label.label), "predicted", label.predicted, label.n)
    for gold, given, n in score.confusions(len(score.classes) ** 2):
        yield _plain(name, f"{gold} > {given}", "confused", n, score.n)
    for kind in ("languages", "channels"):
        for group in getattr(report, kind):
            yield _plain(name, "", f"{kind[:-1]}={group.name}", group.accuracy, group.n)


def _figure(task: str, label: str, measure: str, found: Estimate, n: int) -> Row:
    row = _plain(task, label, measure, found.value, n)
    return row | {"low": round(found.low, 4), "high": round(found.high, 4)}


def _plain(task: str, label: str, measure: str, value: float | None, n: int) -> Row:
    rounded = round(value, 4) if value is not None else None
    return {
        "task": task,
        "label": label,
        "measure": measure,
        "value": rounded,
        "low": None,
        "high": None,
        "n": n,
    }


def summary_rows(found: Evaluation, words: Wording) -> list[Row]:
    """One row for each task, in words: what the first table shows."""
    return [
        {
            "task": words.task(report.name),
            "n": words.number(report.score.n),
            "accuracy": words.interval(report.score.accuracy),
            "macro_f1": words.interval(report.score.macro_f1),
            "micro_f1": words.interval(report.score.micro_f1),
            "ece": words.figure(report.calibration.ece if report.calibration else None),
            "worst_label": words.worst_label(report),
            "worst_language": words.group(worst(report.languages), "languages"),
            "worst_channel": words.group(worst(report.channels), "channels"),
        }
        for report in found.tasks
    ]


def class_rows(report: TaskReport, words: Wording) -> list[Row]:
    """One row for each label of a task, in words."""
    return [
        {
            "label": words.label(report.task, label.label),
            "precision": words.figure(label.precision),
            "recall": words.figure(label.recall),
            "f1": words.figure(label.f1),
            "labelled": words.number(label.n),
            "predicted": words.number(label.predicted),
        }
        for label in report.score.classes
    ]


def confusion_lines(report: TaskReport, words: Wording) -> list[str]:
    """The commonest confusions of a task, a sentence each."""
    return [
        words.text(
            "confusion",
            gold=words.label(report.task, gold),
            given=words.label(report.task, given),
            n=words.number(n),
        )
        for gold, given, n in report.score.confusions(CONFUSIONS)
    ]


def match_rows(found: Evaluation, words: Wording) -> list[Row]:
    """One row for each way in which insights are compared end to end, in words."""
    if found.end_to_end is None:
        return []
    return [
        {
            "match": words.match(match.match),
            "precision": words.interval(match.precision),
            "recall": words.interval(match.recall),
            "f1": words.interval(match.f1),
        }
        for match in found.end_to_end.matches
    ]
