"""Which column holds what: by name, by content, and by what the user says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.cli.reading import read_options
from vocmine.errors import UsageError
from vocmine.readers import ColumnMapping, map_columns
from vocmine.readers.aliases import plain

COMPLAINT = "Me cobraron dos veces el mismo recibo y nadie responde"


def mapped(
    columns: list[str], *rows: list[str], overrides: dict[str, str] | None = None
) -> ColumnMapping:
    return map_columns(columns, list(rows), overrides or {})


@pytest.mark.parametrize(
    "header",
    [
        "Descripción", "DESCRIPCION", "descripcion de la queja", "Descripción_Queja", "hechos",
        "texto_queja", "Comentario", "Comentarios del cliente", "opinión", "Reseña", "Review Text",
        "body", "content", "comment", "mensaje", "Mensagem", "Reclamo", "verbatim", "Descrição",
        "Relato de los hechos", "Observaciones", "description_text", "Texto del mensaje:",
        "¿Qué comentario nos dejas?", "feedback", "attributes.body", "content.label",
        "¿Por qué nos das esa nota?", "Descripcion__c", "Texto de la reseña", "Full_Text",
    ],
)  # fmt: skip
def test_the_text_is_known_by_its_header_in_three_languages(header: str) -> None:
    columns = ["id", "Tipo de queja", header, "Observaciones internas", "Estado"]
    found = mapped(
        columns, ["1", "Cobro", COMPLAINT, "Se revisó el caso con facturación", "Abierto"]
    )
    assert found.fields["text"] == header
    assert found.text_by == "header"
    assert found.warnings == ()


@pytest.mark.parametrize(
    "header",
    ["numero_radicado", "No. Radicado", "Radicado", "Ticket ID", "Case Number", "CaseNumber",
     "Issue key", "Folio", "codigo_queja", "Protocolo", "ID", "reviewId", "Número de caso"],
)  # fmt: skip
def test_the_identifier_is_known_by_its_header(header: str) -> None:
    found = mapped([header, "texto"], ["A-1", "hola"], ["A-2", "adiós"])
    assert found.fields["external_id"] == header


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Fecha de radicación", "04/03/2026"), ("fecha_creacion", "2026-03-04"),
        ("Created at", "2026-03-04T10:00:00Z"), ("Date/Time Opened", "3/4/2026"),
        ("Marca temporal", "4/3/2026 10:00:00"), ("Data da reclamação", "04/03/2026"),
        ("attributes.createdDate", "2026-03-04T10:00:00-05:00"), ("timestamp", "1772619072000"),
    ],
)  # fmt: skip
def test_the_date_is_known_by_its_header(header: str, cell: str) -> None:
    columns = ["Fecha de respuesta", "texto", header]
    assert mapped(columns, ["05/03/2026", "hola", cell]).fields["created_at"] == header


@pytest.mark.parametrize(
    ("field", "header", "cell"),
    [
        ("title", "Asunto", "Cobro doble"), ("title", "Subject", "Double charge"),
        ("channel", "Canal", "Web"), ("channel", "medio_recepcion", "Telefónico"),
        ("author", "Nombre del cliente", "Ana Gil"), ("author", "reviewerNickname", "anagil"),
        ("country", "País", "Colombia"), ("country", "territory", "COL"),
        ("score", "Estrellas", "4"), ("score", "Calificación", "9"),
        ("score", "starRating", "FIVE"),
    ],
)  # fmt: skip
def test_the_other_fields_are_known_by_their_headers(field: str, header: str, cell: str) -> None:
    assert mapped(["texto", header], ["hola", cell]).fields[field] == header


def test_the_columns_of_the_companys_answers_are_context_not_text() -> None:
    found = mapped(
        ["id", "respuesta", "comentario", "Internal Comments"],
        ["1", "Estimado cliente, lamentamos mucho lo ocurrido con su pedido", "mal", "ver nota"],
    )
    assert found.fields["text"] == "comentario"
    assert found.context == ("respuesta", "Internal Comments")


def test_without_a_known_header_the_wordiest_column_is_taken_with_a_warning() -> None:
    found = mapped(
        ["ref", "x1", "x2", "x3"],
        ["1", "Bogotá", COMPLAINT, "2026-01-01"],
        ["2", "Cali", "El asesor fue muy amable y resolvió todo", "2026-01-02"],
    )
    assert found.fields["text"] == "x2"
    assert found.text_by == "content"
    (warning,) = (warning for warning in found.warnings if "'x2'" in warning)
    assert "'x2' was taken for its content" in warning
    assert "--map text=COLUMN" in warning


def test_links_hashes_and_one_repeated_sentence_are_not_taken_for_text() -> None:
    found = mapped(
        ["link", "hash", "aviso"],
        *([f"https://example.com/una/pagina/muy/larga/{n}", f"{n:032x}", "n/a"] for n in range(9)),
    )
    assert "text" not in found.fields


def test_a_column_named_as_text_that_holds_numbers_is_not_the_text() -> None:
    found = mapped(["content", "comentario"], ["3", COMPLAINT], ["4", "bien"])
    assert found.fields["text"] == "comentario"


def test_a_description_that_repeats_is_of_the_product_when_there_are_comments() -> None:
    rows = [["Licuadora de vaso", f"{COMPLAINT} {n}"] for n in range(8)]
    assert mapped(["Descripción", "Comentario"], *rows).fields["text"] == "Comentario"
    assert mapped(["Descripción", "Ciudad"], *rows).fields["text"] == "Descripción"


def test_a_date_column_without_dates_is_left_out_with_a_warning() -> None:
    found = mapped(["texto", "Fecha"], [COMPLAINT, "pronto"], ["bien", "luego"])
    assert "created_at" not in found.fields
    assert "'Fecha' do not read like dates" in found.warnings[0]


def test_with_a_subject_and_no_body_the_subject_is_analysed_with_a_warning() -> None:
    found = mapped(["Id", "Subject", "Status"], ["1", "No puedo entrar a mi cuenta", "open"])
    assert (found.fields["text"], found.text_by) == ("Subject", "title")
    assert "title" not in found.fields
    assert "only 'Subject' is analysed" in found.warnings[0]


def test_an_identifier_that_repeats_across_different_rows_is_left_out_with_a_warning() -> None:
    rows = [["C1", f"{COMPLAINT} {n}"] for n in range(10)]
    found = mapped(["id", "texto"], *rows)
    assert "external_id" not in found.fields
    assert "'id' repeats its values" in found.warnings[0]


def test_an_identifier_is_kept_when_whole_rows_repeat() -> None:
    rows = [["C1", COMPLAINT]] * 10
    assert mapped(["id", "texto"], *rows).fields["external_id"] == "id"


def test_a_better_identifier_is_taken_when_the_first_repeats() -> None:
    rows = [["C1", str(n), f"{COMPLAINT} {n}"] for n in range(10)]
    found = mapped(["ticket_id", "id", "texto"], *rows)
    assert found.fields["external_id"] == "id"
    assert found.warnings == ()


def test_a_rating_column_must_hold_ratings() -> None:
    rows = [["hola", "Offered"], ["adiós", "Unoffered"]]
    assert "score" not in mapped(["texto", "Satisfaction Score"], *rows).fields


# What the user says


def test_the_users_mapping_wins_and_forgives_case_and_accents() -> None:
    found = mapped(
        ["id", "Descripción", "Relato"],
        ["1", COMPLAINT, "otra cosa"],
        overrides={"text": "RELATO", "title": "descripcion"},
    )
    assert found.fields["text"] == "Relato"
    assert found.fields["title"] == "Descripción"
    assert found.text_by == "user"


def test_an_empty_column_leaves_a_field_unmapped() -> None:
    found = mapped(["id", "texto"], ["1", COMPLAINT], overrides={"external_id": ""})
    assert "external_id" not in found.fields


def test_a_field_is_left_unmapped_on_the_command_line_too() -> None:
    assert read_options({"mapping": ("created_at=",)}, "").mapping == {"created_at": ""}
    with pytest.raises(UsageError, match="--map '=Fecha' is not KEY=VALUE"):
        read_options({"mapping": ("=Fecha",)}, "")


def test_an_unknown_column_is_a_wrong_use_that_lists_the_columns() -> None:
    with pytest.raises(UsageError, match=r"no column 'Relato'.*columns are: id, texto"):
        mapped(["id", "texto"], ["1", "x"], overrides={"text": "Relato"})


def test_an_unknown_field_is_a_wrong_use_that_lists_the_fields() -> None:
    with pytest.raises(UsageError, match=r"no field 'texto'.*text, title, external_id"):
        mapped(["id", "texto"], ["1", "x"], overrides={"texto": "texto"})


@given(
    st.lists(st.text(min_size=1), min_size=1, max_size=6, unique=True),
    st.lists(st.text(), min_size=0, max_size=4),
)
def test_no_table_makes_the_mapping_fail_or_use_a_column_twice(
    columns: list[str], cells: list[str]
) -> None:
    rows = [[cell] * len(columns) for cell in cells]
    fields = map_columns(columns, rows, {}).fields
    assert len(set(fields.values())) == len(fields)
    assert set(fields.values()) <= set(columns)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Descripción_Queja ", "descripcion queja"),
        ("createdAt", "created at"),
        ("¿Por qué?", "por que"),
        ("Motivo__c", "motivo"),
        ("FECHA  DE\nRADICACIÓN", "fecha de radicacion"),
    ],
)
def test_headers_are_compared_without_case_accents_and_punctuation(header: str, name: str) -> None:
    assert plain(header) == name
