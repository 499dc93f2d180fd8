"""The second output of encoders: the graph, the command that learns it, and the models shipped."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from made_states import LAYERS, made
from made_wordings import FEW, FILES, some_wordings, wordings
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
TRAINING = ROOT / "models" / "training"
sys.path[:0] = [str(TRAINING), str(ROOT / "benchmarks")]

from meaning_fit import Examples, fit, precision
from versions import VERSIONS

from vocmine.model_files import fingerprint_of, sha256_of, verify_folder
from vocmine.models import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    FloatArray = NDArray[np.float32]

MODELS = ROOT / "models" / "vocmine_models"
NO_ONNX = "onnx is in the extra `train` only"
MEANING_DIM = 128
HIDDEN = 4
"""Width of the states of the graph that is built by hand."""


def tiny() -> Any:
    """An encoder of two layers whose nodes are named as `build_graph` names them."""
    onnx = pytest.importorskip("onnx", reason=NO_ONNX)
    helper, floats = onnx.helper, onnx.TensorProto.FLOAT
    mix = np.random.default_rng(3).normal(size=(HIDDEN, HIDDEN)).astype(np.float32)
    steps = [
        ("MatMul", ["x", "mix"], "emb.ln.out"),
        ("Tanh", ["emb.ln.out"], "l0.oln.out"),
        ("MatMul", ["l0.oln.out", "mix"], "l1.mixed"),
        ("Sin", ["l1.mixed"], "l1.oln.out"),
        ("Add", ["l1.oln.out", "emb.ln.out"], "token_vectors"),
    ]
    shape = ["b", "t", HIDDEN]
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [name], name) for kind, inputs, name in steps],
        "tiny",
        [helper.make_tensor_value_info("x", floats, shape)],
        [helper.make_tensor_value_info("token_vectors", floats, shape)],
        [onnx.numpy_helper.from_array(mix, "mix")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: Any) -> dict[str, FloatArray]:
    """What a graph gives for some tokens, by name, after the checker has accepted it."""
    onnx = pytest.importorskip("onnx", reason=NO_ONNX)
    runtime = pytest.importorskip("onnxruntime")
    onnx.checker.check_model(model, full_check=True)
    session = runtime.InferenceSession(model.SerializeToString())
    tokens = np.random.default_rng(4).normal(size=(2, 5, HIDDEN)).astype(np.float32)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"x": tokens}), strict=True))


def states_of(layers: Sequence[int]) -> FloatArray:
    """The same worked out by numpy."""
    mix = np.random.default_rng(3).normal(size=(HIDDEN, HIDDEN)).astype(np.float32)
    tokens = np.random.default_rng(4).normal(size=(2, 5, HIDDEN)).astype(np.float32)
    embedded = tokens @ mix
    first = np.tanh(embedded)
    states = {-1: embedded, 0: first, 1: np.sin(first @ mix)}
    found: FloatArray = np.concatenate([states[layer] for layer in layers], axis=-1)
    return found


@pytest.fixture
def graphs() -> ModuleType:
    pytest.importorskip("onnx", reason=NO_ONNX)
    return import_module("meaning_graph")


some_layers = pytest.mark.parametrize("layers", [(-1, 0, 1), (1, 0), (0,)], ids=str)


def weights_for(layers: Sequence[int], width: int = 3) -> FloatArray:
    drawn = np.random.default_rng(6).uniform(-1, 1, size=(len(layers) * HIDDEN, width))
    return drawn.astype(np.float32)


class TestGraph:
    @some_layers
    def test_states_lie_side_by_side_in_the_order_asked(
        self, graphs: ModuleType, layers: tuple[int, ...]
    ) -> None:
        model, width = graphs.with_states(tiny(), layers)
        given_back = run(model)
        assert list(given_back) == ["token_vectors", "token_meanings"]
        assert width == len(layers) * HIDDEN
        assert given_back["token_meanings"].shape == (2, 5, width)
        assert np.allclose(given_back["token_meanings"], states_of(layers), atol=1e-5)

    @some_layers
    def test_meanings_are_states_times_weights_as_sixteen_bits_keep_them(
        self, graphs: ModuleType, layers: tuple[int, ...]
    ) -> None:
        weights = weights_for(layers)
        model, width = graphs.with_meaning(tiny(), layers, weights)
        found = run(model)["token_meanings"]
        assert width == 3
        states = run(graphs.with_states(tiny(), layers)[0])["token_meanings"]
        kept = weights.astype(np.float16).astype(np.float32)
        assert np.allclose(found, states @ kept, atol=1e-5)
        assert np.allclose(found, states @ weights, atol=1e-3 * np.abs(states).sum(-1).max())

    def test_token_vectors_stay_the_same_to_the_last_bit(self, graphs: ModuleType) -> None:
        before = run(tiny())["token_vectors"].tobytes()
        layers = (-1, 0, 1)
        states, meaning = (
            graphs.with_states(tiny(), layers)[0],
            graphs.with_meaning(tiny(), layers, weights_for(layers))[0],
        )
        assert run(states)["token_vectors"].tobytes() == before
        assert run(meaning)["token_vectors"].tobytes() == before

    def test_learning_again_gives_what_learning_once_does(self, graphs: ModuleType) -> None:
        weights = weights_for((0, 1))
        once = graphs.with_meaning(tiny(), (0, 1), weights)[0]
        earlier = (
            once,
            graphs.with_states(tiny(), (0,))[0],
            graphs.with_meaning(tiny(), (-1, 0, 1), weights_for((-1, 0, 1), width=7))[0],
        )
        for model in earlier:
            again, width = graphs.with_meaning(model, (0, 1), weights)
            assert width == 3
            assert again.SerializeToString(deterministic=True) == once.SerializeToString(
                deterministic=True
            )

    def test_states_of_a_graph_that_has_learnt_are_those_of_one_that_has_not(
        self, graphs: ModuleType
    ) -> None:
        learnt = graphs.with_meaning(tiny(), (0, 1), weights_for((0, 1)))[0]
        assert graphs.with_states(learnt, (-1, 1)) == graphs.with_states(tiny(), (-1, 1))

    def test_the_graph_that_is_extended_stays_as_it_was(self, graphs: ModuleType) -> None:
        model = tiny()
        graphs.with_states(model, (0, 1))
        graphs.with_meaning(model, (0, 1), weights_for((0, 1)))
        assert model == tiny()


@pytest.fixture
def learning() -> ModuleType:
    pytest.importorskip("onnx", reason=NO_ONNX)
    return import_module("learn_meaning")


def folder_of(model: str, part: int) -> Path:
    """Folder of the encoder (0) or the heads (1) of a shipped model."""
    return MODELS / SHIPPED[model][part] / VERSIONS[model]


def meta_of(folder: Path) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
    return meta


each_model = pytest.mark.parametrize("model", sorted(VERSIONS))


class TestShipped:
    def test_it_is_said_for_every_model_which_layers_are_used(self, learning: ModuleType) -> None:
        assert set(learning.LAYERS) == set(VERSIONS)

    @each_model
    def test_layers_are_of_the_encoder_and_as_its_description_says(
        self, learning: ModuleType, model: str
    ) -> None:
        meta = meta_of(folder_of(model, 0))
        layers = learning.LAYERS[model]
        assert list(layers) == meta["meaning"]["layers"]
        assert sorted(set(layers)) == list(layers)
        assert set(layers) <= set(range(-1, meta["layers"]))

    @each_model
    def test_the_graph_makes_meanings_of_those_layers(
        self, learning: ModuleType, model: str
    ) -> None:
        onnx = pytest.importorskip("onnx", reason=NO_ONNX)
        graph = onnx.load(folder_of(model, 0) / "encoder.onnx").graph
        used = [n.input[0] for n in graph.node if re.fullmatch(r"meaning\.\d+\.product", n.name)]
        names = {-1: "emb.ln.out"} | {layer: f"l{layer}.oln.out" for layer in range(12)}
        branch = (
            ["meaning.l1.oln.out"] if "branch" in meta_of(folder_of(model, 0))["meaning"] else []
        )
        assert used == [*(names[layer] for layer in learning.LAYERS[model]), *branch]
        assert [output.name for output in graph.output] == ["token_vectors", "token_meanings"]
        width = graph.output[1].type.tensor_type.shape.dim[2].dim_value
        assert width == meta_of(folder_of(model, 0))["meaning_dim"]

    def test_voc_has_layers_of_its_own_for_meanings(self) -> None:
        about = meta_of(folder_of("voc", 0))["meaning"]["branch"]
        assert about["problems"] == meta_of(folder_of("voc", 0))["meaning"]["problems"]
        onnx = pytest.importorskip("onnx", reason=NO_ONNX)
        graph = onnx.load(folder_of("voc", 0) / "encoder.onnx").graph
        readers = [n.name for n in graph.node if f"l{about['start']}.oln.out.u8" in n.input]
        assert {name.partition(".q")[0] for name in readers} >= {"l8", "meaning.l0"}

    @each_model
    def test_meanings_are_as_wide_as_topics_take_them(self, model: str) -> None:
        assert meta_of(folder_of(model, 0))["meaning_dim"] == MEANING_DIM

    @each_model
    def test_every_file_of_wordings_is_listed_as_it_is_now(self, model: str) -> None:
        listed = [
            (entry["name"], entry["sha256"])
            for entry in meta_of(folder_of(model, 0))["training_data"]
            if entry["name"].startswith("wordings/")
        ]
        assert len(FILES) > 10
        assert sorted(listed) == [(f"wordings/{path.name}", sha256_of(path)) for path in FILES]

    @each_model
    def test_the_description_counts_the_wordings_that_there_are(self, model: str) -> None:
        about = meta_of(folder_of(model, 0))["meaning"]
        assert about["wordings"] + about["copies_of_dev_removed"] == len(wordings())
        assert about["copies_of_dev_removed"] <= FEW
        assert about["problems"] == len({wording.problem for wording in wordings()})

    @each_model
    def test_heads_are_for_the_encoder_that_goes_with_them(self, model: str) -> None:
        encoder = verify_folder(folder_of(model, 0))
        heads = verify_folder(folder_of(model, 1))
        assert heads["encoder"]["name"] == encoder["name"]
        assert heads["encoder"]["fingerprint"] == fingerprint_of(encoder)


ABOUT = {
    "layers": [0, 1],
    "problems": 2,
    "wordings": 4,
    "copies_of_dev_removed": 0,
    "seed": 1,
    "date": "2026-01-01",
    "precision_on_problems_held_out": {"meanings": 0.5, "vectors": 0.25},
}


def small_encoder(folder: Path) -> Path:
    """A folder with the description of a shipped encoder and the graph built by hand."""
    folder.mkdir(parents=True)
    (folder / "encoder.onnx").write_bytes(tiny().SerializeToString(deterministic=True))
    meta = meta_of(folder_of("voc-fast", 0)) | {"version": folder.name}
    meta["training_data"] = [
        entry for entry in meta["training_data"] if not entry["name"].startswith("wordings/")
    ]
    path = folder / "encoder.onnx"
    meta["files"] = {path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size}}
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    return folder


class TestLearning:
    def test_the_folder_that_is_written_fits_its_description(
        self, learning: ModuleType, tmp_path: Path
    ) -> None:
        old, new = small_encoder(tmp_path / "1.0.0"), tmp_path / "1.1.0"
        before = {path.name: path.read_bytes() for path in old.iterdir()}
        source = {"name": "wordings/x.jsonl", "licence": "own", "role": "x", "sha256": "0" * 64}
        learning.write_encoder(old, new, weights_for((0, 1)), ABOUT, [source])
        meta = verify_folder(new)
        assert meta["version"] == "1.1.0"
        assert meta["meaning_dim"] == 3
        assert meta["meaning"] == ABOUT
        assert meta["training_data"] == [*meta_of(old)["training_data"], source]
        assert (new / "README.md").read_text("utf-8").startswith("#")
        assert {path.name: path.read_bytes() for path in old.iterdir()} == before

    def test_written_twice_nothing_is_listed_twice(
        self, learning: ModuleType, tmp_path: Path
    ) -> None:
        folder = small_encoder(tmp_path / "1.0.0")
        for digit in "01":
            source = {"name": "wordings/x.jsonl", "licence": "", "role": "", "sha256": digit * 64}
            learning.write_encoder(folder, folder, weights_for((0, 1)), ABOUT, [source])
        names = [entry["name"] for entry in verify_folder(folder)["training_data"]]
        assert names.count("wordings/x.jsonl") == 1
        assert meta_of(folder)["training_data"][-1]["sha256"] == "1" * 64

    def test_directions_are_judged_on_a_fifth_of_the_problems_that_they_never_saw(
        self, learning: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: dict[str, set[str]] = defaultdict(set)

        def watched_fit(examples: Examples, *, layers: int, width: int) -> FloatArray:
            seen["fit"] |= set(examples.problem.tolist())
            return fit(examples, layers=layers, width=width)

        def watched_precision(
            rows: FloatArray, problem: NDArray[np.str_], wording: NDArray[np.str_]
        ) -> float:
            seen["judged"] |= set(problem.tolist())
            return precision(rows, problem, wording)

        monkeypatch.setattr(learning, "fit", watched_fit)
        monkeypatch.setattr(learning, "precision", watched_precision)
        examples = made(problems=40)
        figures = learning.judge(examples, layers=LAYERS)
        assert not seen["fit"] & seen["judged"]
        assert seen["fit"] | seen["judged"] == set(examples.problem.tolist())
        assert len(seen["judged"]) == 8
        assert figures["meanings"] > figures["vectors"] + 0.2

    @pytest.mark.parametrize("same", [True, False])
    def test_heads_go_on_only_with_an_encoder_that_gives_the_same_vectors(
        self, learning: ModuleType, tmp_path: Path, same: bool
    ) -> None:
        class Constant:
            name, dim = "constant", HIDDEN

            def __init__(self, fingerprint: str, value: float) -> None:
                self.fingerprint, self.value = fingerprint, value

            def encode(self, texts: list[str], *_: object) -> SimpleNamespace:
                vectors = np.full((len(texts), HIDDEN), self.value, dtype=np.float32)
                return SimpleNamespace(message_vectors=vectors)

        before, after = Constant("old", 1.0), Constant("new", 1.0 if same else 1.0000001)
        heads = folder_of("voc-fast", 1)
        if same:
            learning.carry_heads(heads, tmp_path / "heads" / "9.9.9", before, after)
            meta = verify_folder(tmp_path / "heads" / "9.9.9")
            assert meta["version"] == "9.9.9"
            assert meta["encoder"]["fingerprint"] == "new"
        else:
            with pytest.raises(SystemExit, match="its heads must be trained"):
                learning.carry_heads(heads, tmp_path / "heads" / "9.9.9", before, after)
            assert not (tmp_path / "heads").exists()

    def test_examples_are_segments_of_problems_with_states_of_length_one(
        self, learning: ModuleType
    ) -> None:
        some = some_wordings()[::40]
        composed = learning.compose(some, seed=1)
        found = learning.examples_of(
            folder_of("voc-fast", 0), composed, learning.LAYERS["voc-fast"]
        )
        assert found.states.shape[1] == 3 * found.vectors.shape[1]
        assert np.allclose(np.linalg.norm(found.states, axis=1), 1.0, atol=1e-4)
        about = {wording.text: wording for wording in some}
        assert set(found.wording.tolist()) == set(about)
        for text, problem, lang in zip(found.wording, found.problem, found.lang, strict=True):
            assert about[text][:2] == (problem, lang)

    def test_it_tells_what_it_needs(
        self,
        learning: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.delenv("VOCMINE_DATA", raising=False)
        with pytest.raises(SystemExit):
            learning.main([])
        assert "VOCMINE_DATA" in capsys.readouterr().err
