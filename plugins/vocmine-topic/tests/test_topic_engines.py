"""K-means on planted groups of segments whose number and members are known."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import adjusted_rand_score

from vocmine_topic.engines import DEFAULT, ENGINES, Space, load_engine
from vocmine_topic.engines.kmeans import MEMBERS, KMeansEngine, choose, settled

WIDTH = 24


def space_of(rows, owner=None):
    rows = np.asarray(rows)
    none = np.zeros((len(rows), 0))
    owner = np.arange(len(rows)) if owner is None else owner
    return Space(rows.astype(np.int8), csr_matrix(none), none.astype(np.int8), owner, ())


def planted(groups, *, per=18, spread=12, seed=0):
    """Segments around as many directions, shuffled, and the group of each."""
    rng = np.random.default_rng(seed)
    middles = np.linalg.qr(rng.standard_normal((WIDTH, WIDTH)))[0][:groups] * 100
    truth = rng.permutation(np.repeat(np.arange(groups), per))
    noise = rng.normal(0, spread, size=(len(truth), WIDTH))
    return space_of(np.clip(middles[truth] + noise, -127, 127).round()), truth


class TestKMeans:
    @pytest.mark.parametrize("groups", [2, 4, 6])
    def test_it_finds_how_many_groups_there_are_and_who_is_in_them(self, groups):
        space, truth = planted(groups)
        found = KMeansEngine().group(space, topics=0, seed=0)
        assert len(np.unique(found)) == groups
        assert adjusted_rand_score(truth, found) == 1

    def test_groups_of_unequal_size_are_found_too(self):
        space, truth = planted(4, per=24)
        kept = np.flatnonzero((truth > 0) | (np.cumsum(truth == 0) <= 12))
        found = KMeansEngine().group(space.of(kept), topics=0, seed=0)
        assert adjusted_rand_score(truth[kept], found) > 0.97

    def test_the_same_segments_give_the_same_groups(self):
        space, _ = planted(3, per=10, spread=30)
        first, again = (KMeansEngine().group(space, topics=0, seed=4) for _ in range(2))
        assert first.tolist() == again.tolist()

    @pytest.mark.parametrize("topics", [2, 3, 4])
    def test_the_number_that_is_asked_for_is_respected(self, topics):
        space, _ = planted(4)
        found = KMeansEngine().group(space, topics=topics, seed=0)
        assert found.dtype == np.int64
        assert set(found.tolist()) == set(range(topics))

    def test_of_more_than_there_are_those_that_are_alike_merge(self):
        space, truth = planted(4)
        found = KMeansEngine().group(space, topics=9, seed=0)
        assert 4 <= len(np.unique(found)) <= 9
        assert all(len(set(truth[found == group])) == 1 for group in np.unique(found))

    def test_more_groups_than_there_are_wordings_cannot_be(self):
        space = space_of(np.repeat(np.eye(3, WIDTH) * 100, 10, axis=0))
        found = KMeansEngine().group(space, topics=7, seed=0)
        assert len(np.unique(found.reshape(3, 10), axis=1).ravel()) == 3

    @pytest.mark.parametrize("count", [1, 2, 2 * MEMBERS - 1])
    def test_a_few_segments_are_one_group(self, count):
        space, _ = planted(2, per=MEMBERS)
        found = KMeansEngine().group(space.of(np.arange(count)), topics=0, seed=0)
        assert found.tolist() == [0] * count

    def test_a_few_segments_come_apart_where_the_user_wants_it(self):
        space, truth = planted(2, per=5)
        found = KMeansEngine().group(space, topics=2, seed=0)
        assert adjusted_rand_score(truth, found) == 1

    def test_segments_that_are_all_alike_are_one_group(self):
        space = space_of(np.full((40, WIDTH), 50))
        assert KMeansEngine().group(space, topics=0, seed=0).tolist() == [0] * 40

    def test_segments_alike_but_for_rounding_are_no_warning_to_users(self):
        rows = np.repeat(np.eye(3, WIDTH) * 127, MEMBERS, axis=0)
        rows[:, 4] = np.random.default_rng(0).integers(0, 2, size=len(rows))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            KMeansEngine().group(space_of(rows), topics=0, seed=0)
            KMeansEngine().group(space_of(rows), topics=20, seed=0)

    def test_segments_of_one_message_cannot_be_halved_and_are_one_group(self):
        space, _ = planted(2)
        space = space._replace(owner=np.zeros(36, dtype=np.int64))
        assert set(KMeansEngine().group(space, topics=0, seed=0).tolist()) == {0}


class TestNumber:
    def test_nothing_but_noise_is_better_left_together(self):
        rows = np.random.default_rng(0).normal(0, 40, size=(72, WIDTH))
        noise = space_of(np.clip(rows, -127, 127).round())
        assert choose(noise, seed=0, splits=4, least=0.5) == 1
        assert choose(planted(3)[0], seed=0, splits=4, least=0.5) == 3

    def test_there_are_never_more_than_the_most(self):
        space, _ = planted(6)
        assert choose(space, seed=0, splits=4) == 6
        assert choose(space, seed=0, splits=4, most=4) <= 4


class TestSettled:
    def graph(self, *edges, size):
        row, column = np.array(edges).T
        near = csr_matrix((np.ones(len(edges)), (row, column)), shape=(size, size))
        return near + near.T

    def ring(self, members):
        return [(a, b) for a in members for b in members if a < b]

    def test_a_segment_goes_where_most_of_its_neighbours_are(self):
        near = self.graph(*self.ring(range(5)), *self.ring(range(5, 10)), size=10)
        labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
        found = settled(near, labels, 2, dissolve=False)
        assert found.tolist() == [0] * 5 + [1] * 5

    def left_over(self):
        """Two groups that hold together, and members of both taken for a third."""
        edges = [*self.ring(range(8)), *self.ring(range(8, 16)), (7, 15)]
        labels = np.array([0] * 6 + [2] * 2 + [1] * 6 + [2] * 2)
        return self.graph(*edges, size=16), labels

    def test_a_left_over_group_is_dissolved_into_its_neighbours(self):
        found = settled(*self.left_over(), 3, dissolve=True)
        assert found.tolist() == [0] * 8 + [1] * 8

    def test_of_groups_that_are_all_loose_none_is_left_over(self):
        within = [pair for first in (0, 4, 8) for pair in self.ring(range(first, first + 4))]
        across = [(at, (at + 4) % 12) for at in range(12)]
        labels = np.repeat([0, 1, 2], 4)
        found = settled(self.graph(*within, *across, size=12), labels, 3, dissolve=True)
        assert found.tolist() == labels.tolist()

    def test_who_has_no_neighbour_stays(self):
        near = self.graph((0, 1), size=4)
        found = settled(near, np.array([0, 0, 1, 2]), 3, dissolve=True)
        assert found.tolist() == [0, 0, 1, 2]


class TestEngines:
    def test_the_default_is_there_without_extras(self):
        assert DEFAULT in ENGINES
        assert isinstance(load_engine(DEFAULT), KMeansEngine)

    def test_a_part_of_a_space_has_all_its_columns(self):
        space, _ = planted(2, per=4)
        part = space.of(np.array([1, 5]))
        assert (part.features == space.features[[1, 5]]).all()
        assert part.owner.tolist() == [1, 5]
        assert part.said.shape[0] == part.sketches.shape[0] == 2
