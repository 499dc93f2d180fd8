"""Directions in which wordings of one problem are alike, and how they are judged."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from made_states import LAYERS, WIDE, made
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
TRAINING = ROOT / "models" / "training"
sys.path[:0] = [str(TRAINING), str(ROOT / "benchmarks")]

from meaning_fit import Examples, fit, join, precision

if TYPE_CHECKING:
    FloatArray = NDArray[np.float32]


def scaled(examples: Examples, layer: int, factor: float) -> Examples:
    """The same with the states of one layer so much longer."""
    states = examples.states.reshape(len(examples.states), LAYERS, -1).copy()
    states[:, layer] *= factor
    return examples._replace(states=states.reshape(examples.states.shape))


def cosines(rows: FloatArray) -> FloatArray:
    unit = rows - rows.mean(axis=0)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    found: FloatArray = unit @ unit.T
    return found


def nearest(rows: FloatArray) -> list[set[int]]:
    """The ten nearest others of each."""
    alike = cosines(rows)
    np.fill_diagonal(alike, -2)
    return [set(found) for found in np.argsort(-alike, axis=1)[:, :10].tolist()]


def overlap(one: list[set[int]], two: list[set[int]]) -> float:
    """Share of the neighbours in one that are neighbours in the other too."""
    return float(np.mean([len(a & b) / len(a) for a, b in zip(one, two, strict=True)]))


class TestFitting:
    def test_problems_that_were_not_seen_are_told_apart_too(self) -> None:
        others = made(seed=2)
        weights = fit(made(seed=1), layers=LAYERS, width=4)
        raw = precision(others.states, others.problem, others.wording)
        learnt = precision(others.states @ weights, others.problem, others.wording)
        assert raw < 0.25
        assert learnt > 0.85

    def test_a_direction_that_tells_nothing_of_problems_counts_for_less_in_any_width(self) -> None:
        # All directions are kept: only their weights can tell useful from useless.
        others = made(seed=2)
        weights = fit(made(seed=1), layers=LAYERS, width=LAYERS * WIDE)
        raw = precision(others.states, others.problem, others.wording)
        assert precision(others.states @ weights, others.problem, others.wording) > raw + 0.4

    @pytest.mark.parametrize("langs", [("es", "pt"), ("es", "pt", "en")])
    def test_languages_do_not_differ_in_the_directions(self, langs: tuple[str, ...]) -> None:
        examples = made(langs=langs)
        projected = examples.states @ fit(examples, layers=LAYERS, width=8)
        spread = projected.std()
        means = [projected[examples.lang == lang].mean(axis=0) for lang in langs]
        raw = [examples.states[examples.lang == lang].mean(axis=0) for lang in langs]
        for mean, before in zip(means[1:], raw[1:], strict=True):
            assert np.linalg.norm(before - raw[0]) > 3
            assert np.abs(mean - means[0]).max() < 1e-3 * spread

    def test_what_all_segments_have_in_common_is_left_out(self) -> None:
        examples = made()
        projected = examples.states @ fit(examples, layers=LAYERS, width=8)
        assert np.linalg.norm(examples.states.mean(axis=0)) > 7
        assert np.abs(projected.mean(axis=0)).max() < 1e-3 * projected.std()

    def test_a_problem_is_the_same_one_in_another_language(self) -> None:
        examples = made()
        projected = examples.states @ fit(examples, layers=LAYERS, width=4)
        foreign = examples.lang[:, None] != examples.lang
        first = np.where(foreign, cosines(projected), -2).argmax(axis=1)
        assert (examples.problem[first] == examples.problem).mean() > 0.85
        raw = np.where(foreign, cosines(examples.states), -2).argmax(axis=1)
        assert (examples.problem[raw] == examples.problem).mean() < 0.3

    # The means of the languages, weighted by their segments, add up to nothing: one follows from
    # the others. QR of them all finds a direction more, which is rounding and takes what is there.
    @pytest.mark.parametrize("langs", [("es",), ("es", "pt"), ("es", "pt", "en")])
    def test_nothing_else_is_left_out(self, langs: tuple[str, ...]) -> None:
        examples = made(langs=langs, hidden=6)
        # Problems differ in all directions, so each but those of the means must be kept.
        points = np.random.default_rng(5).normal(size=(40, 12))[examples.problem.astype(int)]
        examples = examples._replace(states=(examples.states + points).astype(np.float32))
        kept = np.linalg.svd(fit(examples, layers=LAYERS, width=12))[1]
        assert (kept > 1e-3).sum() == 12 - 1 - (len(langs) - 1)

    @pytest.mark.parametrize("factor", [10.0, 0.01])
    @pytest.mark.parametrize("layer", [0, 1])
    def test_neighbours_are_the_same_however_long_the_states_of_a_layer(
        self, layer: int, factor: float
    ) -> None:
        first, second = made(), scaled(made(), layer, factor)
        near = nearest(first.states @ fit(first, layers=LAYERS, width=8))
        assert overlap(near, nearest(second.states @ fit(second, layers=LAYERS, width=8))) > 0.87
        # It is the layers that are made alike: without that the longer one drowns the other.
        assert overlap(near, nearest(second.states @ fit(second, layers=1, width=8))) < 0.8

    def test_two_layers_that_say_the_same_count_alike(self) -> None:
        half = made().states[:, :WIDE]
        examples = made()._replace(states=np.hstack([half, 100 * half]))

        def share(layers: int) -> float:
            """How much the first layer adds to the meanings, where the second adds one."""
            weights = fit(examples, layers=layers, width=3)
            return float((half @ weights[:WIDE]).std() / (100 * half @ weights[WIDE:]).std())

        assert share(layers=2) == pytest.approx(1.0, abs=0.2)
        assert share(layers=1) < 0.01

    def test_weights_are_a_matrix_of_numbers_that_sixteen_bits_hold(self) -> None:
        weights = fit(made(), layers=LAYERS, width=5)
        assert weights.shape == (LAYERS * WIDE, 5)
        assert weights.dtype == np.float32
        assert np.abs(weights).max() == 1.0
        assert (np.linalg.norm(weights, axis=0) > 0).all()

    def test_fitting_leaves_its_examples_as_they_are_and_gives_the_same_again(self) -> None:
        examples, untouched = made(), made()
        first = fit(examples, layers=LAYERS, width=4)
        assert np.array_equal(examples.states, untouched.states)
        assert np.array_equal(first, fit(examples, layers=LAYERS, width=4))

    def test_some_examples_are_rows_of_all_columns(self) -> None:
        examples = made()
        some = examples.where(examples.lang == "pt")
        assert set(some.lang.tolist()) == {"pt"}
        assert {len(column) for column in some} == {len(examples.lang) // 2}
        assert np.array_equal(some.states, examples.states[examples.lang == "pt"])
        assert np.array_equal(some.vectors, examples.vectors[examples.lang == "pt"])
        assert some.wording.tolist() == examples.wording[examples.lang == "pt"].tolist()


class TestJoining:
    """Layers know of two of four things, and a branch of the other two."""

    HIDDEN = 8
    WIDTH = 4

    def examples(self, seed: int, langs: int = 2) -> tuple[Examples, FloatArray]:
        """Segments, and the directions of the branch (the other columns say nothing)."""
        rng = np.random.default_rng(seed)
        problem = np.repeat(np.arange(60), 12)
        lang = np.tile(np.arange(12) % langs, 60)
        told = rng.normal(size=(60, 4))[problem]
        states = rng.normal(size=(len(problem), 3 * self.HIDDEN)) * 0.3
        states[:, :2] += told[:, :2]
        states[:, 2 * self.HIDDEN : 2 * self.HIDDEN + 2] += 5 * told[:, 2:]
        states += 4.0 + lang[:, None] * np.linspace(0, 3, states.shape[1])
        projection = np.zeros((self.HIDDEN, self.WIDTH), np.float32)
        projection[range(self.WIDTH), range(self.WIDTH)] = 1.0
        words = np.arange(len(problem)).astype(np.str_)
        made = Examples(
            states.astype(np.float32),
            states[:, :3].astype(np.float32),
            problem.astype(np.str_),
            np.array(["es", "pt", "en"])[lang],
            words,
        )
        return made, projection

    def joined(self, examples: Examples, projection: FloatArray) -> FloatArray:
        return join(examples, layers=2, width=self.WIDTH, projection=projection)

    def test_what_layers_and_branch_know_both_counts(self) -> None:
        weights = self.joined(*self.examples(1))
        others, projection = self.examples(2)
        own = 2 * self.HIDDEN
        alone = fit(others._replace(states=others.states[:, :own]), layers=2, width=self.WIDTH)

        def precise(rows: FloatArray) -> float:
            return precision(rows, others.problem, others.wording)

        both = precise(others.states @ weights)
        assert both > precise(others.states[:, :own] @ alone) + 0.2
        assert both > precise(others.states[:, own:] @ projection) + 0.2

    def test_weights_are_of_the_states_side_by_side(self) -> None:
        weights = self.joined(*self.examples(1))
        assert weights.shape == (3 * self.HIDDEN, self.WIDTH)
        assert weights.dtype == np.float32
        assert np.abs(weights).max() == 1.0

    def test_the_longer_of_the_two_does_not_count_for_more(self) -> None:
        examples, projection = self.examples(1)
        longer = examples._replace(states=examples.states.copy())
        longer.states[:, 2 * self.HIDDEN :] *= 50
        near = nearest(examples.states @ self.joined(examples, projection))
        assert overlap(near, nearest(longer.states @ self.joined(longer, projection))) > 0.95

    @pytest.mark.parametrize("langs", [2, 3])
    def test_languages_do_not_differ_in_what_is_joined(self, langs: int) -> None:
        examples, projection = self.examples(1, langs=langs)
        rows = examples.states @ self.joined(examples, projection)
        means = [rows[examples.lang == lang].mean(axis=0) for lang in set(examples.lang.tolist())]
        for mean in means[1:]:
            assert np.abs(mean - means[0]).max() < 1e-2 * rows.std()


def at_angles(*degrees: float) -> FloatArray:
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


class TestPrecision:
    """Points at 0, 10, 180 and 190 degrees: their mean is the centre, so angles are what counts."""

    ROWS = at_angles(0, 10, 180, 190)

    def of(self, problems: str, texts: str = "wxyz") -> float:
        return precision(self.ROWS, np.array(list(problems)), np.array(list(texts)))

    def test_it_is_the_share_of_nearest_others_that_are_of_the_same_problem(self) -> None:
        assert self.of("aabb") == 1.0
        assert self.of("abab") == 0.0
        # Two others are looked at for each a. At 0: 10 (a) and 190 (b). At 10: 0 and 180 (both a).
        # At 180: 190 (b) and 10 (a). What is at 190 has no other of its problem to find.
        assert self.of("aaab") == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)

    def test_segments_of_the_same_text_count_neither_for_nor_against(self) -> None:
        # 0 and 10 are one text. One other a is looked for: from 0 the nearest is 190 (b), from 10
        # it is 180 (a). From 180 two are: 190 (b) and 10 (a).
        assert self.of("aaab", "wwyz") == pytest.approx((0 + 1 + 1 / 2) / 3)
        # Nor are they missed: nothing of b is another text of b.
        assert self.of("aabb", "wxzz") == 1.0

    def test_what_all_vectors_have_in_common_is_taken_away(self) -> None:
        problems, texts = np.array(list("aabb")), np.array(list("wxyz"))
        # From (4, 0) the point at (2, 0) is straight ahead, and it is of the other problem.
        aside = self.ROWS + np.array([3, 0], dtype=np.float32)
        assert precision(aside, problems, texts) == 1.0

    def test_no_more_than_ten_are_looked_at(self) -> None:
        # Eleven a on one side see ten of their own first. The one on the other side sees b alone,
        # which are of one text and have nothing to look for.
        rows = np.array([[1.0]] * 11 + [[-1.0]] * 11, dtype=np.float32)
        problems = np.array(["a"] * 12 + ["b"] * 10)
        texts = np.array([f"a{number}" for number in range(12)] + ["b"] * 10)
        assert precision(rows, problems, texts) == pytest.approx(11 / 12)

    def test_vectors_stay_as_they_were(self) -> None:
        rows = self.ROWS.copy()
        precision(rows, np.array(list("aabb")), np.array(list("wxyz")))
        assert np.array_equal(rows, self.ROWS)


def test_data_and_directions_need_no_onnx() -> None:
    code = "import sys; sys.modules['onnx'] = None; import meaning_data, meaning_fit; print('fine')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=TRAINING, capture_output=True, text=True, check=False
    )
    assert done.stdout == "fine\n", done.stderr
