"""The topics benchmark: planted corpora hold what they say, and measures count what they name."""

from __future__ import annotations

import gzip
import math
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import topics_real
from planted import PROBLEMS, SIZES, planted_corpus
from topics import ceiling, score, truth
from topics_corpora import corpus_batch
from topics_peers import FINDERS, Found, find
from topics_real import message_topics, stability
from topics_scores import coherence, diversity, empty_names, top_words

from vocmine.batch import Batch
from vocmine.plugin import Encoded

BRACKETS = re.compile(r"\[([^]]+)\]")


class LengthEncoder:
    """Vectors that tell only how long a text is, and a count of the calls."""

    name, dim, fingerprint = "length", 2, "length-1"

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts, segment_message, segment_start, segment_end) -> Encoded:
        self.calls += 1
        message = np.array([[len(text), 1] for text in texts], dtype=np.float32).reshape(-1, 2)
        length = np.asarray(segment_end) - np.asarray(segment_start)
        segments = np.stack([length, np.ones_like(length)], axis=1).astype(np.float32)
        return Encoded(message, segments)


def batch_of(texts: list[str]) -> Batch:
    return corpus_batch(texts, ["es"] * len(texts), LengthEncoder(), None)


class TestPlanted:
    def test_the_same_seed_gives_the_same_corpus_and_another_seed_another(self) -> None:
        assert planted_corpus(30, seed=1) == planted_corpus(30, seed=1)
        assert planted_corpus(30, seed=1) != planted_corpus(30, seed=2)

    @pytest.mark.parametrize("problems", SIZES)
    def test_every_planted_problem_is_there_but_not_equally_often(self, problems: int) -> None:
        corpus = planted_corpus(3000, problems=problems)
        counts = Counter(problem for message in corpus for _, _, problem in message.spans)
        assert set(counts) == set(list(PROBLEMS)[:problems])
        assert min(counts.values()) >= 0.018 * counts.total()
        assert max(counts.values()) >= 1.5 * min(counts.values())

    def test_messages_hold_one_to_four_different_problems(self) -> None:
        found = [[problem for *_, problem in each.spans] for each in planted_corpus(500)]
        assert {len(problems) for problems in found} == {1, 2, 3, 4}
        assert all(len(set(problems)) == len(problems) for problems in found)

    def test_spans_are_in_order_and_are_not_all_of_the_text(self) -> None:
        for message in planted_corpus(200, problems=25):
            ends = [0, *(end for _, end, _ in message.spans)]
            starts = [*(start for start, _, _ in message.spans), len(message.text)]
            assert all(end <= start for end, start in zip(ends, starts, strict=True))

    def test_other_sizes_are_refused(self) -> None:
        with pytest.raises(ValueError, match="problems is 7"):
            planted_corpus(10, problems=7)

    @pytest.mark.parametrize("problem", PROBLEMS)
    def test_a_problem_is_written_in_many_ways(self, problem: str) -> None:
        templates = PROBLEMS[problem]
        ways = [math.prod(len(some.split("|")) for some in BRACKETS.findall(t)) for t in templates]
        assert len(templates) >= 8
        assert sum(ways) >= 40
        assert not any("|" in BRACKETS.sub("", template) for template in templates)

    def test_no_word_stands_in_all_wordings_of_a_problem(self) -> None:
        for templates in PROBLEMS.values():
            long = [{w for w in re.findall(r"\w+", t) if len(w) > 3} for t in templates]
            assert not set.intersection(*long)

    def test_some_writers_shout_and_some_abbreviate(self) -> None:
        texts = [message.text for message in planted_corpus(300)]
        assert any(re.search(r"\b[A-ZÁÉÍÓÚÑ]{5,}\b", text) for text in texts)
        assert any(re.search(r"\b(?:q|xq|tb)\b", text) for text in texts)


class TestVectors:
    def test_are_made_once_and_then_read_from_the_cache(self, tmp_path: Path) -> None:
        encoder, texts = LengthEncoder(), ["me cobraron doble", "no llega"]
        made = corpus_batch(texts, ["es", "es"], encoder, tmp_path)
        read = corpus_batch(texts, ["es", "es"], encoder, tmp_path)
        assert encoder.calls == 1
        assert np.array_equal(made.segment_vectors, read.segment_vectors)
        assert made.segment_vectors[:, 0].tolist() == [17, 8]

    def test_of_other_texts_are_not_taken_for_them(self, tmp_path: Path) -> None:
        encoder = LengthEncoder()
        corpus_batch(["hola"], ["es"], encoder, tmp_path)
        assert (
            corpus_batch(["adiós a todos"], ["es"], encoder, tmp_path).message_vectors[0, 0] == 13
        )


