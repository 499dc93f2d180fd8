"""Pages of the report's tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vocmine.report import render_report
from vocmine.report.render import _environment as page_environment
from vocmine.report.section_list import SECTIONS
from vocmine.report.section_parts import Sheet
from vocmine.report.wording import Wording

sys.path[:0] = [str(Path(__file__).parent)]
import made_decisions  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from vocmine.store.database import Store


@pytest.fixture(scope="session")
def bank_html(bank: Store) -> str:
    return render_report(bank.db, title="Voz del cliente de Banco Páramo")


@pytest.fixture
def sheet() -> Callable[..., Sheet]:
    """Decisions made by hand in a language, as the sections get them; values replace theirs."""

    def made(lang: str = "es", **given: Any) -> Sheet:
        return Sheet(made_decisions.decisions(**given), Wording(lang), {})

    return made


@pytest.fixture
def written() -> Callable[..., str]:
    """HTML of one section of a sheet, as its template writes it into the page."""

    def write(name: str, sheet: Sheet) -> str:
        source = (
            '{% import "macros.html.j2" as m %}'
            "{% if s.absent %}{{ s.absent }}{% else %}"
            f'{{% include "section_{name}.html.j2" %}}'
            "{% endif %}"
        )
        words = sheet.words
        section = SECTIONS[name](sheet)
        return (
            page_environment()
            .from_string(source)
            .render(s=section, t=words.text, count=words.count)
            .replace("\u00a0", " ")
        )

    return write
