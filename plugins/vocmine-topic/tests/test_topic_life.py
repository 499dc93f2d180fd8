"""Topics over the life of a store: the same while little changes, and told of where they do not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from vocmine_topic.analyzer import MIN_MESSAGES, TopicAnalyzer
from vocmine_topic.stored import from_bytes

SUBJECTS = {
    "datáfono": ("el datáfono no lee la tarjeta", "el datáfono rechaza la tarjeta"),
    "factura": ("la factura trae un cobro doble", "un cobro doble en la factura"),
    "pedido": ("el pedido viene con demora", "hay demora con la entrega del pedido"),
    "contraseña": (
        "la aplicación no recibe la contraseña",
        "olvidé la contraseña de la aplicación",
    ),
    "cajera": ("la cajera de la sucursal fue grosera", "qué grosera la cajera"),
    "internet": ("el internet llega lento a la casa", "el módem de internet está lento"),
    "maleta": ("la aerolínea perdió la maleta", "mi maleta quedó en el aeropuerto"),
    "cajero": (
        "el cajero automático no entregó el billete",
        "el cajero automático tragó el billete",
    ),
    "médico": ("no hay cita con el médico", "cancelaron la cita del médico"),
    "garantía": ("el televisor sigue en garantía", "niegan la garantía del televisor"),
}
NEW = ("la piscina del hotel estaba sucia", "el agua de la piscina huele a cloro")
AROUND = ("otra vez", "desde ayer", "hoy", "de nuevo", "todo el día", "esta semana")


def said(messages, *, about=None, seed=0):
    """Messages about one or two of ten subjects, or of those given."""
    rng = random.Random(seed)
    about = about or SUBJECTS
    return [
        ". ".join(
            f"{rng.choice(about[name])} {rng.choice(AROUND)}"
            for name in rng.sample(sorted(about), min(len(about), rng.choice((1, 1, 2))))
        )
        for _ in range(messages)
    ]


WANTED = {"topics": "10"}
"""As many as there are; how the number is chosen is told elsewhere."""


@pytest.fixture(scope="module")
def grown(store_of):
    """The messages of a store, and the store after its first run."""
    store = store_of()
    texts = said(200)
    return texts, store, store.run(texts, **WANTED)


class TestSameAgain:
    def test_ten_stores_of_the_same_messages_keep_the_same_bytes(self, store_of):
        texts = said(60)
        kept = set()
        for number in range(10):
            store = store_of()
            store.run(random.Random(number).sample(texts, 60), size=1 + 13 * number, **WANTED)
            kept.add((store.memory["model"], store.memory["edits"]))
        assert len(kept) == 1

    def test_nothing_changes_where_nothing_was_added(self, grown):
        texts, store, first = grown
        store = store.copy()
        before = dict(store.memory)
        for _ in range(2):
            assert store.run(texts, **WANTED) == first
            assert store.memory == before

    @pytest.mark.parametrize("refit", ["auto", "always", "never"])
    def test_nine_of_ten_topics_are_the_same_with_a_tenth_more_messages(self, grown, refit):
        texts, store, first = grown
        later = store.copy().run([*texts, *said(20, seed=1)], refit=refit, **WANTED)
        same = set(first.names()) & set(later.names())
        assert len(same) >= 0.9 * len(first.names())
        assert all(first.names()[topic] == later.names()[topic] for topic in same)
        agree = [text for text in set(texts) if first.of[text] & same == later.of[text] & same]
        assert len(agree) >= 0.9 * len(set(texts))

    def test_topics_learnt_anew_from_the_same_messages_are_all_kept(self, grown):
        texts, store, first = grown
        later = store.copy().run(texts, refit="always", **WANTED)
        assert later.topics == first.topics
        assert {change for change, _ in later.became(2).values()} == {"kept"}


class TestWhenToLearn:
    def generation(self, store):
        return from_bytes(store.memory["model"]).generation

    @pytest.mark.parametrize(("more", "generation"), [(50, 1), (51, 2), (-50, 1), (-51, 2)])
    def test_topics_are_learnt_anew_beyond_a_quarter_more_or_less(self, grown, more, generation):
        texts, store, _ = grown
        store = store.copy()
        store.run([*texts, *said(max(more, 0), seed=1)][: 200 + more], **WANTED)
        assert self.generation(store) == generation

    def test_never_is_never(self, grown):
        texts, store, first = grown
        store = store.copy()
        later = store.run([*texts, *said(200, seed=1)], refit="never", **WANTED)
        assert self.generation(store) == 1
        assert later.names() == first.names()
        assert sum(later.messages().values()) > 1.8 * sum(first.messages().values())

    @pytest.mark.parametrize(("seed", "topics"), [(1, "10"), (0, "9")])
    def test_other_settings_ask_for_other_topics_even_where_never_is_said(
        self, grown, seed, topics
    ):
        texts, store, first = grown
        store = store.copy()
        later = store.run(texts, seed=seed, topics=topics, refit="never")
        assert self.generation(store) == 2
        assert len(set(first.names()) & set(later.names())) >= 0.8 * len(first.names())

    def test_a_new_subject_is_found_before_a_quarter_and_told_as_new(self, store_of):
        texts, store = said(200), store_of()
        first = store.run(texts, topics="11")  # one of the ten in two parts, which then join
        later = store.run([*texts, *said(40, about={"piscina": NEW})], topics="11")
        assert set(later.names()) - set(first.names()) == {later.about("piscina")}
        became = later.became(2)
        assert became[later.about("piscina")] == ("new", [])
        assert later.messages()[later.about("piscina")] == 40
        kept = [topic for topic in first.names() if became[topic][0] in ("kept", "merged")]
        assert len(kept) >= 0.9 * len(first.names())

    def test_a_few_messages_about_something_new_have_no_topic_until_then(self, grown):
        texts, store, first = grown
        few = said(5, about={"piscina": NEW})
        later = store.copy().run([*texts, *few], **WANTED)
        assert later.names() == first.names()
        assert all(later.of[text] == set() for text in few)

    def test_topics_come_with_the_message_that_makes_enough(self, store_of):
        store = store_of()
        texts = said(MIN_MESSAGES, about={name: SUBJECTS[name] for name in ("factura", "cajera")})
        assert store.run(texts[:-1], topics="2").topics["topic"] == []
        assert len(store.run(texts, topics="2").topics["topic"]) == 2

    def test_a_store_that_is_nearly_emptied_has_no_topics_and_says_that_they_are_gone(self, grown):
        texts, store, first = grown
        later = store.copy().run(texts[: MIN_MESSAGES - 1], **WANTED)
        assert later.topics["topic"] == []
        assert later.became(2) == dict.fromkeys(sorted(first.names()), ("gone", []))

    def test_identities_are_not_used_again_after_topics_are_gone(self, grown):
        texts, store, first = grown
        store = store.copy()
        store.run(texts[:10], **WANTED)
        later = store.run(texts, **WANTED)
        assert min(later.topics["topic"]) > max(first.topics["topic"])


class TestEncoders:
    def test_another_encoder_learns_anew_and_topics_go_on_by_their_words(
        self, store_of, word_encoder
    ):
        texts = said(120)
        store = store_of(word_encoder(1))
        first = store.run(texts, **WANTED)
        store.encode = word_encoder(2)
        later = store.run(texts, **WANTED)
        assert from_bytes(store.memory["model"]).generation == 2
        assert len(set(first.names()) & set(later.names())) >= 0.8 * len(first.names())

    def test_the_same_encoder_does_not(self, store_of, word_encoder):
        texts = said(60)
        store = store_of(word_encoder(1))
        first = store.run(texts, **WANTED)
        store.encode = word_encoder(1)
        assert store.run(texts, **WANTED) == first
        assert from_bytes(store.memory["model"]).generation == 1

    def test_a_run_whose_encoder_is_not_known_goes_by_words(self, store_of, word_encoder):
        texts = said(120)
        store = store_of(word_encoder(1))
        first = store.run(texts, **WANTED)
        store.encode = None
        later = store.run(texts, **WANTED)
        assert len(set(first.names()) & set(later.names())) >= 0.8 * len(first.names())


class TestMemory:
    def test_nothing_is_kept_before_anything_is_learnt(self):
        analyzer = TopicAnalyzer()
        analyzer.recall({})
        assert analyzer.remember() == {}

    @pytest.mark.parametrize("kept", [b"garbage", b"PK\x03\x04 cut", b"\x80\x04N."])
    def test_topics_that_cannot_be_read_are_learnt_as_for_the_first_time(
        self, grown, store_of, kept
    ):
        texts, store, first = grown
        other = store_of(memory={"model": kept})
        assert other.run(texts, **WANTED) == first
        assert other.memory["model"] == store.memory["model"]

    def test_one_analyzer_serves_several_stores_and_mixes_nothing(self, grown, batches_of, fit):
        texts, store, _ = grown
        batches = batches_of(said(60, seed=9))
        analyzer, fresh = fit(batches, **WANTED)
        analyzer.recall(store.memory)
        analyzer.fit(lambda: iter(batches_of(texts)))
        analyzer.recall({})
        assert dict(analyzer.fit(lambda: iter(batches))["topics"]) == fresh

    def test_what_changes_tell_is_kept_for_all_generations(self, grown):
        texts, store, first = grown
        store = store.copy()
        for _ in range(2):
            later = store.run(texts, refit="always", **WANTED)
        assert [len(later.became(at)) for at in (1, 2, 3)] == [len(first.names())] * 3
        assert {change for change, _ in later.became(1).values()} == {"new"}
        told = np.array(later.changes["generation"]) == 1
        names = dict(zip(later.changes["topic"], later.changes["name"], strict=True))
        assert told.sum() == len(names)
        assert names == first.names()
