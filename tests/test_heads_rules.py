"""Rules of heads: chosen on held-out rows, and judged on rows that they were not chosen on."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "models" / "training")]

import heads_learn
import heads_rules
from heads_data import EMOTIONS, Example
from heads_fit import Layers, Recipe, logits

EVEN = np.full(3, 1 / 3, dtype=np.float32)


def scores_of(wanted: np.ndarray, right: float, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    """Logits whose largest is right in about a share of the rows."""
    rng = np.random.default_rng(seed)
    said = np.where(rng.random(len(wanted)) < right, wanted, rng.integers(0, 3, len(wanted)))
    made = rng.normal(size=(len(wanted), 3)) * 0.3
    made[np.arange(len(wanted)), said] += 2.0
    return made.astype(np.float32)


def test_words_that_say_nothing_get_no_share() -> None:
    wanted = np.arange(600) % 3
    scores = np.stack([scores_of(wanted, 0.8, 1), scores_of(wanted, 0.0, 2)])
    assert heads_rules.rule_of("stage", scores, wanted, EVEN).share == 0.0


def test_two_models_that_err_apart_are_mixed_and_err_less() -> None:
    wanted = np.arange(900) % 3
    noise = np.random.default_rng(3).normal(size=(2, 900, 3))
    scores = (noise + np.eye(3)[wanted]).astype(np.float32)
    rule = heads_rules.rule_of("stage", scores, wanted, EVEN)
    assert 0.2 <= rule.share <= 0.8
    alone = (scores[0].argmax(axis=1) == wanted).mean()
    assert (rule.decide(scores) == wanted).mean() > alone + 0.03


def test_a_label_that_training_showed_too_often_is_held_back() -> None:
    wanted = np.arange(900) % 3
    noise = np.random.default_rng(4).normal(size=(900, 3))
    scores = (noise + 1.5 * np.eye(3)[wanted] + [1.5, 0.0, 0.0]).astype(np.float32)
    prior = np.array([0.9, 0.05, 0.05], dtype=np.float32)
    rule = heads_rules.rule_of("stage", np.stack([scores, scores]), wanted, prior)
    assert rule.found["tau"] > 0
    assert rule.bias[0] < rule.bias[1]


def test_accuracy_counts_as_much_as_rare_labels() -> None:
    """Two rare rows are not worth a tenth of the rest."""
    wanted = np.array([0] * 98 + [1] * 2)
    log_probabilities = np.tile(np.log([[0.7, 0.2, 0.1]]), (100, 1))
    log_probabilities[90:] = np.log([0.5, 0.45, 0.05])
    prior = np.array([0.9, 0.05, 0.05], dtype=np.float32)
    bias, tau = heads_rules.best_bias(log_probabilities, wanted, prior)
    said = (log_probabilities + bias).argmax(axis=1)
    assert (said == wanted).mean() >= 0.9, tau


def test_what_is_promised_of_unseen_messages_is_not_learned_from_them() -> None:
    """Labels that have nothing to do with the scores cannot be guessed by any rule."""
    rng = np.random.default_rng(6)
    wanted = rng.integers(0, 3, 600)
    scores = rng.normal(size=(2, 600, 3)).astype(np.float32)
    found = heads_rules.unseen("stage", scores, wanted, EVEN, np.arange(600) // 3)
    assert found["unseen_accuracy"] == pytest.approx(1 / 3, abs=0.07)


def test_each_label_of_several_has_a_threshold_of_its_own() -> None:
    rng = np.random.default_rng(7)
    truth = rng.random((800, 2)) < [0.5, 0.1]
    signal = np.where(truth, 1.0, -1.0) + [0.0, -1.5] + rng.normal(size=(800, 2)) * 0.3
    scores = np.stack([signal, signal]).astype(np.float32)
    rule = heads_rules.many_rule_of(scores, truth)
    assert rule.thresholds[1] < rule.thresholds[0]
    assert (rule.decide(scores) == truth).mean() > 0.97
    found = heads_rules.many_unseen(scores, truth, np.arange(800))
    assert found["unseen_micro_f1"] > 0.95


def test_the_gate_finds_as_many_points_as_a_bound_on_reading_allows() -> None:
    rng = np.random.default_rng(12)
    wanted = (np.arange(1000) % 2).astype(np.intp)
    margin = np.where(wanted == 1, 0.5, -0.5) + rng.normal(size=1000)
    scores = np.stack([-margin, margin], axis=1).astype(np.float32)
    prior = np.array([0.5, 0.5], dtype=np.float32)
    rule = heads_rules.rule_of("insight", np.stack([scores, scores]), wanted, prior)
    said = rule.decide(np.stack([scores, scores])) == 1
    assert 1.2 * wanted.sum() < said.sum() <= heads_rules.PASSED * wanted.sum()
    most_f1 = heads_rules.rule_of("urgent", np.stack([scores, scores]), wanted, prior)
    assert rule.found["threshold"] < most_f1.found["threshold"]


def kept_layers(labels: int) -> Layers:
    rng = np.random.default_rng(8)
    return (
        (rng.normal(size=(6, labels)).astype(np.float32), rng.normal(size=labels).astype("f4")),
    )


def test_a_head_of_several_labels_comes_apart_and_together_again() -> None:
    kept = kept_layers(len(EMOTIONS))
    features = np.random.default_rng(9).normal(size=(5, 6)).astype(np.float32)
    words = np.zeros((4, 2), dtype=np.float32)
    parts = [heads_learn._one_of_many(kept, i) for i in range(len(EMOTIONS))]
    (joined, _) = heads_learn._side_by_side([(part, words) for part in parts])
    assert np.allclose(logits(joined, features), logits(kept, features), atol=1e-5)


def test_layers_that_are_kept_are_not_learned_again_and_hold_nothing_out() -> None:
    from scipy.sparse import csr_matrix

    kept = kept_layers(2)
    rng = np.random.default_rng(10)
    target = (np.arange(40) % 2).astype(np.intp)
    words = csr_matrix(np.stack([target, 1 - target], axis=1).astype(np.float32))
    features = rng.normal(size=(40, 6)).astype(np.float32)
    rows = heads_learn.Rows(features, words, target, np.ones(40, dtype=np.float32), np.arange(40))
    pair = heads_learn.fit_pair(rows, Recipe(("message",)), 2, 0, kept)
    assert pair.layers is kept
    by_words = pair.logits(rows)[1]
    assert (by_words.argmax(axis=1) == target).all()
    real = Example("x", "es", "real", insights=())
    held, chosen = heads_learn.held_out(rows, Recipe(("message",)), [real] * 40, 2, 0, kept)
    assert held.shape == (2, 0, 2)
    assert chosen.size == 0
