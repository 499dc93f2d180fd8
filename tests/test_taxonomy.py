"""A team's own categories: what their file may say, and how a model tells them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vocmine.assembly import assemble
from vocmine.batch import Batch
from vocmine.errors import UsageError
from vocmine.heads import Head, Heads
from vocmine.heads_file import read_heads, write_heads
from vocmine.store import Store
from vocmine.store.categories import category_names, write_categories
from vocmine.taxonomy import Category, Taxonomy, read_taxonomy

DOUBLE = Category("cobro_doble", "billing", "Cobro doble", "Cobrança dupla", "Charged twice")
FEES = Category("cuota", "billing", "Cuota de manejo", "Tarifa", "Fee")
LABELS = ("none", "cobro_doble", "cuota", "delay")
EXAMPLES = Path(__file__).parents[1] / "examples"


def written(folder: Path, text: str) -> Path:
    path = folder / "taxonomia.toml"
    path.write_text(text, "utf-8")
    return path


def category(**values: str) -> str:
    given = {"code": "cobro_doble", "friction": "billing", "es": "Cobro doble"} | values
    return "[[category]]\n" + "".join(f'{k} = "{v}"\n' for k, v in given.items() if v)


def test_a_category_has_a_code_a_friction_and_names(tmp_path: Path) -> None:
    text = category(pt="Cobrança dupla", en="Charged twice")
    assert read_taxonomy(written(tmp_path, text)).categories == (DOUBLE,)


def test_a_name_that_is_missing_is_the_spanish_one(tmp_path: Path) -> None:
    (found,) = read_taxonomy(written(tmp_path, category())).categories
    assert (found.pt, found.en) == ("Cobro doble", "Cobro doble")


def test_the_example_of_the_bank_can_be_read() -> None:
    found = read_taxonomy(EXAMPLES / "taxonomia.toml")
    assert len(found.categories) == 11
    assert found.friction_of("cajero_fuera") == "outage"
    assert found.friction_of("delay") == "delay"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[category", "is not valid TOML"),
        ("", r"holds no \[\[category\]\]"),
        ("category = 3", r"holds no \[\[category\]\]"),
        ("category = [3]", "category 1 is no table"),
        ("title = 'x'\n" + category(), "holds 'title', which no taxonomy has"),
        (category(code=""), "category 1 lacks 'code'"),
        (category(friction=""), "category 1 lacks 'friction'"),
        (category(es=""), "category 1 lacks 'es'"),
        (category(es="  "), "'es' is no text"),
        (category() + "fr = 'x'\n", "category 1 has 'fr'"),
        (category(code="Cobro doble"), "'Cobro doble' cannot be a code"),
        (category(code="billing"), "'billing' is a friction of the catalogue"),
        (category(friction="cobro"), "'cobro' is no friction to map 'cobro_doble' to"),
        (category(friction="none"), "'none' is no friction"),
        (category() + category(es="Otro"), "have the same code"),
        (category() + category(code="otro", es="COBRO DOBLE"), r"have the same name \(es\)"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        read_taxonomy(written(tmp_path, text))
    assert "taxonomia.toml" in caught.value.message
    assert caught.value.hint


def test_a_missing_file_and_one_that_is_not_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nada\.toml' cannot be read"):
        read_taxonomy(tmp_path / "nada.toml")
    binary = tmp_path / "taxonomia.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not valid TOML"):
        read_taxonomy(binary)


def own_heads() -> Heads:
    """Heads that read the label of a segment from its vector; `polarity` is told by the test."""

    def head(labels: tuple[Any, ...], first: int, **more: Any) -> Head:
        weights = np.zeros((8, len(labels)), dtype=np.float32)
        weights[first : first + len(labels)] = np.eye(len(labels))
        zeros = np.zeros(len(labels), dtype=np.float32)
        return Head("segment", ("segment",), ((weights, zeros),), labels, 1.0, zeros, **more)

    return Heads(
        {
            "insight": head((1,), 6),
            "friction": head(LABELS, 0, told_as=("none", "billing", "billing", "delay")),
            "stage": head(("use",), 7),
            "pyramid": head(("utility",), 7),
            "touchpoint": head(("billing",), 7),
        },
        fingerprint="f",
        encoder_fingerprint="e",
        dim=8,
        taxonomy=Taxonomy((DOUBLE, FEES)),
    )


def clauses(*vectors: list[float]) -> Batch:
    count = len(vectors)
    made = np.zeros((count, 8), dtype=np.float32)
    made[:, :4] = vectors
    start = np.arange(count, dtype=np.int32) * 4
    segments = (np.zeros(count, dtype=np.int32), start, start + 4)
    return Batch.of_texts(["abcd" * count], segments, (np.zeros((1, 8), np.float32), made), ["es"])


def test_an_own_category_is_told_as_the_friction_it_is_a_kind_of() -> None:
    found = own_heads().predict("friction", clauses([0, 3, 0, 0], [0, 0, 0, 3]))
    assert own_heads().labels("friction") == ("none", "billing", "delay")
    assert found.codes == ["billing", "delay"]
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0, rtol=1e-6)
    # The chance of a friction is that of all its kinds.
    assert found.confidence[0] == pytest.approx((np.e**3 + 1) / (np.e**3 + 3), rel=1e-4)


def test_dividing_a_friction_finely_does_not_make_it_rarer() -> None:
    head = own_heads().head("friction")
    chances = np.array([[0.0, 0.3, 0.31, 0.39]], dtype=np.float32)
    assert [head.labels[i] for i in head.decide(chances)] == ["cuota"]


@pytest.mark.parametrize(
    ("vector", "polarity", "friction", "own"),
    [
        ([0, 3, 0, 0], -1, "billing", "cobro_doble"),
        ([0, 0, 3, 0], -1, "billing", "cuota"),
        ([0, 0, 0, 3], -1, "delay", None),
        ([0, 3, 0, 0], 1, "none", None),  # praise has no obstacle, so no kind of one
        ([3, 0, 1, 0], -1, "billing", "cuota"),  # a complaint has one: the second best
    ],
)
def test_an_insight_has_the_category_that_agrees_with_its_friction(
    vector: list[float], polarity: int, friction: str, own: str | None
) -> None:
    heads, batch = own_heads(), clauses(vector)
    columns: dict[str, Any] = {
        "segment_polarity": {"polarity": [polarity]},
        "segment_friction": {"friction": heads.predict("friction", batch).codes},
    }
    found = assemble(batch, columns, heads)
    assert (found["friction"], found["category"]) == ([friction], [own])


def test_without_polarity_or_friction_there_is_no_category() -> None:
    assert assemble(clauses([0, 3, 0, 0]), {}, own_heads())["category"] == [None]


def test_heads_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    heads = own_heads()
    write_heads(tmp_path, heads)
    files = {"heads.json": {"sha256": "a"}, "heads.safetensors": {"sha256": "b"}}
    meta = {
        "name": "n",
        "version": "1",
        "files": files,
        "encoder": {"fingerprint": "e", "dim": 8},
    }
    again = read_heads(tmp_path, meta)
    batch = clauses([0, 3, 0, 0], [0, 0, 2, 1])
    assert again.taxonomy == heads.taxonomy
    assert again.head("friction").told_as == heads.head("friction").told_as
    np.testing.assert_array_equal(
        again.probabilities("friction", batch), heads.probabilities("friction", batch)
    )


def test_the_store_knows_the_names_of_every_model_it_was_analysed_with() -> None:
    with Store() as store:
        write_categories(store, None)
        assert category_names(store) == {}
        write_categories(store, Taxonomy((DOUBLE,)))
        write_categories(store, Taxonomy((FEES,)))
        assert category_names(store) == {"cobro_doble": "Cobro doble", "cuota": "Cuota de manejo"}
        assert category_names(store, "en")["cuota"] == "Fee"
        renamed = Category("cuota", "price", "Cuotas", "Tarifas", "Fees")
        write_categories(store, Taxonomy((renamed,)))
        assert category_names(store)["cuota"] == "Cuotas"
        rows = store.conn.execute("SELECT category, friction_name, insights FROM category_points")
        assert set(rows) == {("cobro_doble", "cobro", 0), ("cuota", "precio", 0)}
