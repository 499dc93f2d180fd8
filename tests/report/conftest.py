"""Pages of the report's tests."""

from __future__ import annotations

import shutil
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
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

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


ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Opened:
    """A page with everything it complained about or asked the network for."""

    def __init__(
        self,
        browser: Browser,
        path: Path,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        at: str = "",
    ) -> None:
        self.page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on(
            "console", lambda m: m.type in {"error", "warning"} and self.errors.append(m.text)
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri() + at)
        if self.count("#open-filters"):
            self.page.wait_for_selector("html[data-ready]")

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def kept_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Opens a report once for all tests of a module that leave its page as they found it."""
    views: dict[tuple[Any, ...], Opened] = {}

    def opened(path: Path, **how: Any) -> Opened:
        key = (path, *sorted(how.items()))
        if key not in views:
            views[key] = Opened(browser, path, **how)
        return views[key]

    yield opened
    for view in views.values():
        view.page.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Opens a report; every page is closed at the end of the test."""
    views: list[Opened] = []

    def opened(path: Path, **how: object) -> Opened:
        views.append(Opened(browser, path, **how))  # type: ignore[arg-type]
        return views[-1]

    yield opened
    for view in views:
        view.page.close()
