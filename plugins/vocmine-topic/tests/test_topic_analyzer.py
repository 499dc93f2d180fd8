"""The topic analyzer, on complaints about four known problems."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vocmine.errors import PluginError, UsageError
from vocmine.plugin import CorpusAnalyzer
from vocmine_topic.analyzer import MIN_MESSAGES, TopicAnalyzer
from vocmine_topic.engines import ENGINES
from vocmine_topic.model import MAX_TOPICS_PER_SEGMENT, MIN_WEIGHT

BOILERPLATE = {
    "saludo", "cordial", "queja", "derecho", "petición", "ustedes", "respuesta", "atento",
    "gracias", "atentamente", "señores", "buenos", "buenas", "bancolín", "luz", "marina", "ortiz",
    "presento", "correo", "permito",
}  # fmt: skip


def topic_about(topics, word):
    """Positions of the topics that have a word among their terms or in their name."""
    return {
        position
        for position, (name, terms) in enumerate(zip(topics["name"], topics["terms"], strict=True))
        if word in name.split() or word in json.loads(terms)[:4]
    }


def assignments(analyzer, batch):
    columns = analyzer.analyze(batch)["segment_topics"]
    return list(
        zip(
            *(np.asarray(columns[c]).tolist() for c in ("row", "topics_row", "weight")), strict=True
        )
    )


def test_it_is_a_corpus_analyzer_that_needs_no_vectors():
    assert isinstance(TopicAnalyzer(), CorpusAnalyzer)
    assert not any("vectors" in column for column in TopicAnalyzer.requires)


def test_each_planted_problem_is_a_topic_of_its_own(learnt):
    _, topics, _ = learnt
    found = [topic_about(topics, word) for word in ("cobro", "entrega", "aplicación", "cajera")]
    assert all(found)
    assert not set.intersection(*found)
    assert 4 <= len(topics["name"]) <= 6


def test_no_name_or_term_is_a_greeting_a_formula_or_a_person(learnt):
    _, topics, _ = learnt
    said = {word for name in topics["name"] for word in name.lower().split()}
    said |= {word.lower() for terms in topics["terms"] for word in json.loads(terms)}
    assert not said & BOILERPLATE


def test_names_are_short_distinct_and_written_with_their_accents(learnt):
    _, topics, _ = learnt
    names = topics["name"]
    assert len(set(names)) == len(names)
    assert all(1 <= len(name.split()) <= 4 for name in names)
    everything = " ".join([*names, *topics["terms"]])
    assert "aplicación" in everything
    assert "aplicacion" not in everything


def test_terms_are_eight_at_most_as_a_json_list(learnt):
    _, topics, _ = learnt
    for terms in map(json.loads, topics["terms"]):
        assert 1 <= len(terms) <= 8
        assert all(isinstance(term, str) and term for term in terms)
        assert len(set(terms)) == len(terms)


def test_topics_come_most_messages_first_and_count_the_whole_corpus(learnt):
    analyzer, topics, batches = learnt
    assert topics["messages"] == sorted(topics["messages"], reverse=True)
    segments, messages = {}, {}
    for batch in batches:
        for row, topic, _ in assignments(analyzer, batch):
            owner = int(batch.message_ids[batch.segment_message[row]])
            segments[topic] = segments.get(topic, 0) + 1
            messages.setdefault(topic, set()).add(owner)
    assert topics["segments"] == [segments[topic] for topic in range(len(topics["name"]))]
    assert topics["messages"] == [len(messages[topic]) for topic in range(len(topics["name"]))]


def test_a_message_with_two_problems_has_two_topics(learnt, batch_of):
    analyzer, topics, _ = learnt
    batch = batch_of(["Aparece un cobro doble en la factura. La cajera de la tienda fue grosera."])
    found = {row: topic for row, topic, _ in reversed(assignments(analyzer, batch))}
    assert found[0] in topic_about(topics, "cobro")
    assert found[1] in topic_about(topics, "cajera")


def test_accents_plurals_and_typing_mistakes_do_not_change_the_topic(learnt, batch_of):
    analyzer, topics, _ = learnt
    ways = ["la aplicación", "la aplicacion", "las aplicaciones", "la APLICACIÓN", "la aplicaión"]
    batch = batch_of([f"{way} no reconoce nada de nada" for way in ways])
    found = assignments(analyzer, batch)
    assert {row for row, _, _ in found} == set(range(len(ways)))
    assert {topic for _, topic, _ in found} <= topic_about(topics, "aplicación")


def test_greetings_and_unknown_subjects_are_left_without_a_topic(learnt, batch_of):
    analyzer, _, _ = learnt
    texts = [
        "Cordial saludo",
        "Quedo atenta a su pronta respuesta",
        "En ejercicio del derecho de petición presento queja ante ustedes",
        "xqzt wvk",
        "El jardín zoológico compró cuatro jirafas",
        "🙂 👍",
    ]
    assert assignments(analyzer, batch_of(texts)) == []


def test_weights_and_references_stay_in_range(learnt):
    analyzer, topics, batches = learnt
    for batch in batches:
        found = assignments(analyzer, batch)
        rows = [row for row, _, _ in found]
        assert rows == sorted(rows)
        assert all(0 <= row < len(batch.segment_ids) for row in rows)
        assert all(0 <= topic < len(topics["name"]) for _, topic, _ in found)
        assert all(0 < weight <= 1 for _, _, weight in found)
        assert len({(row, topic) for row, topic, _ in found}) == len(found)
        for row in set(rows):
            weights = [weight for other, _, weight in found if other == row]
            assert len(weights) <= MAX_TOPICS_PER_SEGMENT
            assert weights == sorted(weights, reverse=True)
            assert sum(weights) <= 1.001
            assert all(weight >= MIN_WEIGHT for weight in weights[1:])


def test_the_same_messages_give_the_same_topics_in_any_batching_and_order(
    learnt, complaints, batches_of, fit
):
    analyzer, topics, _ = learnt
    texts = complaints(120)
    shuffled = random.Random(5).sample(texts, len(texts))
    again, same = fit(batches_of(shuffled, size=7))
    assert same == topics
    (together,) = batches_of(texts, size=120)
    apart = [row for batch in batches_of(texts, size=11) for row in _by_text(analyzer, batch)]
    assert _by_text(again, together) == apart


def _by_text(analyzer, batch):
    texts = batch.segment_texts
    return [(texts[row], topic, weight) for row, topic, weight in assignments(analyzer, batch)]


def test_another_process_gives_the_same_bytes(complaints, batches_of, fit):
    analyzer, topics = fit(batches_of(complaints(60)), topics="4")
    script = (
        "import json, runpy, sys; c = runpy.run_path(sys.argv[1]);"
        "analyzer, topics = c['fitted'](c['batches_of'](c['complaints'](60)), topics='4');"
        "print(json.dumps(topics)); print(analyzer.remember()['model'].hex())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).with_name("conftest.py"))],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "1"},
    )
    assert done.stdout.splitlines() == [json.dumps(topics), analyzer.remember()["model"].hex()]


def test_a_new_batch_is_assigned_without_learning_again(learnt, complaints, batch_of):
    analyzer, topics, _ = learnt
    before = list(topics["name"])
    found = assignments(analyzer, batch_of(complaints(20, seed=99)))
    assert len({row for row, _, _ in found}) >= 20
    assert topics["name"] == before


@pytest.mark.parametrize("messages", [0, 1, MIN_MESSAGES - 1])
def test_too_few_messages_give_empty_tables(messages, complaints, batches_of, batch_of, fit):
    analyzer, topics = fit(batches_of(complaints(messages)))
    assert topics == {"topic": [], "name": [], "terms": [], "segments": [], "messages": []}
    assert assignments(analyzer, batch_of(complaints(3))) == []


@pytest.mark.parametrize("messages", [MIN_MESSAGES, 60])
def test_small_data_still_gives_topics_that_mean_something(messages, complaints, batches_of, fit):
    _, topics = fit(batches_of(complaints(messages)))
    assert 2 <= len(topics["name"]) <= 6
    assert min(topics["messages"]) >= 2
    words = {
        "cobro",
        "entrega",
        "aplicación",
        "cajera",
        "factura",
        "pedido",
        "contraseña",
        "tienda",
    }
    for terms in topics["terms"]:
        assert words & set(json.loads(terms))


VERBOSE = {
    "carta": ["me mandan la carta", "manda la carta", "mandaron otra carta", "no manda la carta"],
    "asesor": ["me llama el asesor", "llamaron", "nunca llama", "llama un asesor"],
    "correo": ["llegó el correo", "no llega el correo", "me llegó", "llegaron correos"],
    "recibo": ["quise pagar el recibo", "paga el recibo", "pagamos otro recibo", "uno paga"],
}


def test_no_topic_is_named_by_a_verb_though_verbs_are_said_most(batches_of, fit):
    rng = random.Random(4)
    said = [
        ". ".join(rng.choice(VERBOSE[about]) for about in rng.sample(sorted(VERBOSE), 2))
        for _ in range(120)
    ]
    _, topics = fit(batches_of(said), topics="4")
    assert topics["name"]
    for name in topics["name"]:
        assert set(name.split()) & set(VERBOSE), name
    shown = {word for terms in topics["terms"] for word in json.loads(terms)}
    assert not shown & {"manda", "llama", "llegó", "paga", "mandaron", "llamaron"}


def test_a_corpus_of_greetings_only_has_no_topics(batches_of, fit):
    analyzer, topics = fit(batches_of(["Cordial saludo. Quedo atento. Muchas gracias."] * 40))
    assert topics["name"] == []
    assert analyzer is not None


def test_identical_messages_are_one_topic_or_none(batches_of, fit):
    _, topics = fit(batches_of(["El internet se cae todas las noches en la casa"] * 50))
    assert len(topics["name"]) <= 1
    assert topics["messages"] in ([], [50])


def test_messages_without_segments_are_no_trouble(complaints, batch_of, fit):
    texts = [*complaints(40), "", "", *complaints(10, seed=3)]
    batch = batch_of(texts)
    analyzer, topics = fit([batch, batch_of([])])
    assert topics["name"]
    assert assignments(analyzer, batch_of([])) == []


def test_segments_of_other_languages_find_their_own_topics(complaints, batch_of, fit):
    portuguese = [
        "Bom dia. A entrega do celular atrasou e o celular veio quebrado. Obrigada",
        "Meu celular veio quebrado e a loja não troca o celular. Atenciosamente",
        "Comprei um celular na loja e veio quebrado. No aguardo",
    ] * 20
    english = ["The screen flickers and the battery dies", "Battery dies and screen flickers"] * 15
    texts = [*complaints(120), *portuguese, *english]
    langs = ["es"] * 120 + ["pt"] * 60 + ["en"] * 20 + ["other"] * 10
    batch = batch_of(texts, langs=langs)
    analyzer, topics = fit([batch])
    assert topic_about(topics, "celular")
    assert topic_about(topics, "battery")
    assert topic_about(topics, "cobro")
    assert all(topic < len(topics["name"]) for _, topic, _ in assignments(analyzer, batch))


def test_another_seed_is_allowed_to_differ_but_finds_the_same_problems(complaints, batches_of, fit):
    _, topics = fit(batches_of(complaints(120)), seed=7)
    assert all(topic_about(topics, word) for word in ("cobro", "entrega", "aplicación", "cajera"))


def test_assigning_before_learning_is_an_error_that_says_what_to_do(batch_of):
    with pytest.raises(PluginError, match="fit"):
        TopicAnalyzer().analyze(batch_of(["hola"]))


@pytest.mark.parametrize(("wanted", "found"), [(2, [2]), (4, [4]), (8, [5, 6, 7, 8])])
def test_the_user_may_say_how_many_topics_to_look_for(wanted, found, complaints, batches_of, fit):
    _, topics = fit(batches_of(complaints(120)), topics=str(wanted))
    assert len(topics["name"]) in found


@pytest.mark.parametrize(
    ("option", "given"),
    [("topics", given) for given in ("0", "1", "-3", "many", "1e9", "2.5", "101")]
    + [("engine", "nmf"), ("engine", ""), ("refit", "si")],
)
def test_an_option_that_makes_no_sense_is_refused(option, given, batches_of, fit):
    with pytest.raises(UsageError, match=f"topic.{option} "):
        fit(batches_of([]), **{option: given})


def test_every_engine_can_be_asked_for():
    (engine,) = (option for option in TopicAnalyzer.options if option.name == "engine")
    assert set(engine.choices) == set(ENGINES)
    assert engine.default in ENGINES
