"""What becomes of topics when they are learnt anew: who goes on as whom, and what is said of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine_topic.features import Features
from vocmine_topic.lineage import carry_on, lineage
from vocmine_topic.model import NONE, Change, Settings, Topic, TopicModel
from vocmine_topic.vocabulary import Learnt

NOTHING = Features(np.zeros((0, 1), np.float32), np.zeros(0, np.float32))


def model_of(topics=(), *, anchors=0, next_id=1, generation=1, changes=()):
    return TopicModel(
        settings=Settings("4", "kmeans", 0, 0),
        vocabulary=Learnt([], [], {}, {}, {}, []),
        features=NOTHING,
        anchors=np.zeros((anchors, 1), np.int8),
        topic_of=np.full(anchors, NONE, dtype=np.int64),
        subtopic_of=np.full(anchors, NONE, dtype=np.int64),
        topics={topic.id: topic for topic in topics},
        generation=generation,
        changes=list(changes),
        next_id=next_id,
    )


def labels(*runs):
    """`(label, times)` after one another."""
    return np.repeat([label for label, _ in runs], [times for _, times in runs]).astype(np.int64)


def carried(groups, believed, topics, *, held_anchors=None):
    """The model after groups were found, and change and related topics of each topic."""
    former = model_of(topics, next_id=max([t.id for t in topics], default=0) + 1)
    model = model_of(anchors=len(groups))
    if held_anchors is not None:
        model.topic_of = held_anchors
    carry_on(model, groups, former, believed)
    return model, {change.topic: (change.change, change.related) for change in model.changes}


CARD, ORDER = Topic(3, "tarjeta"), Topic(7, "pedido")


class TestLineage:
    def test_a_group_that_shares_most_of_a_topic_goes_on_as_it(self):
        found = lineage(labels((0, 10), (1, 10)), labels((7, 9), (3, 11)), [3, 7])
        assert found.heirs == {0: 7, 1: 3}
        assert not found.splits
        assert not found.ends

    def test_of_two_groups_of_one_topic_the_larger_goes_on(self):
        found = lineage(labels((0, 4), (1, 8)), labels((3, 12)), [3])
        assert found.heirs == {1: 3}
        assert found.splits == {0: 3}

    def test_of_two_topics_in_one_group_the_larger_goes_on(self):
        found = lineage(labels((0, 12)), labels((3, 4), (7, 8)), [3, 7])
        assert found.heirs == {0: 7}
        assert found.ends == {3: 0}

    def test_most_is_kept_over_all_of_them_together(self):
        # Group 0 is most like topic 3, but then nothing would be left for group 1.
        groups = labels((0, 6), (0, 5), (1, 6))
        believed = labels((3, 6), (7, 5), (3, 6))
        assert lineage(groups, believed, [3, 7]).heirs == {0: 7, 1: 3}

    def test_a_topic_that_is_scattered_ends_nowhere(self):
        groups = labels((0, 50), (0, 3), (1, 3), (1, 50), (2, 3), (2, 50))
        believed = labels((NONE, 50), (3, 6), (NONE, 50), (3, 3), (NONE, 50))
        found = lineage(groups, believed, [3])
        assert found.heirs == {}
        assert found.ends == {3: NONE}

    @pytest.mark.parametrize("ids", [[], [3]])
    def test_without_groups_everything_ends(self, ids):
        found = lineage(labels((NONE, 4)), labels((3, 4)), ids)
        assert (found.heirs, found.splits) == ({}, {})
        assert found.ends == dict.fromkeys(ids, NONE)


class TestCarryOn:
    def test_the_first_time_all_topics_are_new_numbered_from_the_largest_on(self):
        model = model_of(anchors=9)
        carry_on(model, labels((0, 2), (1, 5), (NONE, 2)), None, labels((NONE, 9)))
        assert model.topic_of.tolist() == [2, 2, 1, 1, 1, 1, 1, NONE, NONE]
        assert model.changes == [Change(1, 1, "", "new"), Change(1, 2, "", "new")]
        assert (model.generation, model.next_id) == (1, 3)

    def test_a_topic_that_is_found_again_is_kept_with_its_name(self):
        model, became = carried(labels((0, 8), (1, 8)), labels((3, 8), (7, 8)), [CARD, ORDER])
        assert model.topics == {3: CARD, 7: ORDER}
        assert became == {3: ("kept", ()), 7: ("kept", ())}
        assert model.generation == 2

    def test_a_topic_that_comes_apart_keeps_its_larger_part_and_tells_of_the_other(self):
        model, became = carried(labels((0, 8), (1, 5)), labels((3, 13)), [CARD])
        assert became == {3: ("kept", ()), 4: ("split", (3,))}
        assert model.topics[3].name == "tarjeta"
        assert model.topic_of.tolist() == [3] * 8 + [4] * 5

    def test_a_topic_that_went_into_another_is_gone_and_both_tell(self):
        model, became = carried(labels((0, 12)), labels((3, 4), (7, 8)), [CARD, ORDER])
        assert became == {3: ("gone", (7,)), 7: ("merged", (3,))}
        assert set(model.topics) == {7}
        gone = next(change for change in model.changes if change.topic == 3)
        assert gone.name == "tarjeta"

    def test_a_topic_that_nobody_has_is_gone(self):
        _, became = carried(labels((0, 8)), labels((7, 8)), [CARD, ORDER])
        assert became == {3: ("gone", ()), 7: ("kept", ())}

    def test_what_nobody_knew_is_new(self):
        model, became = carried(labels((0, 8), (1, 6)), labels((3, 8), (NONE, 6)), [CARD])
        assert became == {3: ("kept", ()), 4: ("new", ())}
        assert model.topics[4] == Topic(4)

    def test_a_held_topic_keeps_its_segments_and_no_group_goes_on_as_it(self):
        held = Topic(3, "tarjeta", held=True)
        model, became = carried(
            labels((NONE, 5), (0, 6)),
            labels((NONE, 11)),
            [held, ORDER],
            held_anchors=labels((3, 5), (NONE, 6)),
        )
        assert became == {3: ("kept", ()), 7: ("gone", ()), 8: ("new", ())}
        assert model.topic_of.tolist() == [3] * 5 + [8] * 6
        assert model.topics[3] == held

    def test_a_held_topic_stays_though_nobody_has_it(self):
        model, became = carried(labels((NONE, 4)), labels((NONE, 4)), [Topic(3, held=True)])
        assert became == {3: ("kept", ())}
        assert set(model.topics) == {3}

    def test_earlier_changes_stay_before_those_of_now(self):
        earlier = Change(1, 3, "tarjeta", "new")
        former = model_of([CARD], next_id=4, changes=[earlier])
        model = model_of(anchors=5)
        carry_on(model, labels((0, 5)), former, labels((3, 5)))
        assert model.changes == [earlier, Change(2, 3, "tarjeta", "kept")]


IDS = [2, 3, 5, 8]


@st.composite
def refits(draw):
    """Groups found anew, and the topics that their segments had."""
    size = draw(st.integers(1, 60))
    groups = draw(st.lists(st.integers(-1, 5), min_size=size, max_size=size))
    believed = draw(st.lists(st.sampled_from([NONE, *IDS]), min_size=size, max_size=size))
    found = [each for each in groups if each >= 0]
    place = {group: at for at, group in enumerate(sorted(set(found)))} | {-1: -1}
    return np.array([place[each] for each in groups]), np.array(believed)


@given(refits())
def test_every_identity_goes_on_at_most_once_and_none_is_used_again(refit):
    groups, believed = refit
    model, _ = carried(groups, believed, [Topic(each) for each in IDS])
    count = int(groups.max(initial=-1)) + 1
    identities = [set(model.topic_of[groups == group].tolist()) for group in range(count)]
    assert all(len(each) == 1 for each in identities)
    assert len(set.union(set(), *identities)) == count
    assert set(model.topics) == set.union(set(), *identities)
    assert all(topic in IDS or topic > max(IDS) for topic in model.topics)
    assert model.next_id > max([*model.topics, *IDS])
    assert (model.topic_of[groups == NONE] == NONE).all()


@given(refits())
def test_one_change_is_told_of_every_topic_there_was_or_is(refit):
    groups, believed = refit
    model, _ = carried(groups, believed, [Topic(each) for each in IDS])
    told = Counter(change.topic for change in model.changes)
    assert set(told.values()) <= {1}
    assert set(told) == {*IDS, *model.topics}
    for change in model.changes:
        assert (change.topic in model.topics) == (change.change != "gone")
        assert change.topic not in change.related
        if change.change in ("new", "split"):
            assert change.topic not in IDS
        if change.change in ("merged", "gone"):
            assert change.topic in IDS
        if change.change == "split":
            assert set(change.related) <= set(IDS)
