"""The sections of the decisions in a real browser: drawn, narrow, escaped, and led to messages."""

from __future__ import annotations

import shutil

import made_decisions
import pytest

from vocmine.report import render_report, write_report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OURS = '[data-chart="points"], [data-chart="series"], [data-chart="levels"], ' + (
    '[data-chart="journey-curve"], [data-chart="by-ciudad"]'
)


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def path(bank, tmp_path_factory):
    html = render_report(bank.db, decisions=made_decisions.decisions())
    return write_report(tmp_path_factory.mktemp("sections") / "informe.html", html)


@pytest.fixture
def opened(browser, path, request):
    width = getattr(request, "param", 1280)
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.complaints = []
    page.on("console", lambda m: m.type in {"error", "warning"} and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(path.as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("opened", [1280, 390], indirect=True)
def test_they_open_without_an_error_or_sideways_scrolling(opened):
    assert opened.complaints == []
    width = opened.viewport_size["width"]
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("opened", [1280, 390], indirect=True)
def test_every_chart_of_theirs_is_drawn_with_its_marks(opened):
    boxes = opened.locator(OURS)
    assert boxes.count() == 5
    for index in range(5):
        assert boxes.nth(index).locator("svg path").count() > 3


def test_an_event_is_named_on_the_chart_of_time(opened):
    texts = opened.locator('[data-chart="series"] svg text').all_text_contents()
    assert "Paro de transporte" in texts


def test_words_of_customers_stay_text(opened):
    assert opened.locator("#friction blockquote script").count() == 0
    assert "<script>alert('x')</script>" in opened.locator("#friction").inner_text()


def test_a_point_leads_to_messages_that_complain_of_it(opened):
    opened.locator("#friction .point-link a").first.click()
    sync_api.expect(opened.locator("#cards .card").first).to_be_visible()
    lists = opened.locator("#cards .card .card-insights").all_inner_texts()
    assert all("Cobro" in text for text in lists)


def test_a_point_leads_to_its_area(opened):
    link = opened.locator('#friction a[href="#area-facturacion"]').first
    link.click()
    sync_api.expect(opened.locator("#area-facturacion")).to_be_in_viewport()
