"""A model of topics: which segments get which, its sub-themes, and what is kept of it."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from vocmine_topic.engines import Space
from vocmine_topic.features import Features
from vocmine_topic.model import (
    MAX_TOPICS_PER_SEGMENT,
    MIN_SHARE,
    MIN_WEIGHT,
    NONE,
    Assigner,
    Change,
    Settings,
    Topic,
    TopicModel,
)
from vocmine_topic.stored import FORMAT, from_bytes, to_bytes
from vocmine_topic.subthemes import MIN_TOPIC, MOST, find_subthemes
from vocmine_topic.vocabulary import Learnt

WIDTH = 16


def around(*directions, spread=15, seed=0):
    """A row of features around each direction, int8."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, spread, size=(len(directions), WIDTH))
    rows[np.arange(len(directions)), list(directions)] += 100
    return np.clip(rows, -127, 127).round().astype(np.int8)


def model_of(anchors, topic_of, *, subtopic_of=None, topics=(), **values):
    """A model whose features are given, so that no words are needed."""
    count = len(anchors)
    return TopicModel(
        settings=Settings("4", "kmeans", 0, 0, b"\x01\xff"),
        vocabulary=Learnt(["tarjeta", "ñandú"], [1.5, 2.25], {"tarjeta": 3}, {}, {}, ["luz"]),
        features=Features(np.eye(2, dtype=np.float32), np.full(3, 0.25, np.float32)),
        anchors=anchors,
        topic_of=np.array(topic_of, dtype=np.int64),
        subtopic_of=np.array(subtopic_of or [NONE] * count, dtype=np.int64),
        topics={topic.id: topic for topic in topics},
        **values,
    )


def two_topics():
    """Ten anchors around each of two directions, topics 4 and 9, and ten around a third of none."""
    anchors = around(*[0] * 10, *[1] * 10, *[2] * 10)
    return model_of(anchors, [4] * 10 + [9] * 10 + [NONE] * 10, topics=[Topic(4), Topic(9)])


class TestAssigner:
    def test_a_segment_has_the_topic_of_those_it_is_like(self, reader):
        found = Assigner(two_topics(), reader).of_features(around(1, 0, seed=1))
        assert found.row.tolist() == [0, 1]
        assert found.topic.tolist() == [9, 4]
        assert found.weight.tolist() == [1, 1]
        assert (found.fit > 0.7).all()

    def test_a_segment_like_two_has_both_the_heavier_first(self, reader):
        anchors = around(0, 0, 0, 1, 1, 1, spread=0)
        model = model_of(anchors, [4] * 3 + [9] * 3, topics=[Topic(4), Topic(9)])
        row = np.zeros((1, WIDTH), np.int8)
        row[0, :2] = 100, 95
        found = Assigner(model, reader).of_features(row)
        assert found.topic.tolist() == [4, 9]
        assert found.weight[0] >= found.weight[1] >= MIN_WEIGHT
        assert found.weight.sum() == pytest.approx(1, abs=1e-3)
        assert found.fit[0] == found.fit[1]

    def test_what_is_like_none_or_only_like_what_has_no_topic_has_none(self, reader):
        model = two_topics()
        model.anchors = around(*[0] * 10, *[1] * 10, *[2] * 10, spread=2)
        rows = np.vstack([around(7, 2, spread=2), np.zeros((1, WIDTH), np.int8)])
        assert len(Assigner(model, reader).of_features(rows).row) == 0

    def test_a_segment_gets_the_same_alone_as_among_others(self, reader):
        anchors = around(*np.arange(400) % 5, spread=60)
        model = model_of(anchors, np.arange(400) % 5 + 1, topics=map(Topic, range(1, 6)))
        assigner = Assigner(model, reader)
        rows = around(*np.arange(1200) % 7, spread=60, seed=2)
        together = assigner.of_features(rows)
        for at in (0, 600, 999, 1000, 1199):
            alone = assigner.of_features(rows[[at]])
            own = together.row == at
            assert alone.topic.tolist() == together.topic[own].tolist()
            assert alone.weight.tolist() == together.weight[own].tolist()
            assert alone.fit.tolist() == together.fit[own].tolist()

    def test_what_is_given_stays_within_its_bounds(self, reader):
        anchors = around(*np.arange(300) % 6, spread=70)
        model = model_of(anchors, np.arange(300) % 6 + 1, topics=map(Topic, range(1, 7)))
        rows = around(*np.arange(300) % 6, spread=70, seed=3)
        found = Assigner(model, reader).of_features(rows)
        assert (np.diff(found.row) >= 0).all()
        for row in np.unique(found.row):
            weight = found.weight[found.row == row]
            assert 1 <= len(weight) <= MAX_TOPICS_PER_SEGMENT
            assert (np.diff(weight) <= 0).all()
            assert weight[0] >= MIN_SHARE
            assert weight[-1] >= MIN_WEIGHT
            assert weight.sum() <= 1.001
        assert ((found.fit >= 0) & (found.fit <= 1)).all()

    def test_a_sub_theme_is_that_of_most_neighbours_in_the_topic(self, reader):
        anchors = around(*[0] * 10, *[1] * 10)
        parts = [5] * 10 + [6] * 9 + [NONE]
        model = model_of(anchors, [4] * 20, subtopic_of=parts, topics=[Topic(4)])
        found = Assigner(model, reader).of_features(around(1, 0, seed=1))
        assert found.topic.tolist() == [4, 4]
        assert found.subtopic.tolist() == [6, 5]

    def test_sub_themes_of_other_topics_are_not_given(self, reader):
        model = two_topics()
        model.subtopic_of[:10] = 5
        found = Assigner(model, reader).of_features(around(0, 1, seed=1))
        assert found.subtopic.tolist() == [5, NONE]

    def test_a_model_without_topics_gives_none(self, reader):
        model = model_of(around(0, 1), [NONE, NONE])
        found = Assigner(model, reader).assign(["la tarjeta"], ["es"], np.zeros((1, 3), np.int8))
        assert [len(column) for column in found] == [0] * 5


