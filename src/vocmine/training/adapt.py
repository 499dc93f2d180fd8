"""Adapting the heads of a base to a team's labels, and judging whether it helped.

Every score is of messages that the judged weights never saw: rows are cut into folds by message,
and what is chosen (the pull) is chosen inside the other folds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from vocmine.heads import Heads
from vocmine.training.fit import (
    Array,
    IndexArray,
    Space,
    fit,
    folds_of,
    log_losses,
    probabilities,
)
from vocmine.training.gold import CATEGORY, FRICTION
from vocmine.training.rows import Labelled, labelled, labelled_many
from vocmine.training.scores import Score, score
from vocmine.training.start import Start, start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vocmine.heads import Head
    from vocmine.taxonomy import Taxonomy
    from vocmine.training.rows import Encoded

FOLDS = 5
PULLS = (100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1)
"""Strengths tried. Weaker ones fit rows like these better still, and others worse."""
LEAST_ROWS = 20
"""Labelled rows that a task needs to be adapted."""
MOST_ROWS = 4000
"""Rows of one task that are learned from; beyond, a random choice of messages."""
MANY_ROWS = 1000
"""From here on one fold chooses the pull, where below all of them do."""


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What came of one task.

    Args:
        task: Its name.
        rows: Labelled rows.
        messages: Messages they belong to.
        base: Held-out score of the base.
        own: Held-out score of the adapted head, on the same rows.
        pull: Chosen strength; infinity is the base.
        kept: `own` or `base`: which head the model has.
        reason: Why it was not tried: `few_rows`, `one_label`; empty when it was.
    """

    task: str
    rows: int
    messages: int
    base: Score | None = None
    own: Score | None = None
    pull: float = float("inf")
    kept: str = "base"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adapted:
    """A team's heads and how each came about."""

    heads: Heads
    reports: tuple[TaskReport, ...]


@dataclass(frozen=True, slots=True)
class _Problem:
    """One task: rows in coordinates, where to start from, and what is right."""

    space: Space
    start: Start
    target: npt.NDArray[Any]
    groups: IndexArray
    many: bool

    def fitted(self, rows: IndexArray, pull: float) -> Array:
        """What some rows teach; a label that none of them has stays as the base has it.

        It is absent from what the team labelled, which does not make it rare in its messages.
        """
        target = self.target[rows]
        base = self.start.logits(rows, target)
        learned = np.zeros((self.space.z.shape[1], base.shape[1]))
        if self.many:
            used = np.flatnonzero(target.any(axis=0))
            target = target[:, used]
        else:
            used, target = np.unique(target, return_inverse=True)
        learned[:, used] = fit(self.space.z[rows], base[:, used], target, pull, many=self.many)
        return learned

    def logits(self, learned: Array, trained_on: IndexArray, rows: IndexArray) -> Array:
        """Logits of some rows, where others were learned from."""
        base = self.start.logits(rows, self.target[trained_on])
        return np.asarray(base + self.space.z[rows] @ learned)

    def decided(self, logits: Array, *, biased: bool) -> npt.NDArray[Any]:
        """Labels as the head decides them, with the base's decision bias or without."""
        chances = probabilities(logits, many=self.many)
        if self.many:
            return np.asarray(chances >= self.start.bias)
        head = self.start.head
        if not biased:
            head = replace(head, bias=np.zeros_like(head.bias))
        return head.decide(chances.astype(np.float32))

    def score(self, said: npt.NDArray[Any], target: npt.NDArray[Any]) -> Score:
        return score(target, said, len(self.start.labels), many=self.many)


