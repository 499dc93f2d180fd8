"""Pages of the report's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vocmine.report import render_report

if TYPE_CHECKING:
    from vocmine.store.database import Store


@pytest.fixture(scope="session")
def bank_html(bank: Store) -> str:
    return render_report(bank.db, title="Voz del cliente de Banco Páramo")
