"""Wordings: the files that meanings are learnt from, and the messages made of them."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_wordings import FEW, FILES, some_wordings, wordings
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

ROOT = Path(__file__).parents[1]
TRAINING = ROOT / "models" / "training"
sys.path[:0] = [str(TRAINING), str(ROOT / "benchmarks")]

from encoder_vocabulary import corpus_texts
from heads_data import CopyFinder, normalised, shingles
from meaning_data import Composed, Wording, compose, read_wordings
from planted import planted_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    FloatArray = NDArray[np.float32]

DATA = os.environ.get("VOCMINE_DATA", "")
LANGS = ("es", "pt", "en")


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def near_copies(texts: list[str], others: Sequence[str]) -> list[str]:
    """Texts that `CopyFinder` calls copies of one of the others.

    It is asked only about pairs that share half of the 5-grams of the shorter: counting those of
    all pairs at once takes a tenth of the time of asking about all.
    """
    vectorizer = CountVectorizer(analyzer=shingles, binary=True, dtype=np.float32)
    every = vectorizer.fit_transform([*texts, *others])
    left, right = every[: len(texts)], every[len(texts) :].T.tocsr()
    half = np.asarray(every.sum(axis=1), np.float32).ravel() / 2
    asked, partner = np.zeros(len(texts), np.bool_), np.zeros(len(others), np.bool_)
    for first in range(0, len(texts), 256):
        rows = slice(first, min(first + 256, len(texts)))
        shared = (left[rows] @ right).toarray()
        close = shared >= np.minimum(half[rows, None], half[len(texts) :])
        asked[rows] = close.any(axis=1)
        partner |= close.any(axis=0)
    finder = CopyFinder(others[at] for at in np.flatnonzero(partner).tolist())
    return [texts[at] for at in np.flatnonzero(asked).tolist() if finder.is_copy(texts[at])]


class TestWordings:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_a_line_is_a_problem_in_one_language_and_at_least_ten_different_texts(
        self, path: Path
    ) -> None:
        for number, row in enumerate(rows_of(path), start=1):
            where = f"{path.name}, line {number}"
            assert set(row) == {"problem", "lang", "texts"}, where
            assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", row["problem"]), where
            assert row["lang"] in LANGS, where
            # Case, accents and stops alone make no other wording.
            assert len({normalised(text) for text in row["texts"]}) == len(row["texts"]), where
            assert len(row["texts"]) >= 10, where
            assert all(text == text.strip() and normalised(text) for text in row["texts"]), where

    def test_there_are_hundreds_of_problems_and_some_in_each_language(self) -> None:
        problems = {lang: {w.problem for w in wordings() if w.lang == lang} for lang in LANGS}
        assert len(problems["es"]) > 500
        assert len(problems["pt"]) > 30
        assert len(problems["en"]) > 30

    def test_hardly_any_text_tells_of_two_problems(self) -> None:
        owners = defaultdict(set)
        for wording in wordings():
            owners[normalised(wording.text)].add(wording.problem)
        shared = {text: found for text, found in owners.items() if len(found) > 1}
        assert len(shared) <= len(owners) / 1000, shared

    def test_no_text_is_a_near_copy_of_a_phrase_that_the_benchmark_plants(self) -> None:
        planted = planted_corpus(2000, seed=0, problems=25)
        phrases = {message.text[s:e] for message in planted for s, e, _ in message.spans}
        assert len(phrases) > 2000
        found = near_copies([w.text for w in wordings()], sorted(phrases))
        assert not found, found

    @pytest.mark.skipif(
        not DATA or not Path(DATA, "dev").is_dir(), reason="VOCMINE_DATA does not name a folder"
    )
    def test_few_texts_are_near_copies_of_one_of_dev(self) -> None:
        dev = corpus_texts(Path(DATA, "dev"))
        assert len(dev) > 5000
        found = near_copies([w.text for w in wordings()], dev)
        assert len(found) <= FEW, found

    def test_near_copies_are_those_that_the_finder_finds(self) -> None:
        long = "Llevo tres semanas esperando la devolución de mi dinero y nadie me responde"
        others = [long + " el correo", "muchas gracias", "la comida llegó fría y tarde a la casa"]
        texts = [long, "Muchas gracias.", "muchas gracias a todos", "me cobraron dos veces"]
        assert near_copies(texts, others) == [t for t in texts if CopyFinder(others).is_copy(t)]
        assert near_copies(texts, others) == texts[:2]


class TestReading:
    def write(self, folder: Path, *rows: dict[str, Any], name: str = "some.jsonl") -> None:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(lines, "utf-8")

    def test_texts_come_in_the_order_of_files_and_lines_without_their_stops(
        self, tmp_path: Path
    ) -> None:
        second = {"problem": "app_slow", "lang": "en", "texts": ["It hangs...", "Why so slow?"]}
        first = {"problem": "no_light", "lang": "es", "texts": ["Se fue la luz. ", "3.5 horas"]}
        self.write(tmp_path, second, name="b.jsonl")
        self.write(tmp_path, first, name="a.jsonl")
        self.write(tmp_path, second, name="notes.txt")
        assert read_wordings(tmp_path) == [
            Wording("no_light", "es", "Se fue la luz"),
            Wording("no_light", "es", "3.5 horas"),
            Wording("app_slow", "en", "It hangs"),
            Wording("app_slow", "en", "Why so slow?"),
        ]

    @pytest.mark.parametrize(
        "bad",
        [
            {"problem": "no_light", "lang": "fr", "texts": ["Plus de courant"]},
            {"problem": "no_light", "lang": "es", "texts": ["sin luz", "no hay", "sin luz."]},
            {"problem": "no_light", "lang": "es", "texts": ["Travou"]},
            {"problem": "no_light", "texts": ["sin luz"]},
        ],
        ids=["language", "twice", "elsewhere too", "field"],
    )
    def test_a_line_that_is_refused_is_named(self, tmp_path: Path, bad: dict[str, Any]) -> None:
        good = {"problem": "app_slow", "lang": "pt", "texts": ["Trava tudo"]}
        self.write(tmp_path, good, good | {"problem": "app_dead", "texts": ["Travou"]}, bad)
        with pytest.raises(ValueError, match=r"^some\.jsonl, line 3: "):
            read_wordings(tmp_path)


WORDS = "no llegó el pedido pero nadie responde. Além disso, the app hangs; y cobran más".split()


@st.composite
def few_wordings(draw: st.DrawFn) -> list[Wording]:
    """Up to a dozen wordings of a few problems, each with a mark that is in no other."""
    drawn = st.tuples(
        st.sampled_from(("late", "slow", "cold")),
        st.sampled_from(LANGS),
        st.lists(st.sampled_from(WORDS), max_size=8),
    )
    return [
        Wording(problem, lang, " ".join([*words, f"caso{number:02}"]))
        for number, (problem, lang, words) in enumerate(draw(st.lists(drawn, max_size=12)))
    ]


def held(composed: Composed, made_of: list[Wording]) -> list[list[Wording]]:
    """Wordings that each message holds; no text of them may lie in another."""
    return [[w for w in made_of if w.text in text] for text in composed.texts]


def told(composed: Composed) -> list[SimpleNamespace]:
    """Segments one by one."""
    columns = (column.tolist() for column in (*composed.segments, composed.problem))
    return [
        SimpleNamespace(
            message=m, start=s, end=e, text=composed.texts[m][s:e], problem=problem, wording=wording
        )
        for m, s, e, problem, wording in zip(*columns, composed.wording.tolist(), strict=True)
    ]


def in_common(composed: Composed, segment: SimpleNamespace, wording: Wording) -> float:
    """Share of a segment that lies in a wording of its message."""
    start = composed.texts[segment.message].index(wording.text)
    both = min(segment.end, start + len(wording.text)) - max(segment.start, start)
    return max(float(both), 0.0) / float(segment.end - segment.start)


class TestComposing:
    def test_one_seed_gives_one_set_of_messages_and_another_seed_another(self) -> None:
        first, again, other = (compose(some_wordings(), seed=seed) for seed in (1, 1, 2))
        assert first.texts == again.texts
        assert first.langs == again.langs
        for one, two in zip(first.segments, again.segments, strict=True):
            assert one.tolist() == two.tolist()
        assert first.problem.tolist() == again.problem.tolist()
        assert first.wording.tolist() == again.wording.tolist()
        assert first.texts != other.texts

    @given(few_wordings(), st.integers(0, 9), st.integers(1, 3))
    @settings(max_examples=60, deadline=None)
    def test_every_wording_is_once_in_as_many_messages_as_asked(
        self, made_of: list[Wording], seed: int, copies: int
    ) -> None:
        composed = compose(made_of, seed=seed, copies=copies)
        inside = held(composed, made_of)
        assert Counter(w for found in inside for w in found) == dict.fromkeys(made_of, copies)
        for text, lang, found in zip(composed.texts, composed.langs, inside, strict=True):
            assert 1 <= len(found) <= 4
            assert {w.lang for w in found} == {lang}
            assert all(text.count(w.text) == 1 for w in found)

    @given(few_wordings(), st.integers(0, 9))
    @settings(max_examples=60, deadline=None)
    def test_a_segment_is_of_the_wording_that_it_lies_in(
        self, made_of: list[Wording], seed: int
    ) -> None:
        composed = compose(made_of, seed=seed)
        inside = held(composed, made_of)
        for segment in told(composed):
            shares = {w: in_common(composed, segment, w) for w in inside[segment.message]}
            most = max(shares, key=shares.__getitem__)
            if shares[most] > 0.5:
                assert (segment.problem, segment.wording) == (most.problem, most.text)
            elif shares[most] == 0:
                assert (segment.problem, segment.wording) == ("", "")
            else:
                assert bool(segment.problem) == bool(segment.wording)

    def test_most_segments_are_words_of_their_wording_and_no_more(self) -> None:
        owned = [s for s in told(compose(some_wordings(), seed=1)) if s.problem]
        problem_of = {w.text: w.problem for w in some_wordings()}
        assert all(problem_of[s.wording] == s.problem for s in owned)
        # Some take along the word that joins them to what went before.
        joint = re.compile(r"^(ademas|pero|alem disso|mas|also|but) ")
        within = [
            joint.sub("", normalised(s.text)) in joint.sub("", normalised(s.wording)) for s in owned
        ]
        assert np.mean(within) > 0.95, np.mean(within)

    def test_hardly_a_wording_is_lost_when_messages_are_cut_into_segments(self) -> None:
        composed = compose(some_wordings(), seed=1, copies=3)
        found = {(s.message, s.wording) for s in told(composed) if s.problem}
        assert len(found) > 0.97 * 3 * len(some_wordings())

    def test_what_opens_and_closes_a_message_is_of_no_problem(self) -> None:
        composed = compose(some_wordings(), seed=1)
        empty = Counter(s.text for s in told(composed) if not s.problem)
        owned = {s.text for s in told(composed) if s.problem}
        usual = {"Buenos días", "Cordial saludo", "Gracias", "Qué mal servicio", "Bom dia", "Hello"}
        assert usual <= set(empty)
        assert not usual & owned
        assert empty.total() > len(composed.texts) / 2
