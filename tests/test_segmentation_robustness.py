"""Segmentation of hostile text, in threads, in batches, and measured on marked insights."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.language import has_words
from vocmine.segmentation import Segments, segment

LANGS = st.sampled_from(["es", "pt", "en", "other"])
# Arbitrary text seldom holds what the rules look at.
PIECES = st.sampled_from(
    ["hola, buenas tardes", "no sirve", "pero", "y", ", ", ". ", "... ", "!!! ", "¿", "¡", "(", ")",
     '"', "'", "1) ", "2. ", "- ", "•", "\n", "\r\n", "\t", "\x00", "\ud800", "\u200b", "e\u0301",
     "😀", "👍🏽", "@banco", "#tag", "https://t.co/x", "a@b.co", "$1.250.000", "10:30 a.m.", "Sr. ",
     "No. 5", "mal.Muy", "sin embargo", "além disso", "however", "la app", "me cobraron", "El",
     "ÉL", "n't", "S.A.", "EE. UU.", "—", ";", ":"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join),
                  st.lists(PIECES, max_size=25).map(" ".join))  # fmt: skip


def clauses(text: str, lang: str = "es") -> list[str]:
    found = segment([text], [lang])
    return [text[start:end] for start, end in zip(found.start, found.end, strict=True)]


class TestRobustness:
    @pytest.mark.parametrize(
        "text",
        ["", " ", "\n\t", "😀😡", "👍🏽👨‍👩‍👧", "12345", "$$$ ...", "@banco", "https://t.co/x",
         "\x00", "\ud800"],
    )  # fmt: skip
    def test_a_text_without_words_has_no_segments(self, text: str) -> None:
        assert clauses(text) == []

    @pytest.mark.parametrize(
        "text",
        ["a", "ok", "mal\x00o", "\ud800mal", "mal\u200b", "\ufeffmal", "\tmal\t", "banco.com",
         "(mal)", "#mal", "mal" * 1000, "m.a.l", "ﬁn", "İ", "服务很差", "pero", "y"],
    )  # fmt: skip
    def test_a_text_with_a_word_has_a_segment(self, text: str) -> None:
        assert clauses(text)

    @pytest.mark.parametrize(
        "text",
        ["!" * 100_000 + "no", "a," * 50_000, "a.b" * 33_000, "y " * 50_000, "😀" * 50_000 + "no",
         "a" * 100_000, "(" * 100_000 + "no", "@a" * 50_000 + " no", "hola " * 20_000,
         "no me funciona y " * 6_000, "e\u0301" * 50_000],
    )  # fmt: skip
    def test_a_very_long_text_takes_seconds_at_most(self, text: str) -> None:
        begun = time.process_time()
        assert clauses(text)
        assert time.process_time() - begun < 5

    def test_an_unknown_language_is_split_at_its_sentences(self) -> None:
        assert clauses("C'est nul. Personne ne répond", "other") == [
            "C'est nul",
            "Personne ne répond",
        ]

    def test_texts_and_languages_of_different_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match="zip"):
            segment(["hola"], [])


def assert_sound(texts: list[str], found: Segments) -> None:
    assert found.message.dtype == found.start.dtype == found.end.dtype == np.int32
    assert len(found.message) == len(found.start) == len(found.end)
    previous = (0, 0)
    for message, start, end in zip(*(column.tolist() for column in found), strict=True):
        text = texts[message]
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert (message, start) >= previous
        previous = (message, end)
    assert set(found.message.tolist()) == {
        index for index, text in enumerate(texts) if has_words(text)
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXTS, LANGS), max_size=6))
def test_segments_are_in_order_in_bounds_apart_trimmed_and_never_empty(
    messages: list[tuple[str, str]],
) -> None:
    texts, langs = [text for text, _ in messages], [lang for _, lang in messages]
    assert_sound(texts, segment(texts, langs))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TEXTS, LANGS), max_size=6))
def test_a_batch_is_segmented_as_its_messages_one_by_one(messages: list[tuple[str, str]]) -> None:
    texts, langs = [text for text, _ in messages], [lang for _, lang in messages]
    together = segment(texts, langs)
    for index, (text, lang) in enumerate(messages):
        alone = segment([text], [lang])
        mine = together.message == index
        assert together.start[mine].tolist() == alone.start.tolist()
        assert together.end[mine].tolist() == alone.end.tolist()


def test_no_messages_have_no_segments() -> None:
    found = segment([], [])
    assert [len(column) for column in found] == [0, 0, 0]


def test_threads_get_the_same_segments() -> None:
    texts = [
        f"Pedido {number} llegó roto, nadie responde y quiero mi dinero" for number in range(300)
    ]
    expected = segment(texts, ["es"] * len(texts))
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: segment(texts, ["es"] * len(texts)), range(8)):
            assert all(map(np.array_equal, found, expected))


def test_vocabularies_that_grew_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    from vocmine.segmentation import tokens

    monkeypatch.setattr(tokens, "_WORDS_PER_VOCABULARY", 2_000)
    # Tokenizers that other tests left idle may have grown under the real bound.
    monkeypatch.setattr(tokens, "_idle", {code: [] for code in tokens.LANGUAGES})
    for batch in range(4):
        segment([f"código w{batch}x{number} no sirve" for number in range(1_500)], ["es"] * 1_500)
        assert all(len(idle.language.vocab.strings) < 2_000 for idle in tokens._idle["es"])


def test_marked_insights_find_a_segment_of_their_own() -> None:
    folder = os.environ.get("VOCMINE_DATA", "")
    path = Path(folder) / "dev" / "gold.jsonl"
    if not folder or not path.is_file():
        pytest.skip("VOCMINE_DATA does not hold dev/gold.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows]
    found = segment(texts, [row["lang"] for row in rows])
    assert_sound(texts, found)
    good = total = 0
    for index, row in enumerate(rows):
        mine = found.message == index
        for insight in row["insights"]:
            shared = np.minimum(found.end[mine], insight["end"]) - np.maximum(
                found.start[mine], insight["start"]
            )
            size = found.end[mine] - found.start[mine] + insight["end"] - insight["start"]
            good += bool((shared / (size - shared)).max() >= 0.5)
            total += 1
    assert good / total >= 0.8
