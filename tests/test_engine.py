"""The Python API: columns out, nothing printed, no state between calls, safe in threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from vocmine import Engine, Result, hookimpl
from vocmine.batch import Batch
from vocmine.errors import SourceError, UsageError
from vocmine.plugin import Context, ReadOptions, TableColumns
from vocmine.tables import Column, Table

RECORDS = [
    {
        "id": "a",
        "comentario": "Me cobraron dos veces la factura y nadie responde.",
        "ciudad": "Cali",
    },
    {"id": "b", "comentario": "La asesora fue muy amable, mil gracias.", "ciudad": "Bogotá"},
    {"id": "c", "comentario": "", "ciudad": "Bogotá"},
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(country="co")


@pytest.fixture(scope="module")
def result(engine: Engine) -> Result:
    return engine.analyze(RECORDS)


def test_columns_come_back_parallel_and_in_input_order(result: Result) -> None:
    assert result.messages["external_id"] == ["a", "b"]
    assert result.messages["pqrs"][1] == "compliment"
    assert len({len(values) for values in result.messages.values()}) == 1
    assert len({len(values) for values in result.insights.values()}) == 1
    assert len(result) == 2


def test_every_insight_belongs_to_a_message_and_quotes_it(result: Result) -> None:
    texts = dict(zip(result.messages["external_id"], result.messages["text"], strict=True))
    rows = zip(
        *(result.insights[name] for name in ("external_id", "start", "end", "quote")), strict=True
    )
    found = list(rows)
    assert found
    assert all(texts[key][start:end] == quote for key, start, end, quote in found)


def test_what_was_not_analysed_is_accounted_for(result: Result) -> None:
    assert result.skipped == {"empty_text": 1}
    assert result.failures == []


def test_the_country_given_fills_the_gap(result: Result) -> None:
    assert result.messages["country"] == ["CO", "CO"]


def test_objects_have_the_shape_of_the_output_contract(result: Result) -> None:
    first = result.to_dicts()[0]
    assert {"external_id", "text", "pqrs", "insights"} <= set(first)


def test_strings_are_records_too(engine: Engine) -> None:
    assert engine.analyze(["Excelente servicio, volveré"]).messages["text"] == [
        "Excelente servicio, volveré"
    ]


def test_a_dataframe_gives_the_same_as_dicts(engine: Engine, result: Result) -> None:
    frame = pd.DataFrame(RECORDS).assign(fecha=pd.Timestamp("2026-03-01"), nota=float("nan"))
    again = engine.analyze(frame)
    assert again.messages["sentiment"] == result.messages["sentiment"]
    assert again.messages["created_at"][0].startswith("2026-03-01")


def test_results_become_dataframes(result: Result) -> None:
    messages, insights = result.to_pandas()
    assert list(messages["external_id"]) == ["a", "b"]
    assert len(insights) == len(result.insights["quote"])


def test_no_records_give_an_empty_result(engine: Engine) -> None:
    assert len(engine.analyze([])) == 0


@pytest.mark.parametrize("records", [[], ["Hoy es martes"]], ids=["no-records", "no-insights"])
def test_every_column_is_there_when_nothing_was_found(
    engine: Engine, result: Result, records: list[str]
) -> None:
    empty = engine.analyze(records)
    assert list(empty.messages) == list(result.messages)
    assert list(empty.insights) == list(result.insights)
    assert empty.insights["quote"] == []
    messages, insights = empty.to_pandas()
    assert (list(messages), list(insights)) == (list(result.messages), list(result.insights))


def test_the_columns_are_the_keys_of_the_output_contract(engine: Engine) -> None:
    some = engine.analyze(["Me cobraron dos veces", "👍"])
    keys = {key for message in some.to_dicts() for key in message}
    assert set(some.messages) == keys - {"insights"}
    keys = {
        key for message in some.to_dicts() for insight in message["insights"] for key in insight
    }
    assert keys < set(some.insights)
    page = (Path(__file__).parent.parent / "docs" / "output.md").read_text("utf-8")
    for name in (*some.messages, *some.insights):
        assert f"`{name}`" in page or f'"{name}":' in page, name


@pytest.mark.parametrize(
    "records",
    [["No"], ["5", "12"], [{"text": "10"}], [{"text": "No", "title": "Reclamo por un cobro"}]],
)
def test_a_string_or_a_key_named_text_is_the_text_whatever_it_holds(
    engine: Engine, records: list[str | dict[str, str]]
) -> None:
    texts = [record if isinstance(record, str) else record["text"] for record in records]
    assert engine.analyze(records).messages["text"] == texts


def test_a_key_named_text_that_holds_none_leaves_it_to_a_better_one(engine: Engine) -> None:
    records = [{"text": "5", "comentario": "Muy mala atención"}]
    assert engine.analyze(records).messages["text"] == ["Muy mala atención"]


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA], ids=repr)
def test_a_missing_string_is_skipped_with_its_reason(engine: Engine, nothing: object) -> None:
    done = engine.analyze(["No llegó", nothing])
    assert done.messages["text"] == ["No llegó"]
    assert done.skipped == {"empty_text": 1}
    frame = pd.DataFrame({"text": ["No llegó", nothing]})
    assert engine.analyze(frame).skipped == {"empty_text": 1}


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        ("una queja", "several records, got one str"),
        ({"text": "una queja"}, "several records, got one dict"),
        ([7], "Record 1 is a int"),
        (7, "an iterable of records, got int"),
        ([{"n": 1}, {"n": 2}], "No column of the records holds text; the columns are: n"),
    ],
)
def test_what_cannot_be_records_is_refused_with_advice(
    engine: Engine, records: object, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        engine.analyze(records)  # type: ignore[arg-type]


def test_mapping_names_the_text_column(engine: Engine) -> None:
    done = engine.analyze([{"x": "No llegó", "y": "Pésimo"}], mapping={"text": "y"})
    assert done.messages["text"] == ["Pésimo"]


def test_nothing_is_printed_and_nothing_is_written(
    engine: Engine, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine.analyze(RECORDS)
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_calls_share_nothing(engine: Engine) -> None:
    engine.analyze(RECORDS)
    assert engine.analyze(["Otra cosa muy distinta"]).messages["external_id"] != ["a", "b"]


def test_several_threads_get_the_same_as_one(engine: Engine, result: Result) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: engine.analyze(RECORDS).to_dicts(), range(4)))
    assert all(found == result.to_dicts() for found in results)


def test_a_file_is_read_by_the_source_that_recognises_it(engine: Engine, tmp_path: Path) -> None:
    export = tmp_path / "q.csv"
    export.write_text("Radicado;Descripción\n1;No me llegó el pedido\n", "utf-8")
    assert engine.analyze_file(export).messages["external_id"] == ["1"]


def test_how_a_file_is_read_can_be_overridden(engine: Engine, tmp_path: Path) -> None:
    export = tmp_path / "q.csv"
    export.write_text(
        "Radicado;Descripción;Notas;Fecha\n1;No llegó;Nunca llegó;03/04/2026\n", "utf-8"
    )
    found = engine.analyze_file(
        export, mapping={"text": "Notas"}, options=ReadOptions(country="US", dates="mdy")
    )
    assert found.messages["text"] == ["Nunca llegó"]
    assert found.messages["created_at"] == ["2026-03-04T00:00:00"]
    assert found.messages["country"] == ["US"]


def test_a_file_nobody_can_read_raises_its_reason(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    with pytest.raises(SourceError, match=r"q\.csv"):
        engine.analyze_file(tmp_path / "q.csv")


class Shout:
    version = "1"
    requires = ("texts",)
    outputs = (Table("shout", "message", (Column("loud", "boolean"),)),)

    def open(self, context: Context) -> None: ...

    def analyze(self, batch: Batch) -> TableColumns:
        if any("veneno" in text for text in batch.texts):
            raise ValueError("veneno")
        return {"shout": {"loud": [text.isupper() for text in batch.texts]}}


@pytest.fixture(scope="module")
def shouting() -> ModuleType:
    module = ModuleType("shouting")

    def register_analyzers(register) -> None:
        register("shout", Shout)

    module.register_analyzers = hookimpl(register_analyzers)
    return module


def test_an_analyzer_of_ones_own_takes_part_and_its_failure_is_reported(shouting) -> None:
    engine = Engine(analyzers=["shout", "pqrs"], plugins=[shouting])
    result = engine.analyze(["QUIERO MI PLATA", "veneno", "gracias por todo"])
    assert [failure["plugin"] for failure in result.failures] == ["shout"]
    assert None not in result.messages["pqrs"]


def test_fail_fast_raises(shouting) -> None:
    with pytest.raises(ValueError, match="veneno"):
        Engine(analyzers=["shout"], plugins=[shouting], fail_fast=True).analyze(["veneno"])


def test_modules_cannot_travel_to_other_processes(shouting) -> None:
    with pytest.raises(UsageError, match="cannot travel"):
        Engine(plugins=[shouting], jobs=2)


def test_an_unknown_analyzer_is_refused() -> None:
    with pytest.raises(UsageError, match="no analyzer named 'telepatia'"):
        Engine(analyzers=["telepatia"])


def test_false_and_zero_are_values_and_not_missing_ones(engine: Engine) -> None:
    with pytest.raises(UsageError, match="Record 1 is a bool"):
        engine.analyze([False])  # type: ignore[list-item]
