"""What users change about topics, and that it stays whatever is learnt anew."""

from __future__ import annotations

import json

import numpy as np
import pytest

from vocmine.errors import UsageError
from vocmine_topic.edits import ACTIONS, MOST_PARTS, Edit, Edits, apply, check
from vocmine_topic.model import Topic
from vocmine_topic.stored import from_bytes

WANTED = {"topics": "4"}
TELLING = ("cobro", "entrega", "contraseña", "cajera")


@pytest.fixture(scope="module")
def learnt_store(complaints, store_of):
    """The texts of a store with four topics, the store, and the results of its first run."""
    store, texts = store_of(), complaints(120)
    return texts, store, store.run(texts, **WANTED)


@pytest.fixture(scope="module")
def edited(learnt_store):
    """Edits a copy of the store; gives the results of that run and of one that learns anew."""
    texts, store, _ = learnt_store

    def edit(*edits, texts=texts):
        own = store.copy()
        now = own.run(texts, edits=edits, **WANTED)
        return now, own.run(texts, refit="always", **WANTED)

    return edit


def both(results):
    """Runs a check on the results right after an edit, and after topics were learnt anew."""
    return zip(results, ("edited", "learnt anew"), strict=True)


def test_a_change_is_made_to_the_topics_that_the_user_saw_though_others_are_learnt(learnt_store):
    texts, store, first = learnt_store
    kept, gone = first.about("cobro"), first.about("cajera")
    own = store.copy()
    found = own.run(texts, edits=[Edit("merge", (kept, gone))], refit="always", **WANTED)
    assert from_bytes(own.memory["model"]).generation == 2
    assert kept in found.names()
    assert gone not in found.names()
    assert found.messages()[kept] > first.messages()[kept]


class TestRename:
    def test_a_topic_is_called_as_the_user_says_from_then_on(self, learnt_store, edited):
        _, _, first = learnt_store
        topic = first.about("cobro")
        for found, _when in both(edited(Edit("rename", (topic,), name="Facturación"))):
            assert found.names() == first.names() | {topic: "Facturación"}
            assert found.messages() == first.messages()

    def test_the_last_of_two_names_is_the_one(self, learnt_store, edited):
        topic = learnt_store[2].about("cobro")
        edits = (Edit("rename", (topic,), name="uno"), Edit("rename", (topic,), name="dos"))
        assert [found.names()[topic] for found in edited(*edits)] == ["dos", "dos"]

    def test_a_sub_theme_can_be_renamed_and_nothing_else(self, learnt_store):
        model = from_bytes(learnt_store[1].memory["model"])
        model.topics[99] = Topic(99, "parte", parent=1)
        check(Edit("rename", (99,), name="otra"), model)
        for action in ("merge", "split", "pin", "hide"):
            with pytest.raises(UsageError, match="99 is a sub-theme, which can only be renamed"):
                check(Edit(action, (99, 1), parts=2), model)


class TestMerge:
    def test_two_topics_are_one_that_keeps_its_number_and_stays_one(self, learnt_store, edited):
        texts, _, first = learnt_store
        kept, gone = first.about("cobro"), first.about("cajera")
        for found, when in both(edited(Edit("merge", (kept, gone)))):
            names = found.names()
            assert gone not in names, when
            assert names[kept] == first.names()[kept]
            wanted = {text for text in texts if first.of[text] & {kept, gone}}
            assert {text for text in texts if kept in found.of[text]} == wanted, when

    def test_changes_tell_what_became_of_both(self, learnt_store, edited):
        _, _, first = learnt_store
        kept, gone = first.about("cobro"), first.about("cajera")
        now, later = edited(Edit("merge", (kept, gone)))
        told = list(zip(*(now.changes[c] for c in ("topic", "change", "related")), strict=True))
        assert (gone, "gone", json.dumps([kept])) in told
        assert (kept, "merged", json.dumps([gone])) in told
        assert later.became(2)[kept][0] == "kept"

    def test_three_at_once_and_one_named_twice(self, learnt_store, edited):
        _, _, first = learnt_store
        one, two, three, left = (first.about(word) for word in TELLING)
        for found, _when in both(edited(Edit("merge", (one, two, one, three, two)))):
            assert {one, left} <= set(found.names())
            assert not {two, three} & set(found.names())

    def test_phrases_of_a_seeded_topic_go_with_it(self, learnt_store, store_of):
        texts, store, first = learnt_store
        store = store.copy()
        seeded = Edit("seed", name="Trato", phrases=("la cajera fue grosera",))
        new = store.run(texts, edits=[seeded], **WANTED).about("Trato")
        store.run(texts, edits=[Edit("merge", (first.about("cobro"), new))], **WANTED)
        topics = from_bytes(store.memory["model"]).topics
        assert topics[first.about("cobro")].phrases == ("la cajera fue grosera",)