def adapt(
    base: Heads,
    encoded: Encoded,
    taxonomy: Taxonomy | None = None,
    *,
    seed: int = 0,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Adapted:
    """Adapt every head that there are labels for; the others stay those of the base.

    Args:
        base: Heads to start from.
        encoded: Labelled messages.
        taxonomy: Own categories, which become labels of the friction head.
        seed: Decides the folds.
        on_progress: Told how many of the base's tasks are done.
    """
    heads = {task: base.head(task) for task in base.tasks}
    reports: list[TaskReport] = []
    for number, (task, head) in enumerate(list(heads.items())):
        on_progress(number)
        own = taxonomy if task == FRICTION else None
        start = start_of(head, base, own, encoded)
        found = (
            labelled_many(task, encoded, start.labels)
            if head.many
            else labelled(task, encoded, start.labels, per=head.per)
        )
        if task == "insight" or (not len(found.rows) and own is None):
            continue
        # The matrices are small: sharing them out among threads costs more than it saves.
        with threadpool_limits(1, "blas"):
            made, heads[task] = _adapt_task(task, start, found, base, encoded, seed)
        reports += made
    adapted = Heads(
        heads,
        fingerprint=base.fingerprint,
        encoder_fingerprint=base.encoder_fingerprint,
        dim=base.dim,
        vocabularies=base.vocabularies,
        taxonomy=taxonomy or base.taxonomy,
    )
    return Adapted(adapted, tuple(reports))


def _adapt_task(
    task: str, start: Start, found: Labelled, base: Heads, encoded: Encoded, seed: int
) -> tuple[list[TaskReport], Head]:
    """Reports of a task and its head; own categories are also judged as the frictions they are."""
    found = _at_most(found, MOST_ROWS, seed)
    name = CATEGORY if start.head.told_as else task
    report = TaskReport(name, len(found.rows), len(np.unique(found.message)))
    usual = start.head_of(found.target)
    if len(found.rows) < LEAST_ROWS:
        return [replace(report, reason="few_rows")], usual
    if not start.head.many and len(np.unique(found.target)) < 2:
        return [replace(report, reason="one_label")], usual
    inputs = encoded.inputs(start.head)[found.rows]
    words = (
        encoded.words(base, start.head.per)[found.rows] if start.head.words is not None else None
    )
    started = start.at(inputs, words)
    problem = _Problem(
        Space.of(inputs, words), started, found.target, found.message, start.head.many
    )
    said = _held_out(problem, seed)
    before, after = (problem.score(each, found.target) for each in said)
    rows = np.arange(len(found.rows))
    pull = _choose(problem, rows, seed)
    better = after.mean > before.mean and np.isfinite(pull)
    report = replace(report, base=before, own=after, pull=pull, kept="own" if better else "base")
    reports = [report]
    if start.head.told_as:
        before, after = (
            problem.score(start.siblings[each], start.siblings[found.target]) for each in said
        )
        reports.append(replace(report, task=task, base=before, own=after))
    if not better:
        return reports, usual
    change = problem.space.weights(problem.fitted(rows, pull))
    return reports, started.head_of(found.target, change)


def _held_out(problem: _Problem, seed: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """What base and adapted head say of each row, by weights that did not see its message."""
    folds = folds_of(problem.groups, FOLDS, seed)
    base = np.zeros_like(problem.target)
    own = np.zeros_like(problem.target)
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if not len(outside) or not len(inside):
            continue
        nothing = np.zeros((problem.space.z.shape[1], len(problem.start.labels)))
        base[outside] = problem.decided(problem.logits(nothing, inside, outside), biased=True)
        pull = _choose(problem, inside, seed + 1 + fold)
        learned = problem.fitted(inside, pull)
        own[outside] = problem.decided(problem.logits(learned, inside, outside), biased=False)
    return base, own


def _choose(problem: _Problem, rows: IndexArray, seed: int) -> float:
    """The pull, by held-out rows.

    Of the pulls whose log loss is within one standard error of the smallest, the strongest: what
    cannot be told apart is decided for the base.
    """
    folds = folds_of(problem.groups[rows], FOLDS, seed)
    tried = range(1) if len(rows) > MANY_ROWS else range(FOLDS)
    pulls = (float("inf"), *PULLS)
    losses: dict[float, list[Array]] = {pull: [np.zeros(0)] for pull in pulls}
    for fold in tried:
        inside, outside = rows[folds != fold], rows[folds == fold]
        for pull in pulls if len(outside) and len(inside) else ():
            made = problem.logits(problem.fitted(inside, pull), inside, outside)
            losses[pull].append(log_losses(made, problem.target[outside], many=problem.many))
    whole = {pull: np.concatenate(parts) for pull, parts in losses.items()}
    if not len(whole[pulls[0]]):
        return pulls[0]
    least = min(whole.values(), key=lambda loss: float(loss.mean()))
    return next(pull for pull in pulls if _as_good(whole[pull] - least))


def _as_good(worse: Array) -> bool:
    """Whether rows lose no more on average than one standard error."""
    return float(worse.mean()) <= float(worse.std() / np.sqrt(len(worse)))


def _at_most(found: Labelled, most: int, seed: int) -> Labelled:
    if len(found.rows) <= most:
        return found
    order = np.random.default_rng(seed).permutation(np.unique(found.message))
    rank = {message: place for place, message in enumerate(order.tolist())}
    ranked = np.argsort([rank[m] for m in found.message.tolist()], kind="stable")
    kept = np.sort(ranked[:most])
    return Labelled(found.rows[kept], found.target[kept], found.message[kept])


def summary(reports: tuple[TaskReport, ...]) -> Mapping[str, Any]:
    """Figures of a model's `meta.json`, task by task."""
    return {
        report.task: {
            "rows": report.rows,
            "messages": report.messages,
            "kept": report.kept,
            "reason": report.reason,
            "base": report.base.as_dict() if report.base else None,
            "own": report.own.as_dict() if report.own else None,
            "pull": report.pull if np.isfinite(report.pull) else None,
        }
        for report in reports
    }
