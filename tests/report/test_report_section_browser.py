"""The sections of the decisions in a real browser: drawn, narrow, escaped, and led to messages."""

from __future__ import annotations

import made_decisions
import pytest

from vocmine.report import render_report, write_report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
OURS = ("points", "series", "levels", "journey-curve", "by-ciudad")


@pytest.fixture(scope="module")
def path(bank, tmp_path_factory):
    html = render_report(bank.db, decisions=made_decisions.decisions())
    return write_report(tmp_path_factory.mktemp("sections") / "informe.html", html)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_they_open_drawn_without_an_error_or_sideways_scrolling(kept_page, path, width, scheme):
    view = kept_page(path, width=width, scheme=scheme)
    assert view.errors == []
    assert view.page.evaluate("document.documentElement.scrollWidth") <= width
    for name in OURS:
        assert view.count(f'[data-chart="{name}"] svg path') > 3


def test_an_event_is_named_on_the_chart_of_time(kept_page, path):
    texts = (
        kept_page(path, width=1280, scheme="light")
        .page.locator('[data-chart="series"] svg text')
        .all_text_contents()
    )
    assert "Paro de transporte" in texts


def test_words_of_customers_stay_text(kept_page, path):
    opened = kept_page(path, width=1280, scheme="light").page
    assert opened.locator("#friction blockquote script").count() == 0
    assert "<script>alert('x')</script>" in opened.locator("#friction").inner_text()


def test_a_point_leads_to_messages_that_complain_of_it(open_page, path):
    opened = open_page(path).page
    opened.locator("#friction .point-link a").first.click()
    sync_api.expect(opened.locator("#cards .card").first).to_be_visible()
    lists = opened.locator("#cards .card .card-insights").all_inner_texts()
    assert all("Cobro" in text for text in lists)


def test_a_point_leads_to_its_area(open_page, path):
    opened = open_page(path).page
    link = opened.locator('#friction a[href="#area-facturacion"]').first
    link.click()
    sync_api.expect(opened.locator("#area-facturacion")).to_be_in_viewport()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend(kept_page, path, scheme, width):
    """With all chapters there are, everything open and a filter set."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = kept_page(path, scheme=scheme, width=width).page
    page.click("#open-filters")
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.select_option("select[name='in.stage']", "use")
    rules = ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]
    found = axe.Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    told = [
        (rule["id"], node["target"], node["failureSummary"][:200])
        for rule in found.response["violations"]
        for node in rule["nodes"][:3]
    ]
    assert told == []
