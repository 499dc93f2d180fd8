"""Measures of an evaluation: by hand on small cases, and against scikit-learn on any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

from vocmine.evaluation.bootstrap import estimate, resampled
from vocmine.evaluation.calibration import calibration
from vocmine.evaluation.points import Point, match_points, score_points
from vocmine.evaluation.scores import score_labels, score_sets

LABELS = ("queja", "reclamo", "denuncia", "ninguna")
GOLD = ["queja", "queja", "reclamo", "reclamo", "reclamo", "ninguna"]
READ = ["queja", "reclamo", "reclamo", "reclamo", "queja", "denuncia"]

labels = st.sampled_from(LABELS)
rows = st.lists(st.tuples(labels, labels), min_size=1, max_size=40)
sets = st.frozensets(labels)
few = settings(max_examples=40, deadline=None)


def test_accuracy_and_macro_f1_of_a_case_counted_by_hand() -> None:
    score = score_labels(GOLD, READ, range(6))
    assert score.accuracy.value == pytest.approx(3 / 6)
    # queja 1/2, reclamo 2/3, ninguna 0; denuncia is in no gold row and takes no part in the mean.
    assert score.macro_f1.value == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)
    assert score.n == 6
    assert score.micro_f1 is None


def test_each_label_has_its_own_figures_in_the_order_of_the_task() -> None:
    by_label = {c.label: c for c in score_labels(GOLD, READ, range(6), LABELS).classes}
    assert list(by_label) == list(LABELS)
    assert (by_label["queja"].precision, by_label["queja"].recall) == (1 / 2, 1 / 2)
    assert (by_label["reclamo"].n, by_label["reclamo"].predicted) == (3, 3)
    assert by_label["denuncia"].recall is None, "no gold row has it"
    assert by_label["ninguna"].precision is None, "it was never given"


def test_the_worst_label_is_one_that_gold_has() -> None:
    assert score_labels(GOLD, READ, range(6)).worst.label == "ninguna"


def test_confusions_are_told_the_commonest_first() -> None:
    score = score_labels(["a", "a", "b", "a"], ["b", "b", "c", "a"], range(4))
    assert score.confusion == ((1, 2, 0), (0, 0, 1), (0, 0, 0))
    assert score.confusions(5) == [("a", "b", 2), ("b", "c", 1)]
    assert score.confusions(1) == [("a", "b", 2)]


@few
@given(rows)
def test_labels_score_as_scikit_learn_scores_them(pairs: list[tuple[str, str]]) -> None:
    gold, read = zip(*pairs, strict=True)
    score = score_labels(gold, read, range(len(gold)))
    there = sorted(set(gold))
    assert score.accuracy.value == pytest.approx(accuracy_score(gold, read))
    assert score.macro_f1.value == pytest.approx(
        f1_score(gold, read, labels=there, average="macro", zero_division=0)
    )
    told = [c.label for c in score.classes]
    if len(told) > 1:  # scikit-learn warns of a table of one label
        np.testing.assert_array_equal(score.confusion, confusion_matrix(gold, read, labels=told))
    precision, recall, f1, support = precision_recall_fscore_support(
        gold, read, labels=told, zero_division=0
    )
    assert [c.precision or 0.0 for c in score.classes] == pytest.approx(precision.tolist())
    assert [c.recall or 0.0 for c in score.classes] == pytest.approx(recall.tolist())
    assert [c.f1 for c in score.classes] == pytest.approx(f1.tolist())
    assert [c.n for c in score.classes] == support.tolist()


@few
@given(st.lists(st.tuples(sets, sets), min_size=1, max_size=30))
def test_sets_score_as_scikit_learn_scores_them(
    pairs: list[tuple[frozenset[str], frozenset[str]]],
) -> None:
    gold, read = zip(*pairs, strict=True)
    if not any(gold):
        return
    score = score_sets(gold, read, LABELS)
    wanted, got = (np.array([[x in s for x in LABELS] for s in side]) for side in (gold, read))
    assert score.micro_f1 is not None
    assert score.micro_f1.value == pytest.approx(
        f1_score(wanted, got, average="micro", zero_division=0)
    )
    there = np.flatnonzero(wanted.any(axis=0))
    assert score.macro_f1.value == pytest.approx(
        f1_score(wanted, got, labels=there, average="macro", zero_division=0)
    )
    assert score.accuracy.value == pytest.approx(accuracy_score(wanted, got))


@few
@given(rows)
def test_an_interval_holds_its_figure(pairs: list[tuple[str, str]]) -> None:
    gold, read = zip(*pairs, strict=True)
    accuracy = score_labels(gold, read, range(len(gold))).accuracy
    assert 0 <= accuracy.low <= accuracy.value <= accuracy.high <= 1


def test_the_interval_of_accuracy_is_that_of_the_binomial() -> None:
    right = np.array([[1.0, 1.0]] * 280 + [[0.0, 1.0]] * 120)
    found = estimate(right, lambda sums: sums[:, 0] / sums[:, 1])
    half = 1.96 * (0.7 * 0.3 / 400) ** 0.5
    assert found.value == pytest.approx(0.7)
    assert found.low == pytest.approx(0.7 - half, abs=0.006)
    assert found.high == pytest.approx(0.7 + half, abs=0.006)


def test_rows_of_one_message_are_drawn_together() -> None:
    gold = ["a", "b"] * 50
    read = ["a", "a"] * 50
    apart = score_labels(gold, read, range(100)).accuracy
    together = score_labels(gold, read, [i // 2 for i in range(100)]).accuracy
    assert apart.high - apart.low > 0.15
    # Every message has one row right of two, whichever are drawn.
    assert (together.low, together.high) == (0.5, 0.5)


def test_intervals_are_the_same_at_every_run_and_however_much_is_held_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = np.random.default_rng(0).random((50, 2, 3))
    once = resampled(counts)
    monkeypatch.setattr("vocmine.evaluation.bootstrap._CELLS", 500)
    np.testing.assert_allclose(resampled(counts), once)


def test_calibration_of_a_case_counted_by_hand() -> None:
    found = calibration(
        np.array([0.65, 0.65, 0.95, 0.95], dtype=np.float32), np.array([True, False, True, True])
    )
    assert found is not None
    assert [(b.n, b.accuracy) for b in found.bins] == [(2, 0.5), (2, 1.0)]
    # Fifteen points too sure in one half of the labels, five too modest in the other.
    assert found.ece == pytest.approx((2 * 0.15 + 2 * 0.05) / 4, abs=1e-6)


def test_confidence_on_an_edge_is_in_the_bin_below_it() -> None:
    found = calibration(np.array([0.7, 0.0, 1.0], dtype=np.float32), np.array([True] * 3))
    assert found is not None
    assert [(round(b.low, 1), round(b.high, 1)) for b in found.bins] == [
        (0.0, 0.1),
        (0.6, 0.7),
        (0.9, 1.0),
    ]


def test_labels_that_were_never_given_have_no_calibration() -> None:
    assert calibration(np.array([]), np.array([])) is None


@few
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_the_calibration_error_is_a_share_and_its_bins_hold_every_label(
    given_labels: list[tuple[float, bool]],
) -> None:
    sure, right = zip(*given_labels, strict=True)
    found = calibration(np.array(sure), np.array(right))
    assert found is not None
    assert 0 <= found.ece <= 1
    assert sum(b.n for b in found.bins) == len(sure)


def point(start: int, end: int, **labels: str | int) -> Point:
    return Point(start, end, labels)


def test_points_match_by_half_of_the_shorter_and_each_only_once() -> None:
    gold = [point(0, 10), point(20, 40)]
    assert match_points(gold, [point(5, 30)]) == [(1, 0)], "the larger overlap wins"
    assert match_points(gold, [point(6, 20)]) == [], "four characters of ten are too few"
    assert match_points(gold, [point(0, 10), point(2, 9)]) == [(0, 0)]


def test_a_strict_match_asks_for_half_of_the_union() -> None:
    assert match_points([point(0, 40)], [point(0, 10)]) == [(0, 0)]
    assert match_points([point(0, 40)], [point(0, 10)], strict=True) == []


def test_insights_end_to_end_of_a_case_counted_by_hand() -> None:
    gold = [
        [point(0, 10, polarity=-2, friction="delay"), point(20, 30, polarity=1, friction="none")],
        [point(0, 5, polarity=-1, friction="price")],
    ]
    read = [
        [point(0, 10, polarity=-1, friction="delay"), point(50, 60, polarity=-1, friction="delay")],
        [point(0, 5, polarity=-1, friction="other")],
    ]
    found = score_points(gold, read, ("polarity", "friction"))
    assert found is not None
    by_match = {m.match: (m.precision.value, m.recall.value) for m in found.matches}
    assert by_match["span"] == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert by_match["sign"] == by_match["span"]
    assert by_match["polarity"] == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert by_match["friction"] == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert by_match["all"] == (0, 0)
    assert (found.gold, found.predicted, found.per_gold.value) == (3, 3, 1.0)


def test_a_gold_insight_without_a_label_is_not_judged_on_it() -> None:
    found = score_points(
        [[point(0, 10, friction="delay"), point(20, 30)]],
        [[point(0, 10, friction="delay"), point(20, 30, friction="price")]],
        ("friction",),
    )
    assert found is not None
    friction = next(m for m in found.matches if m.match == "friction")
    assert (friction.gold, friction.predicted, friction.f1.value) == (1, 1, 1.0)


def test_without_gold_insights_nothing_is_judged_end_to_end() -> None:
    assert score_points([[]], [[point(0, 5)]], ()) is None


@few
@given(rows)
def test_points_read_at_their_places_score_as_labels_do(pairs: list[tuple[str, str]]) -> None:
    gold = [[point(0, 5, pqrs=wanted)] for wanted, _ in pairs]
    read = [[point(0, 5, pqrs=got)] for _, got in pairs]
    found = score_points(gold, read, ("pqrs",))
    assert found is not None
    score = next(m for m in found.matches if m.match == "pqrs")
    share = sum(a == b for a, b in pairs) / len(pairs)
    assert score.precision.value == pytest.approx(share)
    assert score.recall.value == pytest.approx(share)
    assert score.f1.value == pytest.approx(share)
