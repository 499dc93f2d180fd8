"""Layouts of vendors: what the files may say, which one a table gets, and the user's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from vocmine.errors import UsageError
from vocmine.readers import map_columns
from vocmine.readers.layout_files import parse_layouts
from vocmine.readers.layouts import METRICS, OWN, Layout, find_layout, layouts

MINE = """
name = "Mesa Sur"
kind = "tickets"
columns = ["Caso Nro|Nro Caso", "Lo que pasó", "Quién atendió"]
context = ["Qué respondimos"]

[fields]
text = ["Lo que pasó"]
external_id = ["Caso Nro", "Nro Caso"]
title = []

[metrics]
closed_at = ["Cerrado el", "Resuelto el"]
"""
HEADER = ["nro caso", "LO QUE PASO", "Quien atendio", "Asunto", "Qué respondimos", "Resuelto el"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "vendors"
    folder.mkdir()
    monkeypatch.setenv(OWN, str(folder))
    return folder


def parsed(text: str) -> Layout:
    (layout,) = parse_layouts(text, "mesa.toml", own=True)
    return layout


# The files that come with vocmine


def test_every_file_of_vocmine_is_read_and_no_two_layouts_have_one_name() -> None:
    names = [layout.name for layout in layouts()]
    assert len(set(names)) == len(names)
    assert {layout.vendor for layout in layouts()} >= {
        "Zendesk", "Freshdesk", "Freshservice", "Jira", "Intercom", "HubSpot", "Salesforce",
        "ServiceNow", "SFC Smartsupervisión", "CONDUSEF REDECO", "Supersalud PQRD", "PQRS",
        "Google Play", "App Store Connect", "App Store RSS", "Google Business Profile",
        "Trustpilot", "TripAdvisor", "Mercado Libre", "Amazon", "Yelp",
    }  # fmt: skip


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_a_table_with_the_columns_of_a_layout_gets_it(layout: Layout) -> None:
    found = find_layout(sorted(some)[0] for some in layout.needed)
    assert found is not None
    assert found.vendor == layout.vendor
    assert find_layout(["id", "texto", "fecha"]) is None


@pytest.mark.parametrize(
    ("columns", "kind", "vendor"),
    [
        (["Package Name", "Star Rating", "Review Text"], "reviews", "Google Play"),
        (["id", "attributes.rating", "attributes.body"], "reviews", "App Store Connect"),
        (["im:rating.label", "content.label"], "reviews", "App Store RSS"),
        (["reviewId", "starRating", "createTime"], "reviews", "Google Business Profile"),
        (["rate", "content", "likes", "dislikes"], "reviews", "Mercado Libre"),
        (["rating", "title", "text", "asin"], "reviews", "Amazon"),
        (["stars", "text", "consumer.displayName"], "reviews", "Trustpilot"),
        (["review_id", "business_id", "stars", "text"], "reviews", "Yelp"),
        (["rating", "text", "trip_type"], "reviews", "TripAdvisor"),
        (["codigo_queja", "texto_queja"], "tickets", "SFC Smartsupervisión"),
        (["Summary", "Issue key", "Project key"], "tickets", "Jira"),
        (["Ticket ID", "Subject", "Agent interactions"], "tickets", "Freshdesk"),
        (["CaseNumber", "Subject", "Description"], "tickets", "Salesforce"),
        (["Summation column", "Subject", "Requester"], "tickets", "Zendesk"),
    ],
)
def test_vendors_are_known_by_a_few_of_their_columns(
    columns: list[str], kind: str, vendor: str
) -> None:
    found = find_layout(columns)
    assert found is not None
    assert (found.kind, found.vendor) == (kind, vendor)


@pytest.mark.parametrize("columns", [["id", "texto", "estrellas"], ["id", "texto"]])
def test_plain_columns_are_no_vendors(columns: list[str]) -> None:
    assert find_layout(columns) is None


def test_no_layout_names_a_column_twice_for_one_thing() -> None:
    for layout in layouts():
        for columns in [*layout.fields.values(), *layout.metrics.values(), layout.context]:
            assert len(set(columns)) == len(columns), layout.name


# A file of the user's


def test_a_users_layout_says_fields_context_and_common_names(own_folder: Path) -> None:
    (own_folder / "mesa.toml").write_text(MINE, encoding="utf-8")
    row = ["7", "No llegó el pedido", "Luis", "Reclamo", "Ya va", "12/03/2026"]
    found = map_columns(HEADER, [row], {})
    assert found.layout is not None
    assert (found.layout.name, found.layout.own) == ("Mesa Sur", True)
    assert found.fields == {"text": "LO QUE PASO", "external_id": "nro caso"}
    assert found.context == ("Qué respondimos",)
    assert found.metrics == {"closed_at": ("Resuelto el",)}
    assert found.details() == {
        "context": "Qué respondimos",
        "vendor": "Mesa Sur",
        "kept as": "closed_at <- Resuelto el",
    }


def test_what_the_user_maps_goes_before_the_layout(own_folder: Path) -> None:
    (own_folder / "mesa.toml").write_text(MINE, encoding="utf-8")
    found = map_columns(HEADER, [], {"text": "Asunto", "external_id": ""})
    assert (found.fields, found.text_by) == ({"text": "Asunto"}, "user")


def test_a_users_layout_goes_before_those_of_vocmine(own_folder: Path) -> None:
    columns = ["Ticket ID", "Subject", "Agent interactions", "Lo que dijo"]
    assert find_layout(columns).vendor == "Freshdesk"  # type: ignore[union-attr]
    text = 'name = "Mío"\nkind = "tickets"\ncolumns = ["ticket id", "lo que dijo"]\n'
    (own_folder / "mio.toml").write_text(text, encoding="utf-8")
    assert find_layout(columns).vendor == "Mío"  # type: ignore[union-attr]


def test_a_layout_is_read_again_when_its_file_changes(own_folder: Path) -> None:
    path = own_folder / "mesa.toml"
    path.write_text(MINE, encoding="utf-8")
    assert find_layout(HEADER) is not None
    path.unlink()
    assert find_layout(HEADER) is None


def test_without_the_variable_the_users_data_folder_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(OWN)
    monkeypatch.setattr("vocmine.readers.layouts.data_folder", lambda: tmp_path)
    (tmp_path / "vendors" / "mesa.toml").write_text(MINE, encoding="utf-8")
    assert find_layout(HEADER) is not None


def test_a_variable_that_names_no_folder_is_a_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OWN, "/no/hay")
    with pytest.raises(UsageError, match="VOCMINE_VENDORS names '/no/hay', which is no folder"):
        layouts()


def test_the_exports_of_a_file_share_what_stands_outside_them() -> None:
    first, second = parse_layouts(
        'name = "X"\nkind = "reviews"\nwarning = "ojo"\n[fields]\ntitle = "t"\ntext = "a"\n'
        '[[export]]\nname = "uno"\ncolumns = ["a"]\n'
        '[[export]]\nname = "dos"\ncolumns = ["b"]\nwarning = ""\nfields = { text = "b" }\n',
        "x.toml",
        own=False,
    )
    assert (first.name, first.warning) == ("X (uno)", "ojo")
    assert first.fields == {"title": ("t",), "text": ("a",)}
    assert (second.name, second.warning) == ("X (dos)", "")
    assert second.fields == {"title": ("t",), "text": ("b",)}


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('"Mesa Sur"', '"Mesa Sur', "is not valid TOML"),
        ('kind = "tickets"', 'kind = "chats"', "'kind' is one of tickets, reviews, not 'chats'"),
        ('name = "Mesa Sur"', "", "'name' must be a text"),
        ("context =", "contexto =", "no key 'contexto'; use one of name, kind"),
        ("external_id =", "id =", "no key 'id' in fields; use one of text, title"),
        ("closed_at =", "cierre =", "no key 'cierre' in metrics; use one of first_reply_at"),
        ('["Qué respondimos"]', "7", "'context' must be a text or a list of texts"),
        ("[fields]", "skip = ['Caso']\n[fields]", "'skip' must be a list of rules"),
        ("[metrics]", "[turns]\nbody = 'b'\n[metrics]", "must say where they are, with 'list'"),
        (
            "[metrics]",
            "[turns]\ncells = 'x'\npattern = '('\n[metrics]",
            "'pattern' is no regular expression",
        ),
        (
            "[metrics]",
            "[turns]\ncells = 'x'\npattern = '.*'\n[metrics]",
            r"must have a group \(\?P<body>",
        ),
        (
            "[metrics]",
            "[turns]\nlist = 'x'\ncustomer = [{ key = 'a' }]\n[metrics]",
            "each rule of 'customer' has a 'key' and one of",
        ),
    ],
)
def test_a_mistake_in_a_layout_is_named_with_its_file(old: str, new: str, error: str) -> None:
    assert old in MINE
    with pytest.raises(UsageError, match=error) as caught:
        parsed(MINE.replace(old, new, 1))
    assert "mesa.toml" in str(caught.value)
    assert "docs/vendors.md" in caught.value.hint


def test_a_layout_without_columns_to_tell_it_is_refused() -> None:
    with pytest.raises(UsageError, match="'columns' must name the columns"):
        parsed('name = "X"\nkind = "tickets"\n')


def test_the_common_names_are_explained_to_users() -> None:
    page = (Path(__file__).parent.parent / "docs" / "vendors.md").read_text("utf-8")
    assert [name for name in METRICS if f"`{name}`" not in page] == []


def test_the_page_names_every_vendor() -> None:
    page = (Path(__file__).parent.parent / "docs" / "vendors.md").read_text("utf-8")
    assert {layout.vendor for layout in layouts() if layout.vendor not in page} == set()
    assert (files("vocmine.readers") / "vendors" / "zendesk.toml").is_file()


def test_a_layout_that_is_not_utf_8_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mio.toml").write_bytes('vendor = "Atención"\n'.encode("cp1252"))
    monkeypatch.setenv("VOCMINE_VENDORS", str(tmp_path))
    with pytest.raises(UsageError, match=r"mio\.toml.*cannot be read") as error:
        find_layout(["Radicado"])
    assert "UTF-8" in error.value.hint
