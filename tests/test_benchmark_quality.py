"""The quality benchmark: changed messages keep their labels in place, and stars are read fairly."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import random
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "models" / "training")]

import quality_table
import robustness
from heads_data import Example, GoldInsight
from quality_peers import _side
from quality_stars import score_stars

TEXT = "El camión llegó tarde y ¡qué grosería! Ni el señor ni la señora pidieron perdón."
QUOTE = "qué grosería"


def example(text: str = TEXT) -> Example:
    start = text.index(QUOTE)
    return Example(text, "es", "x", insights=(GoldInsight(start, start + len(QUOTE), {}),))


def quote_of(changed: Example) -> str:
    assert changed.insights is not None
    (point,) = changed.insights
    return changed.text[point.start : point.end]


def test_accents_go_and_letters_stay() -> None:
    changed = robustness.changed(example(), robustness.without_accents)
    assert changed.text.startswith("El camion llego tarde y ¡que groseria! Ni el senor")
    assert quote_of(changed) == "que groseria"


def test_a_quote_is_found_in_capitals_even_where_a_letter_becomes_two() -> None:
    changed = robustness.changed(example("Straße: " + TEXT), robustness.upper_case)
    assert changed.text.startswith("STRASSE: EL CAMIÓN")
    assert quote_of(changed) == "QUÉ GROSERÍA"


def test_a_quote_moves_with_what_is_inserted_and_left_out_before_it() -> None:
    changed = robustness.changed(example(TEXT[:23] * 20 + TEXT), robustness.with_slips)
    near = quote_of(changed)
    assert abs(len(near) - len(QUOTE)) <= 3
    assert sum(a == b for a, b in zip(near, QUOTE, strict=False)) >= 3


def test_slips_befall_five_letters_in_a_hundred_and_are_of_four_kinds() -> None:
    text = "abcdefghij " * 1000
    pieces = robustness.with_slips(text, random.Random(0))
    assert len(pieces) == len(text)
    slips = [(a, b) for a, b in zip(text, pieces, strict=True) if a != b]
    left_out = sum(b == "" for _, b in slips)
    inserted = sum(len(b) == 2 for _, b in slips)
    assert left_out / 10_000 == pytest.approx(robustness.NOISE / 4, rel=0.25)
    assert inserted / 10_000 == pytest.approx(robustness.NOISE / 4, rel=0.25)
    # A swap changes two letters, at the end of a word none.
    assert len(slips) / 10_000 == pytest.approx(robustness.NOISE * 5 / 4, rel=0.15)
    assert [b for a, b in zip(text, pieces, strict=True) if a == " " and b != " "] == []


def test_slips_are_the_same_at_every_run() -> None:
    once, again = (robustness.changed(example(), robustness.with_slips) for _ in range(2))
    assert once == again


def stars_of(codes: list[str], probabilities: list[list[float]]) -> Any:
    labels = ("very_negative", "negative", "neutral", "mixed", "positive", "very_positive")
    found = SimpleNamespace(codes=codes, probabilities=np.array(probabilities))
    heads = SimpleNamespace(predict=lambda task, batch: found, labels=lambda task: labels)
    return score_stars(heads, None, [1, 5, 3, 4])  # type: ignore[arg-type]


def test_two_way_sentiment_takes_the_likelier_side_and_leaves_three_stars_out() -> None:
    scores = stars_of(
        ["negative", "neutral", "positive", "very_positive"],
        [
            [0.3, 0.4, 0.1, 0.1, 0.1, 0.0],
            [0.1, 0.1, 0.4, 0.1, 0.2, 0.1],  # neutral, and rather positive than negative
            [0.0, 0.0, 0.1, 0.1, 0.8, 0.0],
            [0.0, 0.0, 0.1, 0.1, 0.1, 0.7],
        ],
    )
    assert scores["sentiment, 2-way"].n == 3
    assert scores["sentiment, 2-way"].accuracy.value == 1.0
    assert scores["sentiment, 2-way as told"].accuracy.value == pytest.approx(2 / 3)
    assert scores["sentiment, 3-way"].accuracy.value == pytest.approx(2 / 4)


@pytest.mark.parametrize(
    ("score", "least", "side"),
    [
        (0.05, 0.05, "positive"),
        (-0.05, 0.05, "negative"),
        (0.04, 0.05, "neutral"),
        (0.0, 0.0, "neutral"),
        (0.1, 0.0, "positive"),
    ],
)
def test_peers_are_read_with_the_thresholds_of_their_authors(
    score: float, least: float, side: str
) -> None:
    assert _side(score, least) == side


def test_a_figure_that_is_reached_is_bold() -> None:
    target = quality_table.Target("PQRS accuracy", "pqrs", "accuracy", 0.84)
    score = {"accuracy": 0.85, "accuracy_low": 0.8, "accuracy_high": 0.9}
    assert quality_table._figure(score, target) == "**0.850 [0.800, 0.900]**"
    assert quality_table._figure({**score, "accuracy": 0.83}, target) == "0.830 [0.800, 0.900]"
