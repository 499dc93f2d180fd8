"""How much each token counts in what a segment means."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from made_wordings import some_wordings
from test_meaning_models import HIDDEN, NO_ONNX, meta_of, states_of, tiny, weights_for

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "models" / "training"), str(ROOT / "benchmarks")]

from meaning_data import compose
from meaning_tokens import HALF, importance
from versions import VERSIONS

from vocmine.encoder import OnnxEncoder
from vocmine.models import SHIPPED, model_folder

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

VOCABULARY = 6


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(model_folder(SHIPPED["voc-fast"][0]), threads=1)


def token(encoder: OnnxEncoder, word: str) -> int:
    """The one token that a word is."""
    (found,) = encoder._tokenize([word])[0].ids.tolist()
    return int(found)


class TestImportance:
    def test_it_is_half_for_a_token_that_is_so_large_a_share_of_all(
        self, encoder: OnnxEncoder
    ) -> None:
        texts = ["banco"] + ["la casa"] * 300
        weight = importance(encoder, texts, ["es"] * len(texts))
        total = sum(len(run.ids) for run in encoder._tokenize(texts))
        total += len(texts) * (len(encoder._lead) + 1)
        share = 1 / total
        assert weight[token(encoder, "banco")] == pytest.approx(HALF / (HALF + share))

    def test_what_comes_everywhere_counts_for_little_and_what_never_comes_in_full(
        self, encoder: OnnxEncoder
    ) -> None:
        composed = compose(some_wordings(), seed=1, copies=1)
        weight = importance(encoder, composed.texts, composed.langs)
        assert weight.dtype == np.float32
        assert ((weight > 0) & (weight <= 1)).all()
        often = max(weight[token(encoder, word)] for word in ("de", "la", "que"))
        seldom = min(weight[token(encoder, word)] for word in ("banco", "vuelo"))
        assert often < 0.2 < 0.6 < seldom
        assert weight.max() == 1.0

    def test_a_token_counts_by_the_language_where_it_comes_most(self, encoder: OnnxEncoder) -> None:
        spanish = ["la casa de la esquina"] * 200
        alone = importance(encoder, spanish, ["es"] * 200)
        mixed = importance(encoder, [*spanish, *["my house"] * 800], [*["es"] * 200, *["en"] * 800])
        assert mixed[token(encoder, "la")] == alone[token(encoder, "la")]
        assert mixed[token(encoder, "my")] < alone[token(encoder, "my")] == 1.0

    def test_the_order_of_the_texts_is_no_matter(self, encoder: OnnxEncoder) -> None:
        texts, langs = ["la casa", "my house", "el banco"], ["es", "en", "es"]
        one = importance(encoder, texts, langs)
        assert np.array_equal(one, importance(encoder, texts[::-1], langs[::-1]))


def with_ids() -> Any:
    """The graph that is built by hand, which is told the tokens too."""
    onnx = pytest.importorskip("onnx", reason=NO_ONNX)
    model = tiny()
    ids = onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, ["b", "t"])
    model.graph.input.append(ids)
    return model


def given(model: Any, ids: NDArray[np.int64]) -> dict[str, FloatArray]:
    """What it gives for the states of `states_of` and these tokens."""
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(model.SerializeToString())
    tokens = np.random.default_rng(4).normal(size=(2, 5, HIDDEN)).astype(np.float32)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"x": tokens, "input_ids": ids}), strict=True))


class TestGraph:
    @pytest.fixture
    def graphs(self) -> ModuleType:
        pytest.importorskip("onnx", reason=NO_ONNX)
        return import_module("meaning_graph")

    IDS = np.array([[0, 1, 2, 3, 4], [5, 5, 0, 0, 1]])
    WEIGHT = np.array([0.0, 0.25, 0.5, 1.0, 0.125, 0.75], dtype=np.float32)

    def test_states_of_a_token_are_multiplied_by_what_it_counts(self, graphs: ModuleType) -> None:
        model, width = graphs.with_states(with_ids(), (0, 1), None, self.WEIGHT)
        found = given(model, self.IDS)["token_meanings"]
        assert found.shape == (2, 5, width)
        assert np.allclose(found, states_of((0, 1)) * self.WEIGHT[self.IDS][..., None], atol=1e-5)

    def test_so_are_its_meanings(self, graphs: ModuleType) -> None:
        weights = weights_for((0, 1))
        plain, weighted = (
            given(graphs.with_meaning(with_ids(), (0, 1), weights, None, weight)[0], self.IDS)
            for weight in (None, self.WEIGHT)
        )
        times = self.WEIGHT[self.IDS][..., None]
        assert np.allclose(weighted["token_meanings"], plain["token_meanings"] * times, atol=1e-5)
        assert weighted["token_vectors"].tobytes() == plain["token_vectors"].tobytes()

    def test_learning_again_gives_what_learning_once_does(self, graphs: ModuleType) -> None:
        weights = weights_for((0,))
        once = graphs.with_meaning(with_ids(), (0,), weights, None, self.WEIGHT)[0]
        again = graphs.with_meaning(once, (0,), weights, None, self.WEIGHT)[0]
        assert again == once
        assert (
            graphs.with_meaning(once, (0,), weights)[0]
            == (graphs.with_meaning(with_ids(), (0,), weights)[0])
        )


@pytest.mark.parametrize("model", sorted(VERSIONS))
def test_shipped_encoders_weigh_every_token_of_their_vocabulary(model: str) -> None:
    onnx = pytest.importorskip("onnx", reason=NO_ONNX)
    folder = model_folder(SHIPPED[model][0])
    assert meta_of(folder)["meaning"]["half_counts_at"] == HALF
    graph = onnx.load(folder / "encoder.onnx").graph
    (weight,) = (
        onnx.numpy_helper.to_array(kept)
        for kept in graph.initializer
        if kept.name == "meaning.importance16"
    )
    encoder = OnnxEncoder(folder, threads=1)
    assert weight.shape == (len(encoder._spaced), 1)
    often, seldom = weight[token(encoder, "de"), 0], weight[token(encoder, "vuelo"), 0]
    assert 0 < often < 0.2 < 0.6 < seldom <= 1
