"""Gold data: which columns hold labels, what labels are called, and rows that cannot be used."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from vocmine.catalogue import INTERFACE_LANGS, label_set
from vocmine.display import LABELS, name_of
from vocmine.errors import SourceError, UsageError
from vocmine.evaluation.gold import Gold, Task, locate, read_gold
from vocmine.evaluation.labels import LabelNames
from vocmine.plugin import ReadOptions

TASKS = (
    Task("pqrs", "message", False, label_set("pqrs").codes),
    Task("churn", "message", False, (0, 1)),
    Task("recommend", "message", False, (-1, 0, 1)),
    Task("emotions", "message", True, label_set("emotion").codes),
    Task("area", "message", False, ("Cartera", "Tarjetas")),
    Task("polarity", "segment", False, (-2, -1, 0, 1, 2)),
    Task("friction", "segment", False, label_set("friction").codes),
)
GUIDE = Path(__file__).parents[1] / "docs" / "evaluate.md"
TEXT = "Llevo tres semanas esperando y nadie contesta"
OTHER = "La asesora fue amable y resolvió todo en minutos"


def read(path: Path, content: str, *, limit: int = 0, **mapping: str) -> Gold:
    path.write_text(content, "utf-8")
    return read_gold(path, TASKS, ReadOptions(mapping=mapping), limit=limit)


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


GRIEVANCE = label_set("pqrs").labels[2]


@pytest.mark.parametrize("name", ["grievance", " QUEJA ", *GRIEVANCE.names.values()])
def test_a_label_is_known_by_its_code_and_its_names(tmp_path: Path, name: str) -> None:
    found = read(tmp_path / "g.csv", f"texto,pqrs\n{TEXT},{name}\n")
    assert found.messages[0].labels == {"pqrs": "grievance"}


def test_case_and_accents_do_not_matter_and_signs_do() -> None:
    names = LabelNames("pqrs", label_set("pqrs").codes)
    assert names.code("FELICITACION") == "compliment"
    numbers = LabelNames("recommend", (-1, 0, 1))
    assert [numbers.code(text) for text in ("-1", "1", "+1", "1.0", "2")] == [-1, 1, 1, 1, None]


@pytest.mark.parametrize(("text", "code"), [("sí", 1), ("Si", 1), ("não", 0), ("true", 1)])
def test_flags_are_said_in_words(text: str, code: int) -> None:
    assert LabelNames("churn", (0, 1)).code(text) == code


@pytest.mark.parametrize("column", sorted(set(LABELS) - {"level", "phase"}))
def test_no_name_stands_for_two_labels_of_a_task(column: str) -> None:
    codes = label_set(LABELS[column]).codes
    names = LabelNames(column, codes)
    for lang in INTERFACE_LANGS:
        assert [names.code(str(name_of(column, code, lang))) for code in codes] == list(codes)


def test_columns_are_found_by_code_or_heading(tmp_path: Path) -> None:
    found = read(
        tmp_path / "g.csv",
        "Descripción;PQRS;Intención de retiro;Recomienda;Emociones\n"
        f"{TEXT};Queja;sí;;rabia, frustración\n",
    )
    (message,) = found.messages
    assert message.text == TEXT
    assert message.labels == {"pqrs": "grievance", "churn": 1}
    assert message.sets == {"emotions": {"anger", "frustration"}}
    assert found.problems == []


def test_a_column_of_another_name_is_mapped(tmp_path: Path) -> None:
    found = read(
        tmp_path / "g.csv",
        f"Hechos,Tipo de solicitud\n{TEXT},Queja\n",
        text="Hechos",
        pqrs="tipo de solicitud",
    )
    assert found.messages[0].labels == {"pqrs": "grievance"}


def test_a_portuguese_text_column_is_not_taken_for_labels(tmp_path: Path) -> None:
    found = read(tmp_path / "g.csv", f"Manifestação,churn\n{TEXT},1\n")
    assert found.messages[0].text == TEXT
    assert found.messages[0].labels == {"churn": 1}


def test_own_categories_are_known_by_their_names_and_stand_for_a_friction(tmp_path: Path) -> None:
    own = {"cobro_doble": "cobro_doble", "Cobro doble": "cobro_doble"}
    (tmp_path / "g.csv").write_text(f"texto,category,friction\n{TEXT},cobro doble,Cobro doble\n")
    tasks = (
        Task("friction", "segment", False, ("billing", "none"), dict.fromkeys(own, "billing")),
        Task("category", "segment", False, ("cobro_doble", "none"), own),
    )
    (message,) = read_gold(tmp_path / "g.csv", tasks, ReadOptions()).messages
    assert [dict(p.labels) for p in message.points or ()] == [
        {"friction": "billing", "category": "cobro_doble"}
    ]


def test_the_labels_of_an_own_model_are_read_as_they_are_spelt_there(tmp_path: Path) -> None:
    found = read(tmp_path / "g.csv", f"texto,area\n{TEXT},tarjetas\n{OTHER},Leasing\n")
    assert found.messages[0].labels == {"area": "Tarjetas"}
    assert found.messages[1].labels == {}
    assert "'Leasing' is no label of area; use one of: Cartera, Tarjetas" in found.problems[0]


def test_an_unknown_label_is_named_with_its_row_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = read(
        tmp_path / "g.csv", f"texto,pqrs,churn\n{TEXT},tutela,1\n{OTHER},felicitación,no\n"
    )
    assert [m.labels for m in found.messages] == [{"churn": 1}, {"pqrs": "compliment", "churn": 0}]
    (problem,) = found.problems
    assert problem.startswith("row 2: 'tutela' is no label of pqrs; use one of: petition,")


@pytest.mark.parametrize("cell", ["rabia;tristeza", "rabia | tristeza", '["anger", "sadness"]'])
def test_several_emotions_stand_between_separators_or_in_a_list(tmp_path: Path, cell: str) -> None:
    found = read(tmp_path / "g.tsv", f"texto\temotions\n{TEXT}\t{cell}\n{OTHER}\t\n")
    assert [m.sets["emotions"] for m in found.messages] == [{"anger", "sadness"}, set()]


@pytest.mark.parametrize("cell", ["none", "Ninguna", "nenhuma", "-", "[]"])
def test_no_emotion_can_be_said_in_words(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "g.tsv"
    path.write_text(f"texto\temotions\n{TEXT}\t{cell}\n{OTHER}\t\n", "utf-8")
    said = read_gold(path, TASKS, ReadOptions(), blank_is_none=False)
    assert said.problems == []
    # A blank cell is nobody's word, unless it is taken for one.
    assert [m.sets for m in said.messages] == [{"emotions": frozenset()}, {}]
    taken = read_gold(path, TASKS, ReadOptions())
    assert [m.sets for m in taken.messages] == [{"emotions": frozenset()}] * 2


def test_json_lines_hold_lists_of_emotions_and_of_insights(tmp_path: Path) -> None:
    point = {"quote": "nadie contesta", "polarity": -2, "friction": "sin respuesta"}
    found = read(
        tmp_path / "g.jsonl",
        lines(
            {"text": TEXT, "lang": "es", "emotions": ["anger"], "insights": [point]},
            {"text": OTHER, "lang": "es", "emotions": [], "insights": []},
        ),
    )
    first, second = found.messages
    assert first.sets["emotions"] == {"anger"}
    assert first.lang == "es"
    assert first.points is not None
    assert TEXT[first.points[0].start : first.points[0].end] == "nadie contesta"
    assert first.points[0].labels == {"polarity": -2, "friction": "no_response"}
    assert second.sets["emotions"] == frozenset()
    assert second.points == []
    assert found.quoted


def test_rows_with_quotes_of_one_text_are_one_message(tmp_path: Path) -> None:
    found = read(
        tmp_path / "g.csv",
        "id,texto,pqrs,cita,friction,polarity\n"
        f"A1,{TEXT},reclamo,tres semanas esperando,demora,-1\n"
        f"A1,{TEXT},,nadie contesta,sin respuesta,-2\n"
        f"B2,{OTHER},felicitación,,,\n",
    )
    first, second = found.messages
    assert first.labels == {"pqrs": "claim"}
    assert [p.labels["friction"] for p in first.points or ()] == ["delay", "no_response"]
    assert second.points == [], "no quote: it makes no point"


def test_rows_of_one_message_that_disagree_are_named(tmp_path: Path) -> None:
    found = read(
        tmp_path / "g.csv",
        "id,texto,pqrs,quote,friction\n"
        f"A1,{TEXT},reclamo,tres semanas,demora\n"
        f"A1,{TEXT},queja,nadie contesta,demora\n"
        f"A1,{OTHER},,amable,\n"
        f"B2,{TEXT} hoy,,nadie,precio\n",
    )
    assert found.messages[0].labels == {"pqrs": "claim"}
    assert len(found.problems) == 2
    assert "row 3: pqrs is 'queja', and 'claim' in row 2 of the same message" in found.problems[0]
    assert "row 4: the id 'A1' is that of row 2" in found.problems[1]


def test_labels_of_insights_without_quotes_are_of_the_whole_text(tmp_path: Path) -> None:
    found = read(tmp_path / "g.csv", f"texto,friction\n{TEXT},demora\n{OTHER},\n")
    assert not found.quoted
    assert found.messages[0].points is not None
    assert (found.messages[0].points[0].start, found.messages[0].points[0].end) == (0, len(TEXT))
    assert found.messages[1].points is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"insights": [{"quote": "nadie responde"}]}, "the quote 'nadie responde' is not in the"),
        ({"insights": [{"friction": "delay"}]}, "the quote '' is not in the text"),
        ({"insights": ["nadie contesta"]}, "its insights are no JSON list of objects"),
        ({"insights": [{"quote": "nadie", "friction": "lío"}]}, "'lío' is no label of friction"),
    ],
)
def test_an_insight_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, given: dict[str, Any], says: str
) -> None:
    found = read(
        tmp_path / "g.jsonl", lines({"text": OTHER, "pqrs": "claim"}, {"text": TEXT} | given)
    )
    assert len(found.messages) == 2
    (problem,) = found.problems
    assert problem.startswith("line 2: ")
    assert says in problem


@pytest.mark.parametrize(
    ("start", "expected"),
    [(None, 0), (8, 8), ("8", 8), (3, -1), ("x", -1)],
)
def test_a_quote_stands_where_the_data_say_or_where_it_is_found(
    start: object, expected: int
) -> None:
    assert locate("no pude no pude", "no pude", start) == expected


def test_offsets_of_another_program_do_no_harm_to_a_quote_that_is_there_once() -> None:
    assert locate("😀 no pude entrar", "no pude", 3) == 2


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "g.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("Texto", "PQRS", "Recomienda"), (TEXT, "Queja", -1)]):
            sheet.write_row(number, 0, row)
    (message,) = read_gold(path, TASKS, ReadOptions()).messages
    assert message.labels == {"pqrs": "grievance", "recommend": -1}


def test_rows_without_words_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path / "g.csv", f"texto,pqrs\n{TEXT},queja\n,queja\n")
    assert (len(found.messages), found.skipped) == (1, 1)


def test_a_limit_is_one_of_messages(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},{TEXT} {n},{quote},-1\n" for n in range(4) for quote in ("nadie contesta", "semanas")
    )
    found = read(tmp_path / "g.csv", f"id,texto,quote,polarity\n{rows}", limit=2)
    assert [len(m.points or ()) for m in found.messages] == [2, 2]


def test_a_file_without_labels_says_which_columns_it_has(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"No column of g.csv holds labels; its columns are: id"):
        read(tmp_path / "g.csv", f"id,texto\n1,{TEXT}\n")


def test_a_mapping_to_nothing_that_exists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no column 'Tipo' to take pqrs from"):
        read(tmp_path / "g.csv", f"texto,x\n{TEXT},queja\n", pqrs="Tipo")
    with pytest.raises(UsageError, match="There is no field 'humor' to map"):
        read(tmp_path / "g.csv", f"texto,x\n{TEXT},queja\n", humor="x")


@pytest.mark.parametrize(("suffix", "points"), [(".csv", 2), (".jsonl", 1)])
def test_the_examples_of_the_guide_are_read_without_a_problem(
    tmp_path: Path, suffix: str, points: int
) -> None:
    blocks = re.findall(r"```\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    start = {".csv": "id,texto,", ".jsonl": '{"text"'}[suffix]
    (example,) = [block for block in blocks if block.startswith(start)]
    (tmp_path / f"g{suffix}").write_text(example, "utf-8")
    places = [Task(n, "segment", False, label_set(n).codes) for n in ("stage", "pyramid")]
    touchpoint = Task("touchpoint", "segment", False, label_set("touchpoint").codes)
    tasks = (*TASKS, *places, touchpoint)
    found = read_gold(tmp_path / f"g{suffix}", tasks, ReadOptions())
    assert found.problems == []
    (message,) = found.messages
    assert message.labels["pqrs"] == "claim"
    assert len(message.points or ()) == points