class TestSubthemes:
    PER = MIN_TOPIC // 3 + 1

    def space(self, *directions):
        anchors = around(*np.repeat(directions, self.PER))
        none = np.zeros((len(anchors), 0))
        owner = np.random.default_rng(0).permutation(len(anchors))
        order = np.argsort(owner)
        space = Space(anchors[order], csr_matrix(none), none.astype(np.int8), owner[order], ())
        return space, np.repeat(np.arange(len(directions)), self.PER)[order]

    def found(self, space, topic_of, believed=None, former=None):
        topics = [Topic(int(each)) for each in np.unique(topic_of)]
        model = model_of(space.features, topic_of, topics=topics, next_id=20)
        unknown = np.full(len(topic_of), NONE, dtype=np.int64)
        find_subthemes(model, space, unknown if believed is None else believed, former)
        return model

    def test_a_large_topic_that_comes_apart_has_sub_themes(self):
        space, truth = self.space(0, 1, 2)
        model = self.found(space, np.full(len(truth), 4))
        assert [part.id for part in model.subtopics(4)] == [20, 21, 22]
        for direction in range(3):
            assert len(set(model.subtopic_of[truth == direction])) == 1

    def test_a_topic_of_one_kind_or_of_few_segments_has_none(self):
        space, truth = self.space(0, 0, 0)
        assert self.found(space, np.full(len(truth), 4)).subtopics(4) == []
        space, truth = self.space(0, 1, 2)
        few = space.of(np.arange(MIN_TOPIC - 1))
        assert self.found(few, np.full(MIN_TOPIC - 1, 4)).subtopics(4) == []

    def test_parts_go_on_as_themselves_with_the_names_users_gave_them(self):
        space, truth = self.space(0, 1, 2)
        topic_of = np.full(len(truth), 4)
        named = Topic(11, "datáfono roto", parent=4, called=True)
        former = model_of(space.features, topic_of, topics=[Topic(4), named, Topic(12, parent=4)])
        believed = np.select([truth == 0, truth == 1], [11, 12], NONE)
        model = self.found(space, topic_of, believed, former)
        assert model.subtopics(4) == [named, Topic(12, parent=4), Topic(20, parent=4)]
        assert set(model.subtopic_of[truth == 0]) == {11}

    def test_a_part_that_is_now_in_two_topics_goes_on_in_one(self):
        space, truth = self.space(*range(6))
        topic_of = np.where(truth < 3, 4, 5)
        believed = np.where((truth == 2) | (truth == 3), 11, NONE)
        model = self.found(space, topic_of, believed)
        parts = model.subtopics(4) + model.subtopics(5)
        assert len(parts) == len({part.id for part in parts}) == 6
        assert sum(part.id == 11 for part in parts) == 1
        for part in parts:
            assert set(topic_of[model.subtopic_of == part.id]) == {part.parent}

    def test_there_are_never_more_than_the_most(self):
        space, truth = self.space(*range(MOST + 2))
        assert 2 <= len(self.found(space, np.full(len(truth), 4)).subtopics(4)) <= MOST


def kept_model():
    anchors = around(0, 1, 1)
    return model_of(
        anchors,
        [4, 9, NONE],
        subtopic_of=[NONE, 10, NONE],
        topics=[
            Topic(9, "señal débil", ("señal", "módem"), held=True, phrases=("no hay señal",)),
            Topic(10, "módem \ud83d", parent=9, called=True, hidden=True),
            Topic(4, "cobro"),
        ],
        messages=120,
        covered=0.9312,
        generation=3,
        changes=[Change(3, 9, "señal débil", "merged", (7, 8)), Change(3, 4, "cobro", "new")],
        next_id=11,
    )