class TestScores:
    def test_the_truth_itself_scores_one_and_no_topics_at_all_nothing(self) -> None:
        corpus = planted_corpus(60)
        batch = batch_of([message.text for message in corpus])
        true = truth(corpus, batch).tolist()
        names = sorted(set(true) - {""})
        topic = np.array([names.index(problem) if problem else -1 for problem in true])
        perfect = score(corpus, batch, Found(topic, names, [[name] for name in names]))
        nothing = score(corpus, batch, Found(np.full(len(topic), -1), [], []))
        assert (perfect["ami"], perfect["covered"], perfect["wrapping_with_topic"]) == (1, 1, 0)
        assert (nothing["ami"], nothing["covered"], nothing["topics"]) == (0, 0, 0)
        assert perfect["wrapping_topics"] == 0

    def test_more_can_be_found_where_there_are_more_messages(self) -> None:
        few, many = (planted_corpus(messages, problems=6) for messages in (30, 300))
        reached = [
            ceiling(corpus, batch_of([each.text for each in corpus])) for corpus in (few, many)
        ]
        assert 0 < reached[0] < reached[1] <= 1

    def test_more_can_be_found_by_who_knows_what_segments_mean(self) -> None:
        corpus = planted_corpus(60, problems=25)
        batch = batch_of([message.text for message in corpus])
        true = truth(corpus, batch)
        told = (true[:, None] == np.unique(true)) * 100
        knowing = replace(batch, segment_sketches=told.astype(np.int8))
        assert ceiling(corpus, batch) < 0.8
        assert ceiling(corpus, knowing, meanings=True) > 0.9

    def test_names_of_formulas_and_stop_words_are_empty(self) -> None:
        said, wrapping = {"cobro": 9, "respuesta": 1}, {"respuesta": 9, "cobro": 1, "fondo": 3}
        names = ["respuesta de fondo", "cobro", "de la que", "respuesta al cobro"]
        assert empty_names(names, said, wrapping) == ["respuesta de fondo", "de la que"]

    def test_words_that_always_meet_cohere_and_words_that_never_meet_do_not(self) -> None:
        texts = ["cobro doble", "cobro doble", "envío tarde", "envío tarde"]
        assert coherence([["cobro", "doble"]], texts, "es") == 1
        assert coherence([["cobro", "tarde"]], texts, "es") == -1
        assert coherence([["cobro", "doble"], ["cobro", "tarde"]], texts, "es") == 0

    def test_accents_do_not_part_words(self) -> None:
        texts = ["crédito caro", "hola", "credito caro"]
        assert coherence([top_words(["crédito", "caro"], "es")], texts, "es") == 1

    def test_a_word_stands_for_all_its_forms(self) -> None:
        texts = ["se demoraron los pedidos", "hola", "demoró el pedido"]
        assert coherence([top_words(["demorar", "pedido"], "es")], texts, "es") == 1

    def test_a_topic_without_words_has_no_coherence(self) -> None:
        assert math.isnan(coherence([], ["hola"], "es"))

    def test_phrases_count_as_their_words_and_repeated_words_lower_diversity(self) -> None:
        assert top_words(["cobro doble", "doble", "recibo"], "es") == ["cobro", "doble", "recibo"]
        assert diversity([["cobro", "doble"], ["cobro", "tarde"]]) == 0.75

    def test_the_topic_of_most_segments_is_that_of_the_message(self) -> None:
        batch = batch_of(["Uno. Dos. Tres.", "Cuatro."])
        topics = np.array([4, 2, 2, -1])
        assert message_topics(batch, topics).tolist() == [2, -1]


class TestFinders:
    def test_what_is_not_installed_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "bertopic", None)
        said = find("BERTopic", batch_of(["hola"]), LengthEncoder())
        assert isinstance(said, str)
        assert said.startswith("not installed: ")

    def test_the_analyzer_gives_each_segment_its_heaviest_topic(self) -> None:
        batch = batch_of([message.text for message in planted_corpus(60, problems=6)])
        found = find("vocmine", batch, LengthEncoder())
        assert isinstance(found, Found)
        assert len(found.topic) == len(batch.segment_ids)
        assert set(found.topic.tolist()) <= set(range(-1, len(found.names)))
        assert len(found.names) == len(found.terms) > 0

    def test_a_finder_that_always_groups_alike_is_stable(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def by_length(batch: Batch, encoder: LengthEncoder) -> Found:
            return Found(batch.segment_vectors[:, 0].astype(np.int64) % 3, [], [])

        def by_chance(batch: Batch, encoder: LengthEncoder) -> Found:
            count = len(batch.segment_ids)
            return Found(np.random.default_rng(count).integers(0, 3, count), [], [])

        batch = batch_of(["x" * length for length in range(3, 203)])
        monkeypatch.setitem(FINDERS, "alike", by_length)
        monkeypatch.setitem(FINDERS, "unlike", by_chance)
        assert stability("alike", batch, LengthEncoder(), 4) == 1
        assert stability("unlike", batch, LengthEncoder(), 4) < 0.2


def test_rows_of_a_sorted_file_are_taken_evenly(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.writelines(f'{{"text": "{at}"}}\n' for at in range(10))
    assert [row["text"] for row in topics_real.read_rows(path, 5)] == ["0", "2", "4", "6", "8"]
    assert len(topics_real.read_rows(path, 50)) == 10
