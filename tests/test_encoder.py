"""voc-encoder: what its vectors promise to the heads, the store and a resumed run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vocmine.encoder import OnnxEncoder, _micro_batches, _Window, _windows
from vocmine.errors import ModelError
from vocmine.model_files import fingerprint_of, verify_folder
from vocmine.models import model_folder

if TYPE_CHECKING:
    from vocmine.plugin import Encoded

FOLDER = model_folder("voc_encoder")
QUEUE = "La fila en la sucursal fue eterna, esperé dos horas."
APP = "En cambio la aplicación funciona rápido y me encanta."
TEXTS = [
    QUEUE,
    "Péssimo atendimento, ninguém responde no chat.",
    "ok",
    "The delivery was late and the box arrived open 😡",
    "Me cobraron dos veces la cuota de manejo y nadie me da razón de por qué pasó eso. " * 6,
]
NONE = np.zeros(0, dtype=np.int32)


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(FOLDER)


def encode_spans(
    encoder: OnnxEncoder, texts: list[str], spans: list[tuple[int, int, int]]
) -> Encoded:
    columns = np.array(spans, dtype=np.int32).reshape(-1, 3)
    return encoder.encode(texts, columns[:, 0], columns[:, 1], columns[:, 2])


def encode_texts(encoder: OnnxEncoder, texts: list[str]) -> np.ndarray:
    return encoder.encode(texts, NONE, NONE, NONE).message_vectors


# --- shapes -------------------------------------------------------------------------------------


def test_vectors_are_float32_of_384_numbers_and_length_one(encoder: OnnxEncoder) -> None:
    encoded = encode_spans(encoder, TEXTS, [(0, 0, 10), (0, 11, 30), (3, 0, 12)])
    assert encoded.message_vectors.shape == (len(TEXTS), 384)
    assert encoded.segment_vectors.shape == (3, 384)
    for vectors in encoded:
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_vectors(encoder: OnnxEncoder) -> None:
    encoded = encoder.encode([], NONE, NONE, NONE)
    assert encoded.message_vectors.shape == (0, 384)
    assert encoded.segment_vectors.shape == (0, 384)


def test_importing_the_module_does_not_import_onnxruntime_or_tokenizers() -> None:
    code = (
        "import sys, vocmine.encoder; "
        "print({'onnxruntime', 'tokenizers'} & set(sys.modules) or 'none')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "none"


# --- meaning ------------------------------------------------------------------------------------


def test_a_message_is_closer_to_its_paraphrase_than_to_another_subject(
    encoder: OnnxEncoder,
) -> None:
    vectors = encode_texts(
        encoder,
        ["Esperé dos horas en la fila del banco", "Fiquei duas horas na fila do banco", "Me gustó"],
    )
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.05


def test_a_segment_is_closer_to_its_own_sentence_than_to_its_neighbour(
    encoder: OnnxEncoder,
) -> None:
    text = f"{QUEUE} {APP}"
    at = len(QUEUE) + 1
    segments = encode_spans(encoder, [text], [(0, 0, at - 1), (0, at, len(text))]).segment_vectors
    alone = encode_texts(encoder, [QUEUE, APP])
    closeness = segments @ alone.T
    assert closeness[0, 0] > closeness[0, 1]
    assert closeness[1, 1] > closeness[1, 0]


def test_a_segment_is_read_in_the_context_of_its_message(encoder: OnnxEncoder) -> None:
    after_praise = "Me encantó todo. Fue increíble."
    after_blame = "Me robaron la plata. Fue increíble."
    first, second = encode_spans(
        encoder,
        [after_praise, after_blame],
        [(0, after_praise.index("Fue"), 31), (1, after_blame.index("Fue"), 35)],
    ).segment_vectors
    assert first @ second < 0.99


def test_offsets_count_characters_not_bytes_or_normalised_text(encoder: OnnxEncoder) -> None:
    # Each leading sign is several bytes, and ½ and ﬁ become longer when normalised.
    text = f"👏🏽ñ½ﬁ…\u200b {QUEUE} {APP}"
    at = text.index(APP)
    segment = encode_spans(encoder, [text], [(0, at, len(text))]).segment_vectors[0]
    queue, app = encode_texts(encoder, [QUEUE, APP])
    assert segment @ app > segment @ queue


def test_a_space_at_a_segment_s_end_adds_no_word_of_the_next_segment(
    encoder: OnnxEncoder,
) -> None:
    text = f"{QUEUE} {APP}"
    without, with_space = encode_spans(
        encoder, [text], [(0, 0, len(QUEUE)), (0, 0, len(QUEUE) + 1)]
    ).segment_vectors
    assert np.array_equal(without, with_space)


@pytest.mark.parametrize("text", [QUEUE, TEXTS[1], "La 3ª vez que me cobran ¡DOS VECES! el ñame"])
def test_a_text_in_capitals_is_read_as_in_small_letters(encoder: OnnxEncoder, text: str) -> None:
    spans = [(0, 0, 10), (0, 11, 30), (1, 0, 10), (1, 11, 30)]
    found = encode_spans(encoder, [text.upper(), text.lower()], spans)
    assert np.array_equal(found.message_vectors[0], found.message_vectors[1])
    assert np.array_equal(found.segment_vectors[:2], found.segment_vectors[2:])


@pytest.mark.parametrize("text", ["NO", "El SOAT y el RUNT no salen", "Tarjeta VISA"])
def test_initials_and_short_words_keep_their_capitals(encoder: OnnxEncoder, text: str) -> None:
    as_written, small = encode_texts(encoder, [text, text.lower()])
    assert not np.array_equal(as_written, small)


def test_a_capital_that_has_two_small_letters_moves_no_offset(encoder: OnnxEncoder) -> None:
    text = "LLEGÓ DE İSTANBUL ROTA. NADIE CONTESTA EL TELÉFONO"
    spans = [(0, 0, 23), (0, 24, len(text))]
    assert np.isfinite(encode_spans(encoder, [text], spans).segment_vectors).all()


def test_a_segment_without_words_has_the_vector_of_its_message(encoder: OnnxEncoder) -> None:
    encoded = encode_spans(encoder, ["hola   mundo", ""], [(0, 5, 5), (1, 0, 0)])
    assert np.array_equal(encoded.segment_vectors[0], encoded.message_vectors[0])
    assert np.array_equal(encoded.segment_vectors[1], encoded.message_vectors[1])


def test_overlapping_segments_do_not_disturb_each_other(encoder: OnnxEncoder) -> None:
    text = f"{QUEUE} {APP}"
    spans = [(0, 0, len(text)), (0, 0, 20), (0, 8, 45)]
    together = encode_spans(encoder, [text], spans).segment_vectors
    for span, vector in zip(spans, together, strict=True):
        assert np.array_equal(encode_spans(encoder, [text], [span]).segment_vectors[0], vector)


# --- batches ------------------------------------------------------------------------------------


def test_a_text_has_the_same_vector_alone_and_beside_any_others(encoder: OnnxEncoder) -> None:
    together = encode_texts(encoder, TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(encode_texts(encoder, [text])[0], vector, atol=1e-6)


def test_vectors_come_back_in_the_order_of_the_messages(encoder: OnnxEncoder) -> None:
    forward = encode_spans(encoder, TEXTS, [(i, 0, 5) for i in range(len(TEXTS))])
    backward = encode_spans(encoder, TEXTS[::-1], [(i, 0, 5) for i in range(len(TEXTS))])
    np.testing.assert_allclose(forward.message_vectors, backward.message_vectors[::-1], atol=1e-6)
    np.testing.assert_allclose(forward.segment_vectors, backward.segment_vectors[::-1], atol=1e-6)


def test_equal_texts_share_a_vector_and_keep_their_own_segments(encoder: OnnxEncoder) -> None:
    text = f"{QUEUE} {APP}"
    spans = [(0, 0, len(QUEUE)), (2, len(QUEUE) + 1, len(text))]
    encoded = encode_spans(encoder, [text, "otra cosa", text], spans)
    assert np.array_equal(encoded.message_vectors[0], encoded.message_vectors[2])
    once = encode_spans(encoder, [text], [(0, *spans[0][1:]), (0, *spans[1][1:])])
    np.testing.assert_allclose(encoded.segment_vectors, once.segment_vectors, atol=1e-6)


def test_threads_share_one_encoder(encoder: OnnxEncoder) -> None:
    expected = encode_texts(encoder, TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: encode_texts(encoder, TEXTS), range(8)):
            np.testing.assert_allclose(vectors, expected, atol=1e-6)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_changes_no_vector(encoder: OnnxEncoder, threads: int) -> None:
    other = OnnxEncoder(model_folder("voc_encoder"), threads=threads)
    texts = [f"{text} {number}" * (1 + number % 7) for number in range(12) for text in TEXTS]
    assert np.array_equal(encode_texts(other, texts), encode_texts(encoder, texts))


def test_micro_batches_keep_to_the_token_budget_and_lose_nothing() -> None:
    windows = [_Window(i, 0, size, 0, size) for i, size in enumerate([1, 1, 5, 40, 300, 500, 900])]
    batches = list(_micro_batches(windows, frame=5))
    assert [window for batch in batches for window in batch] == windows
    assert all(len(b) == 1 or len(b) * (b[-1].last + 5) <= 1024 for b in batches)


# --- long messages ------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [0, 1, 507, 508, 570, 571, 952, 5_000])
def test_windows_keep_every_token_once_and_fit(tokens: int) -> None:
    windows = list(_windows(0, tokens, 507))
    kept = [t for w in windows for t in range(w.keep_first, w.keep_last)]
    assert kept == list(range(tokens))
    assert all(w.first <= w.keep_first <= w.keep_last <= w.last <= tokens for w in windows)
    assert all(w.last - w.first <= 507 for w in windows)


def test_a_kept_token_sees_context_on_both_sides() -> None:
    for before, after in zip(windows := list(_windows(0, 2_000, 507)), windows[1:], strict=False):
        assert before.last - before.keep_last >= 31
        assert after.keep_first - after.first >= 31


def test_the_end_of_a_message_of_3000_words_counts(encoder: OnnxEncoder) -> None:
    filler = "El trámite avanzó como estaba previsto y sin novedad alguna. " * 300
    plain, ended = filler + QUEUE, filler + APP
    assert len(plain.split()) > 3_000 - 20
    at = len(filler)
    encoded = encode_spans(encoder, [plain, ended], [(0, at, len(plain)), (1, at, len(ended))])
    assert not np.array_equal(encoded.message_vectors[0], encoded.message_vectors[1])
    alone = encode_texts(encoder, [QUEUE, APP])
    closeness = encoded.segment_vectors @ alone.T
    assert closeness[0, 0] > closeness[0, 1]
    assert closeness[1, 1] > closeness[1, 0]
    assert not np.array_equal(encoded.segment_vectors[0], encoded.message_vectors[0])


def test_a_segment_across_two_windows_is_pooled_from_both(encoder: OnnxEncoder) -> None:
    text = f"{QUEUE} {APP} " * 40
    first, whole = encode_spans(
        encoder, [text], [(0, 0, len(text) // 10), (0, 0, len(text))]
    ).segment_vectors
    message = encode_texts(encoder, [text])[0]
    assert whole @ message > 0.999
    assert whole @ message > first @ message


# --- odd texts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t",
        "😡😡",
        "\x00",
        "a\x00b",
        "\ud800",
        "hola \udfff mundo",
        "日本語",
        "x" * 9_000,
    ],
    ids=repr,
)
def test_any_text_gives_a_finite_vector(encoder: OnnxEncoder, text: str) -> None:
    encoded = encode_spans(encoder, [text, QUEUE], [(0, 0, len(text)), (1, 0, 10)])
    for vectors in encoded:
        assert np.isfinite(vectors).all()
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_lone_surrogate_does_not_shift_offsets(encoder: OnnxEncoder) -> None:
    broken, whole = f"\ud800 {QUEUE} {APP}", f"\ufffd {QUEUE} {APP}"
    at = broken.index(APP)
    spans = [(0, at, len(broken)), (1, at, len(whole))]
    first, second = encode_spans(encoder, [broken, whole], spans).segment_vectors
    np.testing.assert_allclose(first, second, atol=1e-6)


# --- the folder ---------------------------------------------------------------------------------


def test_the_fingerprint_is_that_of_the_verified_folder(encoder: OnnxEncoder) -> None:
    meta = verify_folder(FOLDER)
    assert encoder.fingerprint == fingerprint_of(meta)
    assert len(encoder.fingerprint) == 64
    assert (encoder.name, encoder.dim) == (meta["name"], meta["dim"]) == ("voc-encoder", 384)


def test_the_fingerprint_follows_the_files_and_not_the_prose() -> None:
    meta = verify_folder(FOLDER)
    reworded = meta | {"source": "another wording"}
    files = {**meta["files"], "encoder.onnx": {"sha256": "0" * 64, "bytes": 1}}
    assert fingerprint_of(reworded) == fingerprint_of(meta)
    assert fingerprint_of(meta | {"files": files}) != fingerprint_of(meta)


def test_the_card_gives_licence_source_and_figures() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    meta = verify_folder(FOLDER)
    assert meta["licence"] in card
    assert meta["source"] in card
    assert all(str(metric["value"]) in card for metric in meta["metrics"])


def test_all_models_together_weigh_no_more_than_60_mb_in_the_wheel() -> None:
    """A wheel is a zip file; installed they weigh more, as docs/models.md says."""
    files = [path for path in FOLDER.parents[1].rglob("*") if path.is_file()]
    assert sum(len(zlib.compress(path.read_bytes())) for path in files) <= 60_000_000
    assert sum(path.stat().st_size for path in files) <= 64_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "model"))


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_an_altered_file_is_refused_with_the_next_step(copy: Path, name: str) -> None:
    with (copy / name).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(ModelError, match="differs from its recorded sha256") as error:
        OnnxEncoder(copy)
    assert name in error.value.message
    assert "pip install" in error.value.hint


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json is missing"):
        OnnxEncoder(copy)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"name": "voc-encoder"}'])
def test_a_broken_description_is_refused(copy: Path, text: str) -> None:
    (copy / "meta.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="Model description"):
        OnnxEncoder(copy)


def test_a_file_outside_the_folder_is_refused(copy: Path) -> None:
    meta = json.loads((copy / "meta.json").read_text(encoding="utf-8"))
    meta["files"]["../encoder.onnx"] = meta["files"]["encoder.onnx"]
    (copy / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    with pytest.raises(ModelError, match="bad file entry"):
        verify_folder(copy)


def test_a_model_of_another_kind_is_refused(copy: Path) -> None:
    meta = json.loads((copy / "meta.json").read_text(encoding="utf-8"))
    (copy / "meta.json").write_text(json.dumps(meta | {"kind": "heads"}), encoding="utf-8")
    with pytest.raises(ModelError, match="not an encoder"):
        OnnxEncoder(copy)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        OnnxEncoder(tmp_path / "nowhere")