def changed_head(value, change):
    """The bytes of a model with its head changed."""
    with np.load(io.BytesIO(value)) as kept:
        arrays = dict(kept)
    head = json.loads(arrays["head"].tobytes().decode("utf-8", "surrogatepass"))
    change(head)
    text = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    arrays["head"] = np.frombuffer(text, dtype=np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


class Trap:
    """Unpickled, it raises."""

    def __reduce__(self):
        return (pytest.fail, ("something was unpickled",))


class TestStored:
    def test_a_model_comes_back_whole(self):
        model, again = kept_model(), from_bytes(to_bytes(kept_model()))
        assert again.settings == model.settings
        assert again.vocabulary == model.vocabulary
        assert again.topics == model.topics
        assert again.changes == model.changes
        for name in ("messages", "covered", "generation", "next_id"):
            assert getattr(again, name) == getattr(model, name)
        for own, other in zip(again.features, model.features, strict=True):
            assert own.dtype == other.dtype
            assert (own == other).all()
        for name in ("anchors", "topic_of", "subtopic_of"):
            assert getattr(again, name).dtype == getattr(model, name).dtype
            assert (getattr(again, name) == getattr(model, name)).all()

    def test_the_same_model_gives_the_same_bytes_however_often_it_was_kept(self):
        value = to_bytes(kept_model())
        assert to_bytes(kept_model()) == value
        assert to_bytes(from_bytes(value)) == value

    def test_topics_that_were_learnt_are_given_out_as_before(self, learnt, reader):
        analyzer, topics, batches = learnt
        model = from_bytes(analyzer.remember()["model"])
        texts = [text for batch in batches for text in batch.segment_texts]
        none = np.zeros((len(texts), 0), np.int8)
        found = Assigner(model, reader).assign(texts, ["es"] * len(texts), none)
        counts = dict(zip(*np.unique(found.topic, return_counts=True), strict=True))
        assert counts == dict(zip(topics["topic"], topics["segments"], strict=True))

    def test_nothing_kept_is_no_model(self):
        assert from_bytes(b"") is None

    def test_another_format_is_learnt_anew(self):
        value = to_bytes(kept_model())
        assert from_bytes(changed_head(value, lambda head: None)) is not None
        newer = changed_head(value, lambda head: head.update(format=FORMAT + 1))
        assert from_bytes(newer) is None

    @pytest.mark.parametrize(
        "change",
        [
            lambda head: head.pop("topics"),
            lambda head: head.pop("settings"),
            lambda head: head.update(settings=None),
            lambda head: head["settings"].update(encoder="xyz"),
            lambda head: head["vocabulary"].update(more=1),
            lambda head: head["topics"].append({"id": 3}),
            lambda head: head.update(changes=[[]]),
            lambda head: head.update(changes=[3]),
        ],
    )
    def test_a_head_that_cannot_be_read_is_no_model(self, change):
        assert from_bytes(changed_head(to_bytes(kept_model()), change)) is None

    def test_bytes_that_were_cut_are_no_model(self):
        value = to_bytes(kept_model())
        assert all(from_bytes(value[:end]) is None for end in range(0, len(value), 7))

    @given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00"]))
    def test_anything_else_is_no_model(self, value, start):
        assert from_bytes(start + value) is None

    @given(st.data())
    def test_bytes_that_were_altered_give_the_same_model_or_none(self, data):
        value = bytearray(to_bytes(kept_model()))
        at = data.draw(st.integers(0, len(value) - 1))
        value[at] ^= data.draw(st.integers(1, 255))
        found = from_bytes(bytes(value))
        assert found is None or to_bytes(found) == to_bytes(kept_model())

    def test_nothing_is_ever_unpickled(self):
        trap = np.array([Trap()], dtype=object)
        plain, archive = io.BytesIO(), io.BytesIO()
        np.save(plain, trap, allow_pickle=True)
        np.savez(archive, head=trap)
        for value in (plain.getvalue(), archive.getvalue()):
            assert from_bytes(value) is None


class TestTopicModel:
    def test_identities_are_never_given_twice(self):
        model = kept_model()
        assert [model.new_id(), model.new_id()] == [11, 12]
        del model.topics[9]
        assert from_bytes(to_bytes(model)).new_id() == 13

    def test_topics_and_sub_themes_are_told_apart(self):
        model = kept_model()
        assert [topic.id for topic in model.main()] == [4, 9]
        assert [part.id for part in model.subtopics(9)] == [10]
        assert model.subtopics(4) == []

    def test_a_change_of_one_topic_leaves_the_others(self):
        model = kept_model()
        model.change(4, name="cobro doble", called=True)
        assert model.topics[4] == replace(kept_model().topics[4], name="cobro doble", called=True)
        assert model.topics[9] == kept_model().topics[9]
