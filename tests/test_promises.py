"""Promises kept and broken: the list of a team, what customers say of it, and what they say alone.

`promises.json` holds two sets of ten promises of invented companies with what customers could say
of them, and a third of other trades, written before a promise had to be clearly the most alike.
`choose` decided the thresholds, all three which rules were kept (docs/journey.md). `near` are
quotes that share words with a promise and are about something else, written to mislead.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.errors import UsageError
from vocmine.journey.grouping import Said, groups_of
from vocmine.journey.matching import about
from vocmine.journey.promise_list import MOST, Promise, load_promises
from vocmine.journey.promises import promise_gaps
from vocmine.plugin import Encoded
from vocmine.priorities.quotes import quotes_of
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vocmine.plugin import Encoder

_FILE = Path(__file__).with_name("promises.json")
SETS: dict[str, dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    from vocmine.models import load_encoder

    return load_encoder()


class AllAlike:
    """An encoder that finds any two texts alike, so that words alone decide."""

    name, dim, fingerprint = "all-alike", 2, "0"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str], *_: Any) -> Encoded:
        self.texts += texts
        vectors = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (len(texts), 1))
        return Encoded(vectors, vectors[:0])


class NoneAlike(AllAlike):
    """An encoder that finds no two texts alike, so that no quote is about a promise by itself."""

    def encode(self, texts: Sequence[str], *_: Any) -> Encoded:
        vectors = np.zeros((len(texts), 2), dtype=np.float32)
        return Encoded(vectors, vectors[:0])


def measured(encoder: Encoder, which: str, *, near: bool, keywords: bool) -> tuple[float, float]:
    """Precision and recall of the promise that each quote is about."""
    chosen = SETS[which]
    promises = list(chosen["about"])
    quotes = [quote for said in chosen["about"].values() for quote in said]
    truth = [n for n, said in enumerate(chosen["about"].values()) for _ in said]
    others = chosen["other"] + (chosen["near"] if near else [])
    given = [
        Promise(text, tuple(chosen["keywords"][text]) if keywords else ()) for text in promises
    ]
    found = about(given, quotes + others, encoder)
    right = int(np.sum(found[: len(truth)] == truth))
    return right / int(np.sum(found >= 0)), right / len(truth)


class TestMatching:
    """The figures of docs/journey.md, with some room for a model trained anew."""

    def test_as_many_quotes_of_a_new_list_mislead_as_tell_and_most_matches_are_right(
        self, encoder: Encoder
    ) -> None:
        precision, recall = measured(encoder, "new", near=True, keywords=False)
        assert precision >= 0.68
        assert recall >= 0.45

    @pytest.mark.parametrize("which", ["choose", "report"])
    def test_what_shares_no_words_by_chance_is_matched_precisely(
        self, encoder: Encoder, which: str
    ) -> None:
        precision, recall = measured(encoder, which, near=False, keywords=False)
        assert precision >= 0.85
        assert recall >= 0.45

    @pytest.mark.parametrize("which", ["choose", "report"])
    def test_keywords_find_most_and_err_little(self, encoder: Encoder, which: str) -> None:
        precision, recall = measured(encoder, which, near=False, keywords=True)
        assert precision >= 0.9
        assert recall >= 0.75

    @pytest.mark.parametrize("which", ["choose", "report"])
    def test_among_quotes_written_to_mislead_half_is_right_and_more_with_keywords(
        self, encoder: Encoder, which: str
    ) -> None:
        plain = measured(encoder, which, near=True, keywords=False)
        keyed = measured(encoder, which, near=True, keywords=True)
        assert plain[0] >= 0.45
        assert keyed[0] >= 0.6
        assert min(a - b for a, b in zip(keyed, plain, strict=True)) > 0

    def test_a_quote_without_a_word_of_the_promise_is_never_about_it(self) -> None:
        found = about([Promise("Entrega en 24 horas")], ["el café es rico"], AllAlike())
        assert found.tolist() == [-1]

    def test_only_quotes_that_share_words_are_encoded(self) -> None:
        encoder = AllAlike()
        about([Promise("Entrega gratis")], ["entrega tarde", "el café es rico"], encoder)
        assert "el café es rico" not in encoder.texts

    def test_with_keywords_one_must_be_said_with_all_its_words(self) -> None:
        given = [Promise("Sin cuota de manejo", ("cuota de manejo",))]
        quotes = ["me cobran cuota de manejo", "la cuota del crédito", "el manejo del carro"]
        assert about(given, quotes, AllAlike()).tolist() == [0, -1, -1]

    def test_a_keyword_needs_no_word_of_the_promise(self) -> None:
        given = [Promise("Envío gratis", ("flete",))]
        assert about(given, ["cobraron doce mil de flete"], AllAlike()).tolist() == [0]

    def test_a_promise_that_is_not_meant_must_be_clearly_less_alike(self) -> None:
        given = [Promise("Entrega en 24 horas"), Promise("Asesor amable")]
        assert about(given, ["la entrega fue amarga"], AllAlike()).tolist() == [-1]
        assert about(given[:1], ["la entrega fue amarga"], AllAlike()).tolist() == [0]

    def test_promises_that_are_much_alike_may_both_be_meant(self) -> None:
        given = [Promise("Entrega en Bogotá"), Promise("Entrega en Cali")]
        assert about(given, ["la entrega tardó un mes"], AllAlike()).tolist() == [0]

    def test_no_quotes_and_no_words_are_no_trouble(self) -> None:
        assert about([Promise("Entrega")], [], AllAlike()).tolist() == []
        assert about([Promise("¡¡!!")], ["¿?", "entrega"], AllAlike()).tolist() == [-1, -1]


class TestList:
    def write(self, tmp_path: Path, text: str, name: str = "promesas.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    def test_a_line_is_a_promise_commas_and_all(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "Entrega en 24 horas, sin costo\n\nSin filas\n")
        assert load_promises(path) == [
            Promise("Entrega en 24 horas, sin costo"), Promise("Sin filas"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "text",
        [
            "promesa;palabras\nEntrega rápida;entrega,pedido\n",
            'promesa,palabras\nEntrega rápida,"entrega;pedido"\n',
            "\ufeffPromesa\tPalabras\r\nEntrega rápida\tentrega; pedido\r\n",
            'palabras;promesa\n"entrega,pedido";Entrega  rápida\n',
            "promise,keywords\nEntrega rápida,entrega;pedido\n,\n",
        ],
    )
    def test_headings_tell_the_columns(self, tmp_path: Path, text: str) -> None:
        assert load_promises(self.write(tmp_path, text)) == [
            Promise("Entrega rápida", ("entrega", "pedido"))
        ]

    def test_a_toml_file_says_the_same(self, tmp_path: Path) -> None:
        text = '[[promise]]\ntext = "Entrega rápida"\nkeywords = ["entrega", " "]\n'
        assert load_promises(self.write(tmp_path, text, "p.toml")) == [
            Promise("Entrega rápida", ("entrega",))
        ]

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("p.csv", "", "holds no promise"),
            ("p.csv", "promesa\n", "holds no promise"),
            ("p.csv", "Sin filas\nsin  FILAS\n", "twice"),
            ("p.csv", "\n".join(f"Promesa {n}" for n in range(MOST + 1)), str(MOST)),
            ("p.toml", "[[promise", "TOML"),
            ("p.toml", "[[promise]]\ntext = 3", "no text"),
            ("p.toml", '[[promise]]\ntext = "a"\nkeywords = "b"', "keywords"),
            ("p.toml", '[[promise]]\ntexto = "a"', "more than"),
            ("p.toml", '[promise]\ntext = "a"', "other than"),
        ],
    )
    def test_what_is_wrong_is_said(self, tmp_path: Path, name: str, text: str, said: str) -> None:
        with pytest.raises(UsageError, match=said):
            load_promises(self.write(tmp_path, text, name))

    def test_a_missing_file_and_another_encoding_are_said(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            load_promises(tmp_path / "nada.csv")
        path = tmp_path / "latin.csv"
        path.write_bytes("Envío".encode("latin-1"))
        with pytest.raises(UsageError, match="UTF-8"):
            load_promises(path)


class TestGrouping:
    def group(self, *texts: str) -> list[set[str]]:
        said = [Said(n, n, text) for n, text in enumerate(texts)]
        return [{quote.text for quote in group.members} for group in groups_of(said, texts)]

    def test_quotes_that_share_a_telling_word_go_together(self) -> None:
        photo = {"el color no es el de la foto", "en la foto se ve más grande"}
        wait = {"el técnico nunca llegó", "dijeron que venía el técnico y nada"}
        found = self.group(*photo, *wait, "otra cosa distinta")
        assert sorted(map(sorted, found)) == sorted(map(sorted, (photo, wait)))

    def test_what_every_promise_is_told_with_groups_nothing(self) -> None:
        assert self.group("me dijeron 5 días", "me dijeron 8 días", "prometieron en 3 días") == []

    def test_a_message_that_repeats_itself_is_no_group(self) -> None:
        said = [Said(0, 7, "la foto miente"), Said(1, 7, "otra foto")]
        assert groups_of(said, ["la foto miente", "otra foto"]) == []

    def test_a_quote_is_in_one_group_only_whatever_the_order(self) -> None:
        texts = [f"cuota de manejo {place}" for place in ("uno", "dos", "seis")]
        texts += ["manejo de la foto", "la foto del carro"]
        found = self.group(*texts)
        assert sum(map(len, found)) == len(set().union(*found))
        assert sorted(map(sorted, found)) == sorted(map(sorted, self.group(*reversed(texts))))

    def test_the_first_is_of_a_length_that_reads_well(self) -> None:
        long = "la foto " + "que publicaron en la página de ventas " * 4
        said = [Said(0, 0, long), Said(1, 1, "la foto no era así"), Said(2, 2, "foto")]
        (group,) = groups_of(said, [quote.text for quote in said])
        assert group.members[0].text == "la foto no era así"


BROKEN = ("promise", "delivery", "utility", "delivery")


class TestGaps:
    def store(self, build_store: Callable[..., Any], record: Callable[..., Any]) -> Any:
        said = [
            ("me cobraron el envío gratis", -2),
            ("el envío gratis nunca fue gratis", -1),
            ("el envío gratis tal como dicen", 2),
            ("en la foto se ve más grande", -1),
            ("el color no es el de la foto", -2),
            ("es igual a la foto, divino", 2),
            ("la foto de mi perro es linda", 1),
            ("juraron devolver mi dinero", -2),
            ("no entiendo el envío gratis", 0),
        ]
        return build_store(
            record(n, text=text, quotes=[(text, polarity, *self.labels(polarity))])
            for n, (text, polarity) in enumerate(said)
        )

    def labels(self, polarity: int) -> tuple[str, ...]:
        return ("promise" if polarity < 0 else "none", *BROKEN[1:])

    def test_given_promises_count_praise_and_complaint_and_found_ones_follow(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        with self.store(build_store, record) as store:
            frame = read_frame(store, Filter())
            gaps = promise_gaps(store, frame, ["Envío gratis"], encoder=AllAlike())
            quotes = quotes_of(store, [key for gap in gaps for key in gap.quotes])
        assert [(gap.given, gap.broken, gap.kept) for gap in gaps] == [(True, 2, 1), (False, 2, 1)]
        assert gaps[0].promise == "Envío gratis"
        assert gaps[0].share_broken == pytest.approx(2 / 3)
        assert "foto" in gaps[1].promise
        assert quotes[gaps[1].quotes[0]].text == gaps[1].promise
        assert all(len(gap.quotes) <= 3 for gap in gaps)

    @pytest.mark.parametrize(
        ("given", "counts"),
        [
            ([Promise("Fotos de hoy")], [(True, 2, 1), (False, 2, 1)]),
            ([Promise("Todo es así", ("foto",))], [(True, 2, 1), (False, 2, 1)]),
            ([Promise("Fotos de hoy", ("hoy",))], [(False, 2, 1), (False, 2, 1), (True, 0, 0)]),
            (
                [Promise("Fotos de hoy"), Promise("Fotos sin retoque")],
                [(False, 2, 1), (False, 2, 1), (True, 0, 0), (True, 0, 0)],
            ),
        ],
        ids=["words", "keyword", "keyword not said", "words of two"],
    )
    def test_what_is_found_counts_for_the_one_given_promise_whose_words_it_is_about(
        self, build_store: Callable[..., Any], record: Callable[..., Any],
        given: list[Promise], counts: list[Any],
    ) -> None:  # fmt: skip
        with self.store(build_store, record) as store:
            gaps = promise_gaps(store, read_frame(store, Filter()), given, encoder=NoneAlike())
        assert [(gap.given, gap.broken, gap.kept) for gap in gaps] == counts
        assert all(gap.quotes for gap in gaps if gap.broken)

    def test_without_a_list_what_is_found_needs_no_model(
        self, build_store: Callable[..., Any], record: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr("vocmine.models.load_encoder", None)
        with self.store(build_store, record) as store:
            gaps = promise_gaps(store, read_frame(store, Filter()))
        assert {gap.promise.split()[-1] for gap in gaps} >= {"gratis"}
        assert not any(gap.given for gap in gaps)

    def test_a_promise_nobody_speaks_of_is_listed_with_nothing(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        with self.store(build_store, record) as store:
            gaps = promise_gaps(
                store, read_frame(store, Filter()), ["Desayuno bufé"], encoder=AllAlike()
            )
        silent = next(gap for gap in gaps if gap.given)
        assert (silent.kept, silent.broken, silent.share_broken, silent.quotes) == (0, 0, None, ())

    def test_a_message_that_praises_and_complains_says_broken_once(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        text = "el envío gratis bien pero luego cobraron el envío gratis y el envío gratis"
        quotes = [
            ("el envío gratis bien", 2, *self.labels(2)),
            ("cobraron el envío gratis", -2, *self.labels(-2)),
            ("y el envío gratis", -1, *self.labels(-1)),
        ]
        with build_store([record(1, text=text, quotes=quotes)]) as store:
            (gap,) = promise_gaps(
                store, read_frame(store, Filter()), ["Envío gratis"], encoder=AllAlike()
            )
        assert (gap.kept, gap.broken) == (0, 1)
        assert len(gap.quotes) == 1

    def test_an_empty_store_has_only_what_is_given(self, build_store: Callable[..., Any]) -> None:
        with build_store() as store:
            frame = read_frame(store, Filter())
            assert promise_gaps(store, frame) == []
            assert [gap.promise for gap in promise_gaps(store, frame, ["Algo"])] == ["Algo"]

    def test_the_most_broken_comes_first(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        with self.store(build_store, record) as store:
            gaps = promise_gaps(store, read_frame(store, Filter()))
        assert [gap.broken for gap in gaps] == sorted((gap.broken for gap in gaps), reverse=True)
