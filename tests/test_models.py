"""Model folders: found, listed, verified, and refused when they do not fit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from vocmine.batch import Batch
from vocmine.errors import ModelError, UsageError
from vocmine.heads import Head, Heads, message_features, segment_features
from vocmine.lexical import Vocabulary, keys_of
from vocmine.models import list_models, load_heads_from, model_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DIM = 4
ENCODER = "e" * 64


def write_heads(
    root: Path, *, version: str = "1.0.0", vocmine: str = ">=0.1,<1", encoder: str = ENCODER
) -> Path:
    """A heads folder with one task whose label is the largest of the first three numbers."""
    folder = root / "voc_heads" / version
    folder.mkdir(parents=True)
    weights = np.eye(DIM, 3, dtype=np.float16)
    save_file(
        {"mood.0.weight": weights, "mood.0.bias": np.zeros(3, dtype=np.float32)},
        folder / "heads.safetensors",
    )
    spec = {
        "per": "message",
        "many": False,
        "inputs": ["message"],
        "layers": 1,
        "words": False,
        "labels": ["good", "bad", "so_so"],
        "temperature": 1.0,
        "bias": [0.0, 0.0, 0.0],
    }
    (folder / "heads.json").write_text(
        json.dumps({"vocabularies": [], "tasks": {"mood": spec}}), "utf-8"
    )
    meta = {
        "name": "voc-heads",
        "version": version,
        "kind": "heads",
        "licence": "Apache-2.0",
        "vocmine": vocmine,
        "encoder": {"fingerprint": encoder, "dim": DIM},
        "files": {
            name: {"sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}
            for name in ("heads.json", "heads.safetensors")
        },
        "metrics": {"accuracy": 0.9},
    }
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    return folder


def two_class_head(*, bias: float) -> Head:
    weights = np.array([[0.0, 1.0]] + [[0.0, 0.0]] * (DIM - 1), dtype=np.float32)
    return Head(
        per="message",
        inputs=("message",),
        layers=((weights, np.zeros(2, dtype=np.float32)),),
        labels=(0, 1),
        temperature=1.0,
        bias=np.array([0.0, bias], dtype=np.float32),
    )


def heads_of(**heads: Head) -> Heads:
    return Heads(heads, fingerprint="f", encoder_fingerprint=ENCODER, dim=DIM)


def rows(*values: list[float]) -> Any:
    return np.array(values, dtype=np.float32)


def messages(vectors: Any, texts: Sequence[str] = ()) -> Batch:
    """Messages without segments."""
    count = len(vectors)
    none = np.zeros(0, dtype=np.int32)
    return Batch(
        message_ids=np.arange(count, dtype=np.int64),
        texts=list(texts) or ["texto"] * count,
        langs=["es"] * count,
        countries=[""] * count,
        channels=[""] * count,
        scores=np.full(count, np.nan, dtype=np.float32),
        created_at=[None] * count,
        segment_ids=np.zeros(0, dtype=np.int64),
        segment_message=none,
        segment_start=none,
        segment_end=none,
        message_vectors=vectors,
        segment_vectors=np.zeros((0, vectors.shape[1]), dtype=np.float32),
        extra={},
    )


def test_heads_load_and_choose_the_label_with_the_largest_score(tmp_path: Path) -> None:
    heads = load_heads_from(write_heads(tmp_path), encoder_fingerprint=ENCODER)
    found = heads.predict("mood", messages(rows([5, 0, 0, 0], [0, 0, 5, 0])))
    assert heads.tasks == ("mood",)
    assert heads.labels("mood") == ("good", "bad", "so_so")
    assert found.codes == ["good", "so_so"]
    assert found.confidence.dtype == np.float32
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0, rtol=1e-6)
    np.testing.assert_allclose(found.confidence, found.probabilities.max(axis=1))


@pytest.mark.parametrize("name", ["heads.json", "heads.safetensors"])
def test_an_altered_file_refuses_to_load(tmp_path: Path, name: str) -> None:
    folder = write_heads(tmp_path)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(ModelError, match=name):
        load_heads_from(folder, encoder_fingerprint=ENCODER)


def test_a_missing_file_refuses_to_load(tmp_path: Path) -> None:
    folder = write_heads(tmp_path)
    (folder / "heads.safetensors").unlink()
    with pytest.raises(ModelError, match="missing"):
        load_heads_from(folder, encoder_fingerprint=ENCODER)


def test_heads_of_another_encoder_refuse_to_load(tmp_path: Path) -> None:
    folder = write_heads(tmp_path, encoder="a" * 64)
    with pytest.raises(ModelError, match="trained on vectors of encoder 'aaaa") as caught:
        load_heads_from(folder, encoder_fingerprint=ENCODER)
    assert "train_heads.py" in caught.value.hint


@pytest.mark.parametrize("vocmine", [">=2", "<0.1", "nonsense"])
def test_heads_for_another_version_of_vocmine_refuse_to_load(tmp_path: Path, vocmine: str) -> None:
    folder = write_heads(tmp_path, vocmine=vocmine)
    with pytest.raises(ModelError, match="is for vocmine"):
        load_heads_from(folder, encoder_fingerprint=ENCODER)


def test_files_that_agree_with_meta_but_lack_a_tensor_are_a_model_error(tmp_path: Path) -> None:
    folder = write_heads(tmp_path)
    save_file({"other": np.zeros(1, dtype=np.float32)}, folder / "heads.safetensors")
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    meta["files"]["heads.safetensors"]["sha256"] = hashlib.sha256(
        (folder / "heads.safetensors").read_bytes()
    ).hexdigest()
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    with pytest.raises(ModelError, match=r"mood\.0\.weight"):
        load_heads_from(folder, encoder_fingerprint=ENCODER)


def test_listing_gives_name_version_kind_size_licence_and_metrics(tmp_path: Path) -> None:
    folder = write_heads(tmp_path)
    (info,) = list_models(tmp_path)
    assert (info.name, info.version, info.kind) == ("voc-heads", "1.0.0", "heads")
    assert info.licence == "Apache-2.0"
    assert info.size == sum(path.stat().st_size for path in folder.iterdir())
    assert info.metrics == {"accuracy": 0.9}


def test_the_newest_version_is_taken_by_number_not_by_text(tmp_path: Path) -> None:
    for version in ("1.9.0", "1.10.0"):
        write_heads(tmp_path, version=version)
    (tmp_path / "voc_heads" / "scratch").mkdir()
    assert model_folder("voc_heads", tmp_path).name == "1.10.0"


def test_an_unknown_model_error_lists_those_that_exist(tmp_path: Path) -> None:
    write_heads(tmp_path)
    with pytest.raises(ModelError, match="no model 'nope'") as caught:
        model_folder("nope", tmp_path)
    assert "voc_heads" in caught.value.hint  # by the name that it is loaded by


def test_the_decision_bias_moves_the_label_but_not_the_probability() -> None:
    shy, eager = heads_of(churn=two_class_head(bias=0.0)), heads_of(churn=two_class_head(bias=2.0))
    batch = messages(rows([-1, 0, 0, 0]))
    assert shy.predict("churn", batch).codes == [0]
    assert eager.predict("churn", batch).codes == [1]
    np.testing.assert_array_equal(
        shy.predict("churn", batch).probabilities, eager.predict("churn", batch).probabilities
    )
    assert eager.predict("churn", batch).confidence[0] == pytest.approx(0.2689, abs=1e-3)


def test_several_labels_come_as_rows_and_may_be_none() -> None:
    head = Head(
        per="message",
        inputs=("message",),
        layers=((np.eye(DIM, 2, dtype=np.float32), np.zeros(2, dtype=np.float32)),),
        labels=("joy", "anger"),
        temperature=1.0,
        bias=np.array([0.7, 0.9], dtype=np.float32),
        many=True,
    )
    row, codes, confidence = heads_of(emotions=head).predict_many(
        "emotions", messages(rows([1, 3, 0, 0], [0, 0, 0, 0], [2, 1, 0, 0]))
    )
    assert row.tolist() == [0, 0, 2]
    assert row.dtype == np.int32
    assert codes == ["joy", "anger", "joy"]
    np.testing.assert_allclose(confidence, [0.731, 0.953, 0.881], atol=1e-3)


def test_asking_for_what_a_task_is_not_says_what_to_call_instead() -> None:
    heads = heads_of(churn=two_class_head(bias=0.0))
    with pytest.raises(UsageError, match="gives one label"):
        heads.predict_many("churn", messages(rows([0] * DIM)))
    with pytest.raises(UsageError, match="no task 'mood'") as caught:
        heads.predict("mood", messages(rows([0] * DIM)))
    assert "churn" in caught.value.hint


def test_vectors_of_the_wrong_width_are_named() -> None:
    with pytest.raises(UsageError, match=r"message_vectors of shape \(n, 4\), got \(1, 2\)"):
        heads_of(churn=two_class_head(bias=0.0)).predict("churn", messages(rows([0, 0])))


def test_no_rows_give_no_labels() -> None:
    found = heads_of(churn=two_class_head(bias=0.0)).predict(
        "churn", messages(np.zeros((0, DIM), dtype=np.float32))
    )
    assert found.codes == []
    assert found.probabilities.shape == (0, 2)


def test_a_message_is_pooled_over_its_own_segments_only() -> None:
    messages = rows([1, 1], [2, 2], [3, 3])
    segments = rows([0, 4], [2, 0], [9, 9])
    owner = np.array([0, 0, 2], dtype=np.int32)
    features = message_features(
        ("message", "segment_mean", "segment_max"), messages, segments, owner
    )
    assert features.tolist() == [
        [1, 1, 1, 2, 2, 4],
        [2, 2, 2, 2, 2, 2],  # no segments: its own vector
        [3, 3, 9, 9, 9, 9],
    ]


def test_a_segment_sees_its_message() -> None:
    messages = rows([10], [20])
    segments = rows([1], [2], [3])
    owner = np.array([0, 0, 1], dtype=np.int32)
    features = segment_features(("segment", "message"), messages, segments, owner)
    assert features.tolist() == [[1, 10], [2, 10], [3, 20]]


def test_results_do_not_depend_on_the_batch() -> None:
    rng = np.random.default_rng(0)
    heads = heads_of(churn=two_class_head(bias=0.3))
    vectors = rng.normal(size=(50, DIM)).astype(np.float32)
    whole = heads.predict("churn", messages(vectors))
    alone = [heads.predict("churn", messages(vectors[i : i + 1])) for i in range(50)]
    assert whole.codes == [one.codes[0] for one in alone]
    np.testing.assert_allclose(whole.confidence, [one.confidence[0] for one in alone], rtol=1e-5)


def test_words_move_the_label_where_vectors_say_nothing() -> None:
    vocabulary = Vocabulary(
        np.unique(keys_of("pésimo")), np.ones(len(np.unique(keys_of("pésimo"))))
    )
    weights = np.zeros((len(vocabulary), 2), dtype=np.float32)
    weights[:, 1] = 1.0
    head = replace(two_class_head(bias=0.0), words=weights)
    heads = Heads(
        {"churn": head},
        fingerprint="f",
        encoder_fingerprint=ENCODER,
        dim=DIM,
        vocabularies={"message": vocabulary},
    )
    batch = messages(rows([-1, 0, 0, 0], [-1, 0, 0, 0]), ["PESIMO todo", "todo bien"])
    assert heads.predict("churn", batch).codes == [1, 0]


def test_two_batches_in_a_row_do_not_share_their_words() -> None:
    vocabulary = Vocabulary(np.unique(keys_of("caro")), np.ones(len(np.unique(keys_of("caro")))))
    weights = np.ones((len(vocabulary), 2), dtype=np.float32) * [0, 5]
    head = replace(two_class_head(bias=0.0), words=weights.astype(np.float32))
    heads = Heads(
        {"churn": head},
        fingerprint="f",
        encoder_fingerprint=ENCODER,
        dim=DIM,
        vocabularies={"message": vocabulary},
    )
    vector = rows([-1, 0, 0, 0])
    found = [heads.predict("churn", messages(vector, [text])).codes for text in ("caro", "bien")]
    assert found == [[1], [0]]