class TestSplit:
    def merged(self, learnt_store):
        texts, store, first = learnt_store
        store = store.copy()
        kept = first.about("cobro")
        store.run(texts, edits=[Edit("merge", (kept, first.about("cajera")))], **WANTED)
        return texts, store, kept

    def test_a_topic_of_two_subjects_comes_apart_into_them_and_stays_so(self, learnt_store):
        texts, store, kept = self.merged(learnt_store)
        now = store.run(texts, edits=[Edit("split", (kept,), parts=2)], **WANTED)
        later = store.run(texts, refit="always", **WANTED)
        for found, when in both((now, later)):
            pair = {found.about("cobro"), found.about("cajera")}
            assert kept in pair, when
            assert len(pair) == 2, when
            assert all(found.names()[topic] for topic in pair)
        assert {now.about("cobro"), now.about("cajera")} == {
            later.about("cobro"),
            later.about("cajera"),
        }

    def test_the_new_part_has_a_number_of_its_own_and_tells_where_it_comes_from(self, learnt_store):
        texts, store, kept = self.merged(learnt_store)
        found = store.run(texts, edits=[Edit("split", (kept,), parts=2)], **WANTED)
        (new,) = set(found.names()) - set(learnt_store[2].names())
        rows = zip(*(found.changes[c] for c in ("topic", "change", "related", "name")), strict=True)
        assert [row for row in rows if row[0] == new] == [
            (new, "split", json.dumps([kept]), found.names()[new])
        ]

    def test_a_name_that_the_user_gave_stays_with_the_larger_part(self, learnt_store):
        texts, store, kept = self.merged(learnt_store)
        edits = [Edit("rename", (kept,), name="Varios"), Edit("split", (kept,), parts=2)]
        assert store.run(texts, edits=edits, **WANTED).names()[kept] == "Varios"

    def test_too_few_different_segments_are_refused_and_nothing_is_changed(self, learnt_store):
        texts, store, first = learnt_store
        store = store.copy()
        before = dict(store.memory)
        topic = first.about("cajera")
        with pytest.raises(UsageError, match=rf"Topic {topic} has \d+ different segments, too few"):
            store.run(texts, edits=[Edit("split", (topic,), parts=MOST_PARTS)], **WANTED)
        assert store.memory == before
        assert store.run(texts, **WANTED) == first

    def test_what_does_not_come_apart_is_refused(self, learnt_store, reader):
        model = from_bytes(learnt_store[1].memory["model"])
        width = model.anchors.shape[1]
        model.anchors = np.full((13, width), 100, dtype=np.int8)
        model.anchors[np.arange(13), np.arange(13)] += 1
        model.topic_of = np.ones(13, dtype=np.int64)
        model.subtopic_of = np.full(13, -1, dtype=np.int64)
        with pytest.raises(UsageError, match="Topic 1 does not come apart into 2"):
            apply(Edit("split", (1,), parts=2), model, reader, None)
        assert set(model.topics) == set(learnt_store[2].names())
        assert set(model.topic_of) == {1}


class TestPin:
    def without(self, texts, word):
        return [text for text in texts if word not in text.lower()]

    def test_a_pinned_topic_stays_when_nobody_has_it_any_more(self, learnt_store):
        texts, store, first = learnt_store
        topic = first.about("cajera")
        few = self.without(texts, "cajera")
        free, pinned = store.copy(), store.copy()
        assert topic not in free.run(few, refit="always", **WANTED).names()
        pinned.run(texts, edits=[Edit("pin", (topic,))], **WANTED)
        found = pinned.run(few, refit="always", **WANTED)
        assert found.names()[topic] == first.names()[topic]
        assert found.messages()[topic] == 0

    def test_a_pin_can_be_taken_back(self, learnt_store):
        texts, store, first = learnt_store
        store, topic = store.copy(), first.about("cajera")
        store.run(texts, edits=[Edit("pin", (topic,)), Edit("unpin", (topic,))], **WANTED)
        found = store.run(self.without(texts, "cajera"), refit="always", **WANTED)
        assert topic not in found.names()


class TestHide:
    def test_a_hidden_topic_leaves_the_tables(self, learnt_store, edited):
        texts, _, first = learnt_store
        topic = first.about("cobro")
        for found, when in both(edited(Edit("hide", (topic,)))):
            assert set(found.names()) == set(first.names()) - {topic}, when
            assert topic not in found.subtopics["topic"]
            assert not any(topic in found.of[text] for text in texts)
            others = {text: first.of[text] - {topic} for text in texts}
            assert found.of == others, when

    def test_it_comes_back_as_it_was(self, learnt_store):
        texts, store, first = learnt_store
        store, topic = store.copy(), first.about("cobro")
        store.run(texts, edits=[Edit("hide", (topic,))], **WANTED)
        found = store.run(texts, edits=[Edit("show", (topic,))], **WANTED)
        assert found.topics == first.topics
        assert found.of == first.of


