"""What segments say and mean as small whole numbers, and exact cosines between them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack

from vocmine_topic.features import WORD_WIDTH, Features, lengths
from vocmine_topic.nearest import graph, nearest

TERMS, WIDTH = 40, 24


def said_rows(segments, *, seed=0):
    """Rows of length one with three terms each."""
    rng = np.random.default_rng(seed)
    dense = np.zeros((segments, TERMS))
    for row in dense:
        row[rng.choice(TERMS, 3, replace=False)] = rng.random(3) + 0.1
    return csr_matrix(dense / np.linalg.norm(dense, axis=1, keepdims=True))


def sketches(segments, *, seed=0, width=WIDTH):
    rng = np.random.default_rng(seed)
    return rng.integers(-127, 128, size=(segments, width)).astype(np.int8)


def cosine(a, b):
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


class TestFeatures:
    def test_a_row_is_the_same_alone_as_among_others(self):
        said, meant = said_rows(200), sketches(200)
        features = Features.learn(said, meant, seed=0)
        together = features.of(said, meant)
        for at in (0, 57, 199):
            alone = features.of(said[[at]], meant[[at]])
            assert (alone == together[[at]]).all()

    def test_rows_use_the_whole_range_of_a_byte_and_no_more(self):
        rows = Features.learn(said_rows(50), sketches(50), seed=0).of(said_rows(50), sketches(50))
        assert rows.dtype == np.int8
        assert (np.abs(rows.astype(int)).max(axis=1) == 127).all()

    def test_a_segment_without_a_known_word_is_a_row_of_zeros_whatever_it_means(self):
        features = Features.learn(said_rows(50), sketches(50), seed=0)
        said = vstack([csr_matrix((1, TERMS)), said_rows(1)]).tocsr()
        rows = features.of(said, sketches(2))
        assert rows.any(axis=1).tolist() == [False, True]

    def test_the_same_words_are_nearer_when_they_mean_the_same(self):
        said, meant = said_rows(80), sketches(80)
        features = Features.learn(said, meant, seed=0)
        first, same, other = features.of(said[[0, 0, 0]], meant[[0, 0, 1]]).astype(float)
        assert cosine(first, same) == pytest.approx(1)
        assert 0.2 < cosine(first, other) < 0.8

    def test_what_all_segments_have_in_common_says_nothing(self):
        said, meant = said_rows(80), sketches(80) // 4
        meant[:, 0] = 127
        rows = Features.learn(said, meant, seed=0).of(said, meant).astype(float)
        alike = [cosine(rows[at], rows[at + 1]) for at in range(0, 80, 2)]
        assert cosine(*meant[:2].astype(float)) > 0.4
        assert abs(np.mean(alike)) < 0.15

    @pytest.mark.parametrize("width", [0, WIDTH + 1])
    def test_sketches_of_another_width_are_unknown_and_words_are_left(self, width):
        said = said_rows(60)
        features = Features.learn(said, sketches(60), seed=0)
        rows = features.of(said, sketches(60, width=width))
        assert rows.shape == features.of(said, sketches(60)).shape
        assert not rows[:, -WIDTH:].any()
        assert (rows == features.of(said, np.zeros((60, WIDTH), np.int8))).all()

    def test_without_sketches_words_are_all_there_is(self):
        said = said_rows(60)
        features = Features.learn(said, sketches(60, width=0), seed=0)
        rows = features.of(said, sketches(60, width=0))
        assert rows.shape == (60, features.words.shape[1])
        assert rows.any(axis=1).all()

    def test_words_are_reduced_to_a_bounded_number_of_directions(self):
        dense = np.eye(WORD_WIDTH + 30)
        features = Features.learn(csr_matrix(dense), sketches(len(dense)), seed=0)
        assert features.words.shape == (WORD_WIDTH + 30, WORD_WIDTH)

    def test_directions_are_kept_in_half_precision_without_loss(self):
        words = Features.learn(said_rows(60), sketches(60), seed=0).words
        assert (words.astype(np.float16).astype(np.float32) == words).all()

    def test_one_seed_gives_one_projection(self):
        one, two = (Features.learn(said_rows(60), sketches(60), seed=3) for _ in range(2))
        assert (one.words == two.words).all()
        assert (one.middle == two.middle).all()

    @pytest.mark.parametrize(("segments", "terms"), [(0, 0), (0, 4), (1, 4), (3, 1), (3, 0)])
    def test_next_to_nothing_can_be_learnt_from_and_read(self, segments, terms):
        said = csr_matrix(np.ones((segments, terms)))
        rows = Features.learn(said, sketches(segments), seed=0).of(said, sketches(segments))
        assert len(rows) == segments
        assert rows.any(axis=1).tolist() == [terms > 0] * segments


class TestNearest:
    def rows(self, count, *, seed=0):
        rng = np.random.default_rng(seed)
        return rng.integers(-127, 128, size=(count, 500)).astype(np.int8)

    def test_the_nearest_are_those_of_the_largest_exact_cosine(self):
        asked, among = self.rows(30), self.rows(90, seed=1)
        inner = asked.astype(np.int64) @ among.T.astype(np.int64)
        long = np.sqrt(np.square(asked.astype(np.int64)).sum(axis=1))
        other = np.sqrt(np.square(among.astype(np.int64)).sum(axis=1))
        exact = inner / (long[:, None] * other)
        (block,) = nearest(asked, among, 5)
        assert np.sort(block.other).tolist() == np.sort(np.argsort(-exact)[:, :5]).tolist()
        told = np.take_along_axis(exact, block.other, axis=1)
        assert block.alike == pytest.approx(np.maximum(told, 0), abs=1e-6)

    def test_cosines_are_the_same_to_the_last_bit_in_any_batch(self):
        asked, among = self.rows(1100), self.rows(40, seed=1)
        blocks = list(nearest(asked, among, 40))
        assert [block.row for block in blocks] == [0, 1000]
        for at in (0, 999, 1000, 1099):
            (alone,) = nearest(asked[[at]], among, 40)
            block = blocks[at // 1000]
            order, own = np.argsort(block.other[at % 1000]), np.argsort(alone.other[0])
            assert (block.alike[at % 1000][order] == alone.alike[0][own]).all()

    def test_no_more_than_there_are_and_nothing_is_less_than_unlike(self):
        (block,) = nearest(self.rows(4), -self.rows(4), 9)
        assert block.other.shape == (4, 4)
        assert block.alike.min() == 0
        assert (block.alike[block.other == np.arange(4)[:, None]] == 0).all()

    def test_a_row_of_zeros_is_like_nothing(self):
        (block,) = nearest(np.zeros((1, 500), np.int8), self.rows(3), 3)
        assert block.alike.tolist() == [[0, 0, 0]]

    def test_the_graph_is_symmetric_and_nobody_is_near_itself(self):
        near = graph(self.rows(60), 7)
        assert abs(near - near.T).max() == 0
        assert near.diagonal().sum() == 0
        assert near.getnnz(axis=1).min() >= 7

    def test_lengths_of_rows_of_zeros_divide_without_harm(self):
        assert lengths(np.array([[3, 4], [0, 0]], np.float32)).tolist() == [5, 1]
