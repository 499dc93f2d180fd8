"""Words as sparse features: what counts as the same word, and the arithmetic of TF-IDF."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from vocmine.lexical import Sparse, Vocabulary, keys_of, tokens


def known(*texts: str) -> Vocabulary:
    keys = np.unique(np.concatenate([keys_of(text) for text in texts]))
    return Vocabulary(keys, np.ones(len(keys), dtype=np.float32))


def dense(found: Sparse, features: int) -> np.ndarray:
    return found.dot(np.eye(features, dtype=np.float32))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PÉSIMO servicio", ["pesimo", "servicio"]),
        ("¡Qué belleza!! 👏", ["¡", "que", "belleza", "!!", "👏"]),
        ("@Banco mire https://t.co/x esto", ["mire", "esto"]),
        ("Año 2024: $15.000", ["ano", "0000", "$", "00", "000"]),
        ("", []),
        ("...", []),
    ],
)
def test_case_accents_names_links_and_digits_do_not_matter(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_keys_do_not_change_between_runs_or_machines() -> None:
    assert keys_of("no").tolist() == keys_of("NO").tolist()
    # CRC-32 of "#no" and of the pieces of " no ": Python's own hash differs in every process.
    assert sorted(keys_of("no").tolist()) == [
        837204281,
        2015742952,
        2271061672,
        2661348533,
        3030021299,
        3148920583,
        3812170571,
    ]


def test_a_misspelt_word_shares_pieces_with_the_right_one() -> None:
    right, wrong, other = (set(keys_of(w).tolist()) for w in ("devolución", "debolusion", "hotel"))
    assert len(right & wrong) > len(right & other)


def test_order_matters_through_pairs_of_words() -> None:
    there, back = Counter(keys_of("no bueno").tolist()), Counter(keys_of("bueno no").tolist())
    assert there != back
    assert sum((there & back).values()) == len(keys_of("no bueno")) - 1


def test_rows_have_length_one_and_unknown_words_are_ignored() -> None:
    vocabulary = known("llegó roto")
    found = dense(vocabulary.features(["llegó roto", "roto xyz", "xyz", ""]), len(vocabulary))
    lengths = np.linalg.norm(found, axis=1)
    np.testing.assert_allclose(lengths[:2], 1.0, rtol=1e-5)
    assert found[3].tolist() == [0.0] * len(vocabulary)


def test_repeating_a_word_counts_by_its_logarithm() -> None:
    keys = np.unique(keys_of("malo"))
    vocabulary = Vocabulary(keys, np.ones(len(keys), dtype=np.float32))
    once = dense(vocabulary.features(["malo"]), len(keys))[0]
    thrice = dense(vocabulary.features(["malo malo malo"]), len(keys))[0]
    np.testing.assert_allclose(once, thrice, rtol=1e-5)  # all alike: only the direction stays


def test_rare_words_weigh_more() -> None:
    keys = np.sort(np.array([keys_of("fraude")[0], keys_of("muy")[0]], dtype=np.uint32))
    rare = int(np.flatnonzero(keys == keys_of("fraude")[0])[0])
    idf = np.ones(2, dtype=np.float32)
    idf[rare] = 3.0
    row = dense(Vocabulary(keys, idf).features(["muy fraude"]), 2)[0]
    assert row[rare] == pytest.approx(3 * row[1 - rare], rel=1e-5)


def test_a_text_does_not_depend_on_its_neighbours() -> None:
    texts = ["no llega el pedido", "", "excelente atención", "no no no"]
    vocabulary = known(*texts)
    weights = np.random.default_rng(0).normal(size=(len(vocabulary), 3)).astype(np.float32)
    together = vocabulary.features(texts).dot(weights)
    alone = [vocabulary.features([text]).dot(weights)[0] for text in texts]
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-6)


def test_no_texts_and_no_vocabulary_give_nothing() -> None:
    nothing = Vocabulary(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32))
    assert nothing.features(["hola"]).dot(np.zeros((0, 2), dtype=np.float32)).tolist() == [[0, 0]]
    assert known("hola").features([]).size == 0
