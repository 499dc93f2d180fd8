"""The encoder `sentence-transformers`, with a tiny model of random weights made here."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vocmine.errors import PluginError, UsageError
from vocmine.plugin import Encoded
from vocmine.plugins import load_plugins
from vocmine.testing import EncoderSuite
from vocmine_sentence_transformers.encoder import FOLDER, SentenceTransformerEncoder

WORDS = "me cobraron dos veces la factura asesora fue muy amable app no abre".split()
TEXTS = ["me cobraron dos veces", "la asesora fue muy amable", "", "😀 \ud800", "no " * 2000]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer and sixteen dimensions."""
    library = pytest.importorskip("sentence_transformers", reason="brings gigabytes of PyTorch")
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("model")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (path / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    transformers.BertTokenizer(str(path / "vocab.txt")).save_pretrained(path)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    transformers.BertModel(config).save_pretrained(path)
    made = tmp_path_factory.mktemp("sentence-model")
    library.SentenceTransformer(str(path), device="cpu").save(str(made))
    return made


@pytest.fixture
def encoder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> SentenceTransformerEncoder:
    monkeypatch.setenv(FOLDER, str(folder))
    made: SentenceTransformerEncoder = (
        load_plugins().get("encoder", "sentence-transformers").create()
    )
    return made


def encoded(
    encoder: SentenceTransformerEncoder, texts: list[str], *segments: tuple[int, int, int]
) -> Encoded:
    table = np.asarray(segments, dtype=np.int32).reshape(-1, 3)
    return encoder.encode(texts, table[:, 0], table[:, 1], table[:, 2])


class TestContract(EncoderSuite):
    target = "vocmine_sentence_transformers.encoder:SentenceTransformerEncoder"

    @pytest.fixture(autouse=True)
    def _model(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(FOLDER, str(folder))


def test_it_is_installed_and_registered() -> None:
    found = load_plugins().get("encoder", "sentence-transformers")
    assert found.distribution == "vocmine-sentence-transformers"


def test_listing_and_making_it_import_nothing_heavy() -> None:
    code = (
        "import sys; from vocmine.plugins import load_plugins; "
        "load_plugins().get('encoder', 'sentence-transformers').create(); "
        "print([m for m in ('torch', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("given", "reason"),
    [("", "is not set"), ("bert-base", "names no folder.*nothing is downloaded")],
)
def test_a_model_that_is_not_here_is_refused_and_never_downloaded(
    given: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, given)
    with pytest.raises(UsageError, match=reason):
        _ = SentenceTransformerEncoder().dim


def test_every_text_and_segment_has_a_vector_of_length_one(
    encoder: SentenceTransformerEncoder,
) -> None:
    messages, segments = encoded(encoder, TEXTS, (0, 0, 11), (1, 3, 10))[:2]
    assert encoder.dim == 16
    assert messages.shape == (5, 16)
    assert segments.shape == (2, 16)
    for vectors in (messages, segments):
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_segment_has_the_vector_of_its_own_words(encoder: SentenceTransformerEncoder) -> None:
    texts = ["me cobraron", "la asesora me cobraron"]
    messages, segments = encoded(encoder, texts, (1, 11, 22))[:2]
    assert segments[0] == pytest.approx(messages[0], abs=1e-6)
    assert segments[0] != pytest.approx(messages[1], abs=1e-3)


def test_no_text_gives_no_vector(encoder: SentenceTransformerEncoder) -> None:
    messages, segments = encoded(encoder, [])[:2]
    assert messages.shape == segments.shape == (0, 16)


def test_a_vector_does_not_depend_on_what_shares_its_batch(
    encoder: SentenceTransformerEncoder,
) -> None:
    together = encoded(encoder, TEXTS).message_vectors
    alone = np.concatenate([encoded(encoder, [text]).message_vectors for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-5)


def test_several_threads_get_the_same(encoder: SentenceTransformerEncoder) -> None:
    expected = encoded(encoder, TEXTS).message_vectors
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: encoded(encoder, TEXTS).message_vectors, range(8)):
            assert np.array_equal(found, expected)


def test_the_fingerprint_is_of_the_files(
    encoder: SentenceTransformerEncoder, folder: Path, tmp_path: Path, monkeypatch
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.rglob("*"):
        target = copy / path.relative_to(folder)
        target.mkdir() if path.is_dir() else target.write_bytes(path.read_bytes())
    monkeypatch.setenv(FOLDER, str(copy))
    assert SentenceTransformerEncoder().fingerprint == encoder.fingerprint
    (copy / "config.json").write_text("{}", "utf-8")
    assert SentenceTransformerEncoder().fingerprint != encoder.fingerprint


def test_the_shipped_heads_are_refused_rather_than_misused(
    encoder: SentenceTransformerEncoder,
) -> None:
    from vocmine import Engine
    from vocmine.errors import ModelError

    with pytest.raises((ModelError, PluginError), match="were trained on vectors of encoder"):
        Engine(encoder="sentence-transformers")


def test_its_vectors_go_into_a_pipeline_of_scikit_learn(folder: Path) -> None:
    code = (
        "from vocmine.integrations.sklearn import VocVectors; "
        "print(VocVectors(encoder='sentence-transformers').fit_transform(['me cobraron']).shape)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {FOLDER: str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "(1, 16)"