class TestSeed:
    PHRASES = ("la cajera me gritó", "cajera grosera")

    def test_a_topic_is_made_of_phrases_and_of_what_is_like_them(self, learnt_store, edited):
        texts, _, first = learnt_store
        now, later = edited(Edit("seed", name="Maltrato", phrases=self.PHRASES))
        for found, when in both((now, later)):
            topic = found.about("Maltrato")
            assert topic == max(first.names()) + 1, when
            has = {text for text in texts if topic in found.of[text]}
            about = {text for text in texts if "cajera" in text.lower()}
            assert len(has & about) >= 0.9 * len(about), when
            assert len(has - about) <= 0.1 * len(about), when

    def test_without_a_name_it_is_called_by_customers_own_words(self, learnt_store, edited):
        topic = max(learnt_store[2].names()) + 1
        for found, when in both(edited(Edit("seed", phrases=self.PHRASES))):
            assert "cajera" in found.names()[topic], when

    def test_phrases_that_customers_never_say_make_a_topic_of_no_messages(
        self, learnt_store, edited
    ):
        _, _, first = learnt_store
        for found, _when in both(edited(Edit("seed", name="Zoo", phrases=("jirafas azules",)))):
            topic = found.about("Zoo")
            assert found.messages()[topic] == 0
            assert {t: n for t, n in found.messages().items() if t != topic} == first.messages()

    @pytest.mark.parametrize("name", ["Trato", ""])
    def test_a_store_too_small_for_topics_can_be_seeded(self, store_of, complaints, name):
        store = store_of()
        texts = complaints(8)
        assert store.run(texts).topics["topic"] == []
        seed = Edit("seed", name=name, phrases=("cajera grosera",))
        assert store.run(texts, edits=[seed]).topics["topic"] == [1]

    def test_phrases_are_matched_by_what_they_mean_where_the_encoder_is_known(
        self, store_of, complaints, word_encoder
    ):
        store, texts = store_of(word_encoder(1)), complaints(120)
        store.run(texts, **WANTED)
        seed = Edit("seed", name="Maltrato", phrases=self.PHRASES)
        found = store.run(texts, edits=[seed], **WANTED)
        anchors = from_bytes(store.memory["model"]).anchors
        assert anchors[-2:, -64:].any(axis=1).all()
        assert found.messages()[found.about("Maltrato")] >= 10


class TestRefused:
    @pytest.mark.parametrize(
        ("edit", "message"),
        [
            (Edit("rename", (77,), name="x"), "There is no topic 77"),
            (Edit("merge", (1, 77)), "There is no topic 77"),
            (Edit("merge", (1,)), "Two different topics are needed"),
            (Edit("merge", (1, 1)), "Two different topics are needed"),
            (Edit("split", (1,), parts=1), "cannot be split into 1"),
            (Edit("split", (1,), parts=MOST_PARTS + 1), f"cannot be split into {MOST_PARTS + 1}"),
        ],
    )
    def test_what_cannot_be_done_is_said_and_nothing_is_changed(self, learnt_store, edit, message):
        texts, store, _ = learnt_store
        store = store.copy()
        before = dict(store.memory)
        with pytest.raises(UsageError, match=message):
            store.run(texts, edits=[Edit("rename", (1,), name="antes"), edit], **WANTED)
        assert store.memory == before


class TestKept:
    def test_edits_come_back_as_they_were(self):
        edits = Edits(
            (Edit("merge", (3, 1), ("cobro", "señal")), Edit("rename", (3,), name="Señal ñ")),
            (Edit("split", (4,), parts=3), Edit("seed", phrases=("no hay", "señal"))),
        )
        assert Edits.from_bytes(edits.to_bytes()) == edits
        assert Edits.from_bytes(b"") == Edits()

    def test_edits_are_made_once_and_remembered_in_order(self, learnt_store):
        texts, store, first = learnt_store
        store = store.copy()
        one, two = (Edit("rename", (first.about("cobro"),), name=name) for name in ("uno", "dos"))
        for edit in (one, two):
            store.run(texts, edits=[edit], **WANTED)
        store.run(texts, refit="always", **WANTED)
        assert Edits.from_bytes(store.memory["edits"]) == Edits((one, two), ())

    def test_several_edits_of_all_kinds_in_one_go(self, learnt_store, edited):
        _, _, first = learnt_store
        one, two, three, four = (first.about(word) for word in TELLING)
        edits = [
            Edit("rename", (one,), name="Cobros"),
            Edit("merge", (one, two)),
            Edit("pin", (three,)),
            Edit("unpin", (three,)),
            Edit("hide", (four,)),
            Edit("show", (four,)),
            Edit("seed", name="Tiendas", phrases=("en la tienda",)),
            Edit("split", (one,), parts=2),
        ]
        assert {edit.action for edit in edits} == set(ACTIONS)
        now, later = edited(*edits)
        assert now.names()[one] == later.names()[one] == "Cobros"
        assert len(now.names()) == 5
        assert np.isin([one, three, four], list(later.names())).all()


def test_topics_that_are_held_count_among_those_that_were_asked_for(learnt_store, edited):
    _, _, first = learnt_store
    edits = [Edit("pin", (topic,)) for topic in list(first.names())[:2]]
    for found, when in both(edited(*edits)):
        assert found.names() == first.names(), when
