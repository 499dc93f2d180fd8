"""The parts of the topic analyzer on small inputs whose answers can be read off."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from vocmine_topic.neighbours import spread, term_neighbours, unit_rows

from vocmine_topic import model
from vocmine_topic.boilerplate import learned_boilerplate
from vocmine_topic.labels import Surfaces, label_topics, phrases
from vocmine_topic.naming import typical_words
from vocmine_topic.nouns import Nouns
from vocmine_topic.sample import sample_messages
from vocmine_topic.text import Reader
from vocmine_topic.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def reader():
    return Reader()


def vocabulary(reader, texts, **options):
    words = [reader.words(text, "es") for text in texts]
    return Vocabulary(words, is_known=reader.is_known, **options), words


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


class TestNeighbours:
    def test_words_that_keep_the_same_company_lend_to_each_other(self):
        rng = np.random.default_rng(0)
        company = rng.random((60, 4)) < 0.6
        either = (np.arange(60) % 2).astype(bool)
        here = np.column_stack([either, ~either, company])[:30]
        there = (rng.random((30, 3)) < 0.8).astype(float)
        block = np.block([[here, np.zeros((30, 3))], [np.zeros((30, 6)), there]])
        neighbours = term_neighbours(unit_rows(csr_matrix(block.astype(float))))
        assert neighbours[0, 1] > 0.2
        assert neighbours[0, 7] == 0
        assert neighbours.diagonal().sum() == 0

    def test_spreading_keeps_lengths_and_zero_rows(self):
        rows = unit_rows(csr_matrix(np.eye(3)[[0, 1, 2, 0]] * [1, 1, 0]))
        lent = csr_matrix(np.array([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]]))
        lengths = np.linalg.norm(spread(rows, lent).toarray(), axis=1)
        assert lengths == pytest.approx([1, 1, 0, 1])

    def test_terms_that_never_meet_have_no_neighbours(self):
        assert term_neighbours(csr_matrix(np.eye(4))).nnz == 0


class TestModel:
    def blocks(self, topics=3, per=60, seed=0):
        rng = np.random.default_rng(seed)
        dense = np.zeros((topics * per, topics * 6))
        for topic in range(topics):
            part = rng.random((per, 6)) < 0.5
            part[:, 0] = True
            dense[topic * per : (topic + 1) * per, topic * 6 : topic * 6 + 6] = part
        return unit_rows(csr_matrix(dense))

    def test_it_finds_as_many_topics_as_there_are(self):
        half = np.arange(180) % 2 == 0
        assert model.choose_topics(self.blocks(), half, seed=0) in (3, 4)

    def test_each_block_is_one_topic(self):
        rows = self.blocks()
        components = model.fit_components(rows, topics=3, seed=0)
        labels = model.strongest(model.strengths(rows, components)).reshape(3, 60)
        assert all(len(set(block)) == 1 for block in labels.tolist())
        assert len(set(labels[:, 0].tolist())) == 3

    def test_a_row_is_solved_alone_as_among_others(self):
        rows = self.blocks()
        components = model.fit_components(rows, topics=3, seed=0)
        together = model.strengths(rows, components)
        for at in (0, 61, 179):
            assert (model.strengths(rows[at], components)[0] == together[at]).all()

    def test_a_row_of_nothing_has_no_topic(self):
        components = model.fit_components(self.blocks(), topics=3, seed=0)
        nothing = csr_matrix((2, components.shape[1]))
        assert model.strongest(model.strengths(nothing, components)).tolist() == [-1, -1]
        assert model.strengths(nothing[:0], components).shape == (0, 3)

    def test_two_components_of_one_topic_merge(self):
        rows = self.blocks()
        labels = np.repeat([0, 1, 2], 60)
        labels[:30] = 3
        merged = model.same_topics(rows, labels, 4)
        assert merged[3] == merged[0]
        assert len(set(merged)) == 3


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


class TestShownTerms:
    def test_words_only_lent_by_neighbours_are_not_shown(self):
        heavy = {"tarjeta": 1.0, "hijo": 0.6, "bloqueo": 0.3}
        said = {("tarjeta",): 20, ("bloqueo",): 6}
        everywhere = {("tarjeta",): 25, ("bloqueo",): 7, ("hijo",): 9}
        assert typical_words(heavy, said, everywhere) == ["tarjeta", "bloqueo"]

    def test_words_of_other_topics_come_after_those_of_this_one(self):
        heavy = {"tarjeta": 1.0, "descuento": 0.4, "plástico": 0.3}
        said = {("tarjeta",): 20, ("descuento",): 2, ("plástico",): 8}
        everywhere = {("tarjeta",): 25, ("descuento",): 30, ("plástico",): 9}
        assert typical_words(heavy, said, everywhere) == ["tarjeta", "plástico", "descuento"]


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
