"""From gold messages and predictions to everything that `vocmine evaluate` reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.evaluation.bootstrap import ratio
from vocmine.evaluation.calibration import Calibration, calibration
from vocmine.evaluation.points import EndToEnd, score_points, sign
from vocmine.evaluation.predictions import joined
from vocmine.evaluation.scores import Score, score_labels, score_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vocmine.evaluation.gold import GoldMessage, Task
    from vocmine.evaluation.predictions import OneLabel, Predictions
    from vocmine.heads import Code

MIN_GROUP = 30
"""Rows of a language or channel, at least, for it to be told apart."""


def four_way(code: Code) -> str:
    """Sentiment as most people read it: negative, neutral, mixed or positive."""
    return str(code).removeprefix("very_")


VIEWS: Mapping[str, tuple[str, Callable[[Code], Code]]] = {
    "sentiment_four": ("sentiment", four_way),
    "polarity_sign": ("polarity", sign),
}
"""Coarser readings that are reported beside a task: name to task and what a code becomes."""


@dataclass(frozen=True, slots=True)
class Group:
    """A language or channel: its rows, and how many of them are right (micro-F1 of sets)."""

    name: str
    n: int
    accuracy: float


@dataclass(frozen=True, slots=True)
class TaskReport:
    """How well one task is read.

    Args:
        name: The task, or a coarser reading of it (`VIEWS`).
        task: The task.
        per: `message`, or `quote` for labels of gold quotes.
        many: Several labels for each row.
        calibration: Of the labels that were given.
        languages, channels: Those of at least `MIN_GROUP` rows, the worst first.
    """

    name: str
    task: str
    per: str
    many: bool
    score: Score
    calibration: Calibration | None
    languages: tuple[Group, ...]
    channels: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything found.

    Args:
        insights: Labelled insights; None when the data say nothing of them.
        other_language: Messages that `vocmine analyze` leaves aside for their language.
        end_to_end: Insights as vocmine finds them; None when the data have no quotes.
    """

    messages: int
    insights: int | None
    other_language: int
    tasks: tuple[TaskReport, ...]
    end_to_end: EndToEnd | None


@dataclass(slots=True)
class _Rows:
    """Rows of one task: the message of each, and its place among the predictions."""

    message: list[int]
    place: list[int]


def evaluate(
    messages: Sequence[GoldMessage],
    predictions: Predictions,
    tasks: Sequence[Task],
    *,
    quoted: bool = True,
) -> Evaluation:
    """Judge predictions of messages that people labelled.

    Args:
        tasks: Of the model; those without a label in the data are left out.
        quoted: Whether insights have quotes, and can be judged end to end.
    """
    judge = _Judge(messages, predictions)
    reports: list[TaskReport] = []
    for task in tasks:
        made = judge.sets(task) if task.many else judge.labels(task)
        reports += made
    points = [message.points for message in messages if message.points is not None]
    labelled = {name for own in points for point in own for name in point.labels}
    end_to_end = None
    if quoted and points:
        end_to_end = score_points(
            points,
            [p for p, m in zip(predictions.points, messages, strict=True) if m.points is not None],
            [t.name for t in tasks if t.name in labelled and not t.many],
        )
    return Evaluation(
        messages=len(messages),
        insights=sum(map(len, points)) if points else None,
        other_language=predictions.langs.count("other"),
        tasks=tuple(reports),
        end_to_end=end_to_end,
    )


