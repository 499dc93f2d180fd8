"""Sentences: which segments share one, and how those beside a segment colour what it means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vocmine_topic.sentences import BESIDE, in_context, same_sentence


def cut(batch_of, text, *parts):
    """A batch of one message whose segments are the given parts of it, in order."""
    batch = batch_of([text])
    start = [text.index(part) for part in parts]
    end = [at + len(part) for at, part in zip(start, parts, strict=True)]
    return replace(
        batch,
        segment_message=np.zeros(len(parts), np.int32),
        segment_start=np.array(start, np.int32),
        segment_end=np.array(end, np.int32),
        segment_ids=np.arange(len(parts)),
    )


def cosine(left, right):
    left, right = left.astype(float), right.astype(float)
    return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))


class TestSameSentence:
    @pytest.mark.parametrize("mark", [",", " y", ":", " -", " (", " pero"])
    def test_a_sentence_goes_on_over(self, batch_of, mark):
        batch = cut(batch_of, f"Tengo la receta{mark} no hay nada", "Tengo la receta", "no hay")
        assert same_sentence(batch).tolist() == [False, True]

    @pytest.mark.parametrize("mark", [".", "!", "?", ";", "…", "\n", "...", ".)"])
    def test_a_sentence_ends_at(self, batch_of, mark):
        batch = cut(batch_of, f"Tengo la receta{mark} no hay nada", "Tengo la receta", "no hay")
        assert same_sentence(batch).tolist() == [False, False]

    def test_the_mark_may_belong_to_the_segment_that_it_ends(self, batch_of):
        batch = cut(batch_of, "Tengo la receta. no hay nada", "Tengo la receta.", "no hay")
        assert same_sentence(batch).tolist() == [False, False]

    def test_a_mark_inside_a_segment_ends_nothing(self, batch_of):
        batch = cut(batch_of, "Pagué 1.200 pesos y nada", "Pagué 1.200 pesos", "nada")
        assert same_sentence(batch).tolist() == [False, True]

    def test_another_message_is_another_sentence(self, batch_of):
        batch = batch_of(["no llegó", "no abre"])
        assert same_sentence(batch).tolist() == [False, False]

    def test_a_batch_without_segments_has_none(self, batch_of):
        assert same_sentence(batch_of([])).tolist() == []


class TestInContext:
    SKETCHES = np.array([[100, 0, 0], [0, 100, 0], [0, 0, 100]], np.int8)

    def batch(self, batch_of, text="tengo la receta, no hay nada. soy cliente"):
        batch = cut(batch_of, text, "tengo la receta", "no hay nada", "soy cliente")
        return replace(batch, segment_sketches=self.SKETCHES)

    def test_those_of_one_sentence_move_towards_each_other(self, batch_of):
        moved = in_context(self.batch(batch_of))
        assert moved.dtype == np.int8
        expected = 2 * BESIDE / (1 + BESIDE**2)  # of (1, beside) and (beside, 1)
        assert cosine(moved[0], moved[1]) == pytest.approx(expected, abs=0.02)

    def test_each_still_means_itself_most(self, batch_of):
        moved = in_context(self.batch(batch_of))
        assert moved.argmax(axis=1).tolist() == [0, 1, 2]

    def test_another_sentence_has_no_say(self, batch_of):
        moved = in_context(self.batch(batch_of))
        assert cosine(moved[1], moved[2]) == 0
        assert cosine(moved[2], self.SKETCHES[2]) == pytest.approx(1)

    def test_lengths_of_sketches_do_not_matter(self, batch_of):
        batch = self.batch(batch_of)
        faint = replace(batch, segment_sketches=(self.SKETCHES // np.int8(4)).astype(np.int8))
        assert (in_context(faint) == in_context(batch)).all()

    def test_what_is_not_known_stays_unknown(self, batch_of):
        batch = cut(batch_of, "a, b", "a", "b")
        assert in_context(batch).shape == (0, 0)
        zeros = replace(batch, segment_sketches=np.zeros((2, 3), np.int8))
        assert not in_context(zeros).any()

    def test_the_batch_is_left_as_it_was(self, batch_of):
        batch = self.batch(batch_of)
        in_context(batch)
        assert (batch.segment_sketches == self.SKETCHES).all()
