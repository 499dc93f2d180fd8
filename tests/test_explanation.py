"""Explanations: each word is left out in turn; the weights of a toy model are known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.errors import UsageError
from vocmine.explanation import MOST_CHARACTERS, MOST_WORDS, Explanation, explain, words
from vocmine.heads import Head, Heads
from vocmine.lexical import Vocabulary, keys_of
from vocmine.models import load_model
from vocmine.plugin import Encoded
from vocmine.segmentation import Segments, segment

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN = ("cobro", "amable")
"""Each is one number of a toy vector: how often it stands in the text."""


class CountingEncoder:
    """Vectors that count words, so that a linear head's weights are the words' weights."""

    name, dim, fingerprint = "toy", len(KNOWN), "toy"

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str], message: Any, start: Any, end: Any) -> Encoded:
        self.calls += 1
        inside = [texts[m][a:b] for m, a, b in zip(message, start, end, strict=True)]
        return Encoded(self._vectors(texts), self._vectors(inside))

    def _vectors(self, texts: Sequence[str]) -> Any:
        counts = [[text.lower().split().count(word) for word in KNOWN] for text in texts]
        return np.asarray(counts, dtype=np.float32).reshape(-1, len(KNOWN))


def head(labels: tuple[Any, ...], weights: Any, **given: Any) -> Head:
    matrix = np.asarray(weights, dtype=np.float32)
    return Head(
        **{
            "per": "segment",
            "inputs": ("segment",),
            "layers": ((matrix, np.zeros(len(labels), dtype=np.float32)),),
            "labels": labels,
            "temperature": 1.0,
            "bias": np.zeros(len(labels), dtype=np.float32),
            **given,
        }
    )


@pytest.fixture
def toy() -> Any:
    """`cobro` is worth 1.5 of log-odds to billing, `amable` -1, and "duplicado" 2 as a word."""
    key = keys_of("duplicado")[0]
    heads = Heads(
        {
            "friction": head(
                ("billing", "none"),
                [[1.5, 0.0], [0.0, 1.0]],
                words=np.asarray([[2.0, 0.0]], dtype=np.float32),
            ),
            "pqrs": head(
                ("claim", "compliment"), [[0.5, 0.0], [0, 3]], per="message", inputs=("message",)
            ),
            "emotions": head(
                ("anger", "joy"),
                [[0.7, 0.0], [0.0, 1.2]],
                per="message",
                inputs=("message",),
                many=True,
            ),
        },
        fingerprint="f",
        encoder_fingerprint="toy",
        dim=len(KNOWN),
        vocabularies={
            "segment": Vocabulary(np.asarray([key], dtype=np.uint32), np.ones(1, dtype=np.float32))
        },
    )
    return SimpleNamespace(encoder=CountingEncoder(), heads=heads)


def spans(*rows: tuple[int, int, int]) -> Segments:
    return Segments(*np.asarray(rows, dtype=np.int32).reshape(-1, 3).T)


def by_word(found: Explanation, text: str) -> dict[str, float]:
    return {
        text[start:end]: round(float(weight), 4)
        for start, end, weight in zip(found.start, found.end, found.weight, strict=True)
    }


class TestWeights:
    def test_are_what_a_linear_head_gives_each_word_in_log_odds(self, toy: Any) -> None:
        text = "Otro cobro ayer amable"
        found = explain(toy, [text], spans((0, 0, len(text))), {"friction": ["billing"]})
        assert by_word(found, text) == {"Otro": 0.0, "cobro": 1.5, "ayer": 0.0, "amable": -1.0}

    def test_are_the_opposite_for_the_other_of_two_labels(self, toy: Any) -> None:
        text = "cobro amable"
        found = explain(toy, [text], spans((0, 0, len(text))), {"friction": ["none"]})
        assert by_word(found, text) == {"cobro": -1.5, "amable": 1.0}

    def test_hold_what_the_head_knows_of_words_beside_vectors(self, toy: Any) -> None:
        text = "vino duplicado"
        found = explain(toy, [text], spans((0, 0, len(text))), {"friction": ["billing"]})
        assert by_word(found, text) == {"vino": 0.0, "duplicado": 2.0}

    def test_of_a_segment_are_of_its_own_words_and_say_where_they_stand(self, toy: Any) -> None:
        text = "Fue amable, pero otro cobro"
        start = text.index("pero")
        found = explain(toy, [text], spans((0, start, len(text))), {"friction": ["billing"]})
        assert by_word(found, text) == {"pero": 0.0, "otro": 0.0, "cobro": 1.5}
        assert (found.start >= start).all()

    def test_of_a_message_are_of_all_its_words(self, toy: Any) -> None:
        text = "amable pero cobro"
        found = explain(toy, [text], spans((0, 0, 6), (0, 7, 17)), {"pqrs": ["claim"]})
        assert by_word(found, text) == {"amable": -3.0, "pero": 0.0, "cobro": 0.5}

    def test_several_labels_of_one_message_each_have_their_own(self, toy: Any) -> None:
        labels = {"emotions": [["anger", "joy"]]}
        found = explain(toy, ["cobro amable"], spans(), labels)
        assert found.code == ["anger", "anger", "joy", "joy"]
        np.testing.assert_allclose(found.weight, [0.7, 0.0, 0.0, 1.2], atol=1e-5)


class TestColumns:
    def test_are_in_the_order_of_tasks_and_rows(self, toy: Any) -> None:
        texts = ["cobro", "amable cobro"]
        labels = {"friction": ["billing", "none"], "pqrs": [None, "claim"]}
        found = explain(toy, texts, spans((0, 0, 5), (1, 0, 12)), labels)
        assert list(zip(found.task, found.row.tolist(), strict=True)) == [
            ("friction", 0), ("friction", 1), ("friction", 1), ("pqrs", 1), ("pqrs", 1)
        ]  # fmt: skip

    def test_every_task_of_a_segment_shares_one_call_of_the_encoder(self, toy: Any) -> None:
        labels = {"friction": ["billing"] * 2}
        explain(toy, ["cobro", "amable"], spans((0, 0, 5), (1, 0, 6)), labels)
        assert toy.encoder.calls == 1

    def test_many_texts_are_read_in_turns_and_come_out_as_one_by_one(self, toy: Any) -> None:
        texts = [f"cobro {'amable ' * (i % 3)}x" for i in range(150)]
        cut = spans(*((i, 0, len(text)) for i, text in enumerate(texts)))
        found = explain(toy, texts, cut, {"friction": ["billing"] * 150})
        assert toy.encoder.calls == 3
        alone = explain(
            toy, [texts[149]], spans((0, 0, len(texts[149]))), {"friction": ["billing"]}
        )
        np.testing.assert_array_equal(found.weight[found.row == 149], alone.weight)

    def test_no_label_asks_nothing(self, toy: Any) -> None:
        found = explain(toy, ["cobro"], spans((0, 0, 5)), {"friction": [None]})
        assert (found.task, len(found.weight), found.left_out) == ([], 0, 0)
        assert toy.encoder.calls == 0


class TestBounds:
    def test_words_past_the_limit_are_counted_and_not_tried(self, toy: Any) -> None:
        text = "cobro " * (MOST_WORDS + 7)
        cut = spans((0, 0, len(text.strip())))
        found = explain(toy, [text], cut, {"friction": ["billing"]})
        assert (len(found.weight), found.left_out) == (MOST_WORDS, 7)

    def test_of_a_message_only_so_many_characters_are_read(self, toy: Any) -> None:
        text = "a" * (MOST_CHARACTERS - 3) + " cobro"
        found = explain(toy, [text], spans((0, 0, len(text))), {"pqrs": ["claim"]})
        assert by_word(found, text) == {"a" * (MOST_CHARACTERS - 3): 0.0}
        assert found.left_out == 1

    def test_places_are_of_the_message_also_far_into_a_long_one(self, toy: Any) -> None:
        text = "Hola. " * 2000 + "otro cobro" + " chao" * 2000
        start = text.index("otro")
        found = explain(toy, [text], spans((0, start, start + 10)), {"friction": ["billing"]})
        assert by_word(found, text) == {"otro": 0.0, "cobro": 1.5}

    @pytest.mark.parametrize("text", ["cobro", "😡", "!!!", "...", " "])
    def test_a_text_of_one_word_a_sign_or_nothing_is_no_fault(self, toy: Any, text: str) -> None:
        found = explain(toy, [text], spans((0, 0, len(text))), {"friction": ["billing"]})
        assert len(found.weight) == len(words(text, 0, len(text)))

    def test_an_unknown_label_is_refused_with_those_there_are(self, toy: Any) -> None:
        with pytest.raises(UsageError, match=r"'delay'.*billing, none"):
            explain(toy, ["x"], spans((0, 0, 1)), {"friction": ["delay"]})

    def test_labels_of_another_number_are_refused(self, toy: Any) -> None:
        with pytest.raises(UsageError, match="has 1 rows, and 2"):
            explain(toy, ["x"], spans((0, 0, 1)), {"friction": ["none", "none"]})

    def test_an_unknown_task_is_refused(self, toy: Any) -> None:
        with pytest.raises(UsageError, match="no task 'mood'"):
            explain(toy, ["x"], spans((0, 0, 1)), {"mood": ["good"]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No llegó, ¡pésimo!", ["No", "llegó", "pésimo", "!"]),
        ("50.000 pesos", ["50.000", "pesos"]),
        ("e-mail d'água", ["e-mail", "d'água"]),
        ("mal 😡😡 ¿o qué??", ["mal", "😡😡", "o", "qué", "??"]),
        ("", []),
    ],
)
def test_words_are_words_numbers_emoji_and_marks(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in words(text, 0, len(text))] == found


TEXT = "Me hicieron un doble cobro en la factura de este mes."


@pytest.fixture(scope="module")
def real() -> dict[str, float]:
    """What a model of whichever version says of a sentence that is clear to anybody."""
    labels = {"friction": ["billing"]}
    return by_word(explain(load_model(), [TEXT], segment([TEXT], ["es"]), labels), TEXT)


def test_what_names_the_trouble_weighs_more_than_what_does_not(real: dict[str, float]) -> None:
    assert max(real["cobro"], real["factura"]) > max(real["de"], real["en"], real["Me"], 0)


def test_the_same_words_weigh_the_same_beside_other_texts(real: dict[str, float]) -> None:
    texts = [TEXT, "La asesora fue muy amable."]
    cut = segment(texts, ["es", "es"])
    codes = ["billing" if owner == 0 else None for owner in cut.message.tolist()]
    again = explain(load_model(), texts, cut, {"friction": codes})
    assert by_word(again, TEXT) == pytest.approx(real, abs=1e-3)