class _Judge:
    def __init__(self, messages: Sequence[GoldMessage], predictions: Predictions) -> None:
        self.messages = messages
        self.predictions = predictions
        found = zip(messages, predictions.langs, strict=True)
        self.langs = [message.lang or lang for message, lang in found]

    def labels(self, task: Task) -> list[TaskReport]:
        """Reports of a task with one label, and of its coarser readings."""
        rows, gold = self._rows(task)
        if not gold:
            return []
        answers = self.predictions.one[task.name]
        views = {n: fold for n, (of, fold) in VIEWS.items() if of == task.name}
        return [
            self._report(name, task, rows, [fold(code) for code in gold], answers, fold)
            for name, fold in {task.name: _as_it_is, **views}.items()
        ]

    def _rows(self, task: Task) -> tuple[_Rows, list[Code]]:
        rows, gold = _Rows([], []), []
        if task.per == "message":
            for index, message in enumerate(self.messages):
                if task.name in message.labels:
                    rows.message.append(index)
                    rows.place.append(index)
                    gold.append(message.labels[task.name])
            return rows, gold
        points = [(i, p) for i, m in enumerate(self.messages) for p in m.points or ()]
        for place, (index, point) in enumerate(points):
            if task.name in point.labels:
                rows.message.append(index)
                rows.place.append(place)
                gold.append(point.labels[task.name])
        return rows, gold

    def _report(
        self,
        name: str,
        task: Task,
        rows: _Rows,
        gold: Sequence[Code],
        answers: OneLabel,
        fold: Callable[[Code], Code],
    ) -> TaskReport:
        predicted = [fold(answers.codes[place]) for place in rows.place]
        folded = [fold(code) for code in task.labels]
        # A coarse label is as sure as the labels that it stands for are together.
        same = np.asarray([[a == b for b in folded] for a in folded], dtype=np.float32)
        probabilities = joined(answers.probabilities)[rows.place] @ same
        chosen = [folded.index(code) for code in predicted]
        right = np.asarray([a == b for a, b in zip(gold, predicted, strict=True)])
        counts = np.stack([right, np.ones(len(right))], axis=1)
        return TaskReport(
            name=name,
            task=task.name,
            per="message" if task.per == "message" else "quote",
            many=False,
            score=score_labels(gold, predicted, rows.message, list(dict.fromkeys(folded))),
            calibration=calibration(probabilities[np.arange(len(chosen)), chosen], right),
            languages=_groups([self.langs[i] for i in rows.message], counts),
            channels=_groups([self.messages[i].channel for i in rows.message], counts),
        )

    def sets(self, task: Task) -> list[TaskReport]:
        """Report of a task with several labels; none when no message has any of them."""
        rows = [i for i, message in enumerate(self.messages) if task.name in message.sets]
        gold = [self.messages[i].sets[task.name] for i in rows]
        if not any(gold):
            return []
        known = set(task.labels)
        given = [
            {
                code: share
                for code, share in self.predictions.many[task.name].rows[i].items()
                if code in known
            }
            for i in rows
        ]
        counts = np.asarray(
            [
                (2 * len(wanted & set(got)), len(wanted) + len(got))
                for wanted, got in zip(gold, given, strict=True)
            ],
            dtype=np.float64,
        )
        sure = [
            (share, code in wanted)
            for wanted, got in zip(gold, given, strict=True)
            for code, share in got.items()
        ]
        report = TaskReport(
            name=task.name,
            task=task.name,
            per="message",
            many=True,
            score=score_sets(gold, [set(got) for got in given], task.labels),
            calibration=calibration(
                np.asarray([share for share, _ in sure]), np.asarray([hit for _, hit in sure])
            ),
            languages=_groups([self.langs[i] for i in rows], counts),
            channels=_groups([self.messages[i].channel for i in rows], counts),
        )
        return [report]


def worst(groups: Sequence[Group]) -> Group | None:
    """The worst of several groups; a single one is no comparison."""
    return groups[0] if len(groups) > 1 else None


def _as_it_is(code: Code) -> Code:
    return code


def _groups(names: Sequence[str], counts: Any) -> tuple[Group, ...]:
    """Groups of at least `MIN_GROUP` rows, the worst first; rows without a name are in none.

    Args:
        counts: What is right and what could be, of each row, float64 (rows, 2).
    """
    made = []
    for name, n in Counter(names).items():
        if name and n >= MIN_GROUP:
            sums = counts[[own == name for own in names]].sum(axis=0, keepdims=True)
            made.append(Group(name, n, float(np.nan_to_num(ratio(sums[:, 0], sums[:, 1]))[0])))
    return tuple(sorted(made, key=lambda group: (group.accuracy, group.name)))
