"""The parts of the topic analyzer on small inputs whose answers can be read off."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from vocmine_topic.boilerplate import is_edge, learned_boilerplate, wrapping_groups
from vocmine_topic.labels import Surfaces, label_topics, phrases
from vocmine_topic.nouns import Nouns
from vocmine_topic.sample import sample_messages
from vocmine_topic.vocabulary import MAX_SHARE, Vocabulary, minimum_segments


def vocabulary(reader, texts, **options):
    words = [reader.words(text, "es") for text in texts]
    return Vocabulary.learn(words, is_known=reader.is_known, **options), words


class TestVocabulary:
    def test_a_verb_and_the_noun_made_of_it_are_one_term(self, reader):
        found, _ = vocabulary(reader, ["hay demora", "demoraron mucho", "una demora"] * 4)
        assert found.canonical("demorar") == "demora"

    def test_a_spelling_mistake_counts_as_the_frequent_word(self, reader):
        found, _ = vocabulary(reader, ["la tarjeta"] * 30 + ["la tarjtea", "la tarjta"])
        assert found.canonical("tarjtea") == "tarjeta"
        assert found.canonical("tarjta") == "tarjeta"

    def test_a_rare_word_of_the_dictionary_is_not_a_mistake(self, reader):
        found, _ = vocabulary(reader, ["el pedido"] * 50 + ["lo perdido"] * 3)
        assert found.canonical("perdido") != "pedido"

    def test_a_word_of_the_dictionary_that_comes_later_is_not_a_mistake_either(self, reader):
        found, _ = vocabulary(reader, ["el cobro doble"] * 30)
        assert found.canonical("cloro") == "cloro"
        assert found.canonical("cobrro") == "cobro"

    def test_pairs_skip_stop_words_but_not_breaks(self, reader):
        found, words = vocabulary(reader, ["tarjeta de crédito, cuenta"] * 3)
        assert found.split(words[0]) == ["tarjeta", "credito", "tarjeta credito", "cuenta"]

    def test_excluded_words_are_no_terms(self, reader):
        found, _ = vocabulary(reader, ["la tarjeta azul"] * 3, excluded=frozenset({"azul"}))
        assert found.word("azul") == ""
        assert not any("azul" in term for term in found.terms)

    def test_rows_have_length_one_and_unknown_text_is_zero(self, reader):
        found, words = vocabulary(reader, ["tarjeta azul", "cuenta roja", "nada"] * 5)
        rows = found.matrix([*words[:2], reader.words("zzzz", "es")])
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        assert lengths == pytest.approx([1, 1, 0])

    def test_a_rare_word_never_used_as_a_noun_is_a_form_of_its_verb(self, reader):
        texts = ["me llama el asesor", "me llamaron del banco", "llamaron a la oficina"] * 4
        found, _ = vocabulary(reader, [*texts, "pidió la ayuda", "la ayuda", "su ayuda"])
        assert "llama" in {word.key for word in reader.words("me llama", "es")}
        assert found.canonical("llama") == found.canonical("llamar") == "llamar"
        assert found.canonical("ayudar") == "ayudar"
        assert found.lemma("llama") == "llamar"

    def test_verbs_weigh_less_than_nouns_as_frequent(self, reader):
        texts = ["llegó la tarjeta", "el celular llegó", "llegaron tarjetas a otro lugar"] * 4
        found, _ = vocabulary(reader, [*texts, *["el celular", "mi lugar", "una tarjeta"] * 8])
        weight = dict(zip(found.terms, found.weights, strict=True))
        assert weight["llegar"] < 0.6 * weight["tarjeta"]
        assert weight["celular"] == pytest.approx(weight["lugar"])
        assert weight["celular"] > 0.9 * weight["tarjeta"]

    def test_what_was_learnt_reads_new_text_as_before_and_needs_no_corpus(self, reader):
        texts = ["la tarjeta demorada", "demoraron la tarjeta", "una demora", "la demora"] * 9
        found, words = vocabulary(reader, texts, excluded=frozenset({"azul"}))
        again = Vocabulary(found.learnt, is_known=reader.is_known)
        asked = [*words[:4], reader.words("tarjtea azul demoran", "es")]
        assert list(map(again.split, asked)) == list(map(found.split, asked))
        assert (again.matrix(asked) != found.matrix(asked)).nnz == 0

    @pytest.mark.parametrize(("segments", "least"), [(999, 2), (1000, 3), (5000, 5)])
    def test_a_term_must_be_found_more_often_in_more_text(self, segments, least):
        assert minimum_segments(segments) == least

    def test_a_word_of_most_segments_tells_nothing_apart(self, reader):
        texts = ["banco caro", "banco lento", "banco lejano", "sucursal"] * 5
        assert MAX_SHARE < 15 / 20
        found, _ = vocabulary(reader, texts)
        assert found.word("banco") == ""
        assert found.word("sucursal") == "sucursal"


class TestNouns:
    def found(self, reader, *texts, lang="es"):
        return Nouns([reader.words(text, lang) for text in texts])

    def test_a_noun_follows_articles_possessives_and_prepositions(self, reader):
        found = self.found(reader, "mi tarjeta de crédito no pasa", "llegó la factura")
        assert all(map(found.is_noun, ("tarjeta", "credito", "factura")))
        assert not any(map(found.is_noun, ("pasar", "llegar")))

    def test_nouns_that_end_like_infinitives_are_no_verbs(self, reader):
        found = self.found(reader, "el celular y los celulares", "otro lugar", "en mi hogar")
        assert not any(map(found.is_verb, ("celular", "lugar", "hogar")))
        assert all(map(found.is_noun, ("celular", "lugar", "hogar")))

    def test_pronouns_and_prepositions_make_no_noun_of_a_verb(self, reader):
        found = self.found(reader, "la bloquearon sin pagar", "las bloqueo para pagar el recibo")
        assert not found.is_noun("pagar")
        assert not found.is_noun("bloquear")
        assert found.is_verb("bloquear")

    def test_portuguese_nouns_follow_their_own_articles(self, reader):
        found = self.found(reader, "comprei na loja", "meu cartão do plano", lang="pt")
        assert all(map(found.is_noun, ("loja", "cartao", "plano")))

    def test_without_determiners_any_word_but_a_verb_may_be_a_noun(self, reader):
        found = self.found(reader, "cobro doble", "internet lento", "llegó tarjeta rota")
        assert all(map(found.is_noun, ("cobro", "internet", "tarjeta")))
        assert not found.is_noun("llegar")
        assert found.of_verbs({"cobrar": 3, "cobro": 9})[0] == {"cobrar": "cobro"}


class TestBoilerplate:
    def corpus(self, reader, messages=120):
        rng = random.Random(1)
        problems = ["tarjeta bloqueada", "pedido demorado", "internet lento", "cajera grosera"]
        texts = [
            ["Saludos Zorzal", *rng.choices(problems, k=3), "firmado Quijano"]
            for _ in range(messages)
        ]
        return [[reader.words(text, "es") for text in message] for message in texts]

    def test_words_at_the_edges_of_any_message_are_boilerplate(self, reader):
        found = learned_boilerplate(self.corpus(reader))
        assert {"zorzal", "quijano"} <= found
        assert not found & {"tarjeta", "pedido", "internet", "cajera"}

    def test_a_subject_named_first_is_not_boilerplate(self, reader):
        rng = random.Random(2)
        parts = {
            "tarjeta": ["plástico dañado", "banda magnética", "chip quemado"],
            "internet": ["módem apagado", "señal débil", "fibra cortada"],
        }
        messages = []
        for _ in range(120):
            subject = rng.choice(sorted(parts))
            texts = [f"mi {subject}", *rng.choices(parts[subject], k=3), "listo"]
            messages.append([reader.words(text, "es") for text in texts])
        assert not learned_boilerplate(messages) & {"tarjeta", "internet"}

    def test_names_are_words_with_a_capital_inside_a_sentence(self, reader):
        texts = ["compré en la tienda Falabella ayer", "el local de Falabella", "caja Falabella"]
        messages = [[reader.words(text, "es")] for text in texts * 3]
        assert "falabella" in learned_boilerplate(messages)

    def test_short_messages_teach_nothing_about_position(self, reader):
        messages = [[reader.words("internet lento", "es")]] * 100
        assert learned_boilerplate(messages) == frozenset()


class TestWrapping:
    CARD, ORDER, BRANCH, LAST = range(4)

    def groups(self, *, asked_after, messages=90):
        """Messages of four segments: two of one subject, one of any, and a last one.

        The last one is a group of its own after the subjects of `asked_after`, else of none.
        """
        rng = random.Random(0)
        labels = []
        for number in range(messages):
            subject = number % 3
            last = self.LAST if subject in asked_after else -1
            labels += [subject, subject, rng.randrange(3), last]
        edges = np.tile(np.array([1, 0, 0, 1], np.int8), messages)
        return np.array(labels), edges, np.repeat(np.arange(messages), 4)

    def test_closings_of_messages_about_anything_are_no_topic(self):
        groups = self.groups(asked_after=(self.CARD, self.ORDER, self.BRANCH))
        assert wrapping_groups(*groups) == [self.LAST]

    def test_a_request_at_the_end_that_goes_with_a_subject_is_kept(self):
        assert wrapping_groups(*self.groups(asked_after=(self.ORDER,))) == []

    @pytest.mark.parametrize(("usual", "wraps"), [(0.1, True), (0.2, True), (0.5, False)])
    def test_how_often_others_open_or_close_messages_tells_what_is_often(self, usual, wraps):
        # Seven of ten segments of a group at the edges: much in letters, little in short reviews.
        rng = random.Random(1)
        labels = np.array([rng.randrange(3) for _ in range(1200)] + [self.LAST] * 150)
        at_edge = [rng.random() < usual for _ in range(1200)]
        at_edge += [rng.random() < 0.7 for _ in range(150)]
        owner = np.array([*(at // 4 for at in range(1200)), *range(150)])
        found = wrapping_groups(labels, np.array(at_edge, np.int8), owner)
        assert found == ([self.LAST] if wraps else [])

    def test_messages_too_short_to_tell_dissolve_nothing(self):
        labels, edges, owner = self.groups(asked_after=(self.CARD, self.ORDER, self.BRANCH))
        assert wrapping_groups(labels, np.full_like(edges, -1), owner) == []

    def test_three_closings_are_too_few_to_be_sure(self):
        three = self.groups(asked_after=(self.CARD, self.ORDER, self.BRANCH), messages=3)
        assert wrapping_groups(*three) == []

    def test_without_groups_there_is_none(self):
        nothing = np.zeros(0, dtype=np.int64)
        assert wrapping_groups(nothing, nothing.astype(np.int8), nothing) == []

    @pytest.mark.parametrize(
        ("segments", "edge"),
        [(3, {}), (4, {0, 3}), (6, {0, 5}), (7, {0, 1, 5, 6}), (9, {0, 1, 7, 8})],
    )
    def test_long_messages_have_two_segments_of_edge_and_short_ones_none(self, segments, edge):
        told = {at for at in range(segments) if is_edge(at, segments)}
        assert told == set(edge)
        assert (is_edge(0, segments) is None) == (segments < 4)


class TestLabels:
    def named(self, reader, members, verbs=()):
        surfaces = Surfaces(reader.is_known)
        counts = []
        for texts in members:
            found = {}
            for text in texts:
                words = reader.words(text, "es")
                for phrase, first, end in phrases(words, lambda key: key):
                    surfaces.add(phrase, words[first:end])
                    found[phrase] = found.get(phrase, 0) + 1
            counts.append(found)
        total = {p: sum(c.get(p, 0) for c in counts) for found in counts for p in found}
        weights = [{word: 1.0 for phrase in found for word in phrase} for found in counts]
        return label_topics(counts, total, weights, surfaces, lambda key: key not in verbs)

    def test_a_name_is_a_phrase_with_its_preposition_and_article(self, reader):
        names = self.named(reader, [["hubo demora en la entrega", "demora en la entrega otra vez"]])
        assert names == ["demora en la entrega"]

    def test_names_carry_the_accents_most_customers_forgot(self, reader):
        texts = ["tarjeta de credito"] * 5 + ["tarjeta de crédito"] * 3
        assert self.named(reader, [texts]) == ["tarjeta de crédito"]

    def test_two_topics_never_have_one_name(self, reader):
        texts = ["cobro doble", "doble cobro", "cobro doble del banco"]
        names = self.named(reader, [texts, list(texts)])
        assert len(set(names)) == 2

    def test_conjugated_verbs_do_not_name_a_topic_when_a_noun_can(self, reader):
        texts = ["bloquearon la tarjeta", "bloquearon mi tarjeta", "bloquean tarjeta"]
        assert self.named(reader, [texts], verbs={"bloquear"}) == ["tarjeta"]

    def test_a_noun_said_twice_names_a_topic_before_a_verb_said_always(self, reader):
        texts = ["me llamaron"] * 20 + ["llaman del banco"] * 2
        assert self.named(reader, [texts], verbs={"llamar"}) == ["banco"]

    def test_a_verb_with_its_noun_may_name_a_topic(self, reader):
        texts = ["quise pagar el recibo", "para pagar el recibo"] * 3
        assert self.named(reader, [texts], verbs={"pagar"}) == ["pagar el recibo"]

    @pytest.mark.parametrize(
        ("texts", "verb", "name"),
        [
            (["me llegaron", "llegó", "ya llegó"], "llegar", "llegar"),
            (["llegó", "llegó", "no ha llegado"], "llegar", "llegar"),
            (["la dañaron", "la dañan"], "danar", "dañar"),
        ],
    )
    def test_a_topic_of_a_verb_alone_is_named_by_its_infinitive(self, reader, texts, verb, name):
        assert self.named(reader, [texts], verbs={verb}) == [name]

    def test_names_do_not_begin_or_end_with_a_stop_word(self, reader):
        words = reader.words("de la tarjeta de crédito con la que", "es")
        found = {phrase for phrase, _, _ in phrases(words, lambda key: key)}
        assert found == {("tarjeta",), ("credito",), ("tarjeta", "de", "credito")}


class TestSample:
    def test_a_small_corpus_is_kept_whole(self, complaints, batches_of):
        found = sample_messages(batches_of(complaints(30)), segments=10_000, seed=0)
        assert len(found) == 30

    def test_a_sample_depends_on_what_is_said_and_not_on_the_stream(self, complaints, batches_of):
        texts = complaints(300)
        shuffled = random.Random(3).sample(texts, len(texts))
        first = sample_messages(batches_of(texts, size=7), segments=200, seed=0)
        assert first == sample_messages(batches_of(shuffled, size=64), segments=200, seed=0)
        assert first != sample_messages(batches_of(texts), segments=200, seed=1)
        assert 150 < sum(len(message.segments) for message in first) <= 200

    def test_messages_without_segments_are_left_out(self, batches_of):
        assert sample_messages(batches_of(["", "hola"]), segments=10, seed=0) != []
        assert len(sample_messages(batches_of(["", "hola"]), segments=10, seed=0)) == 1

    def test_messages_of_one_text_may_differ_in_all_else(self, batch_of):
        texts = ["Hola. No llega. Gracias. Adiós.", "No llega."] * 2
        batch = batch_of(texts)
        telling = np.array([text == "No llega." for text in batch.segment_texts])
        found = sample_messages([replace(batch, segment_insights=telling)], segments=9, seed=0)
        assert {one.segments for one in found} == {("No llega.",)}
        assert sorted(one.edges for one in found) == [(-1,), (-1,), (0,), (0,)]
