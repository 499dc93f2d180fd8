"""The report in a real browser: it opens offline, draws, filters and prints without an error."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest

from vocmine.report import render_report, write_report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
HOSTILE = "</script><img src=x onerror=\"document.title='roto'\"> <b>me cobraron</b> dos veces"


@pytest.fixture(scope="module")
def report(tmp_path_factory, bank_html):
    return write_report(tmp_path_factory.mktemp("report") / "informe.html", bank_html)


@pytest.fixture
def opened(open_page, report):
    return open_page(report)


@pytest.fixture
def kept(kept_page, report):
    """A page that every test leaves as it found it."""
    return kept_page(report)


@pytest.mark.parametrize("width", [1280, 768, 390, 360])
def test_it_opens_without_errors_network_or_sideways_scrolling(open_page, report, width):
    view = open_page(report, width=width)
    assert view.errors == []
    assert {url.split(":")[0] for url in view.requests} == {"file"}
    assert view.page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_chart_is_drawn_inside_its_box(kept):
    charts = kept.count("[data-chart]")
    assert charts > 10
    assert kept.count("[data-chart] svg") == charts
    assert kept.count("[data-chart] svg path") > charts
    assert kept.page.evaluate(
        "[...document.querySelectorAll('[data-chart]')].every(box => "
        "box.querySelector('svg').getBoundingClientRect().width <= box.clientWidth + 1)"
    )


def test_a_phone_gets_the_charts_made_for_it(open_page, report):
    view = open_page(report, width=390)
    assert view.page.locator("#chart-time").evaluate("node => node.clientHeight") == 280
    view.page.set_viewport_size({"width": 1280, "height": 900})
    sync_api.expect(view.page.locator("#chart-time")).to_have_css("height", "320px")


def test_highlighted_words_are_the_quotes_in_the_store(kept, bank):
    quotes = {
        (external, quote)
        for external, quote in bank.conn.execute(
            "SELECT m.external_id, i.quote FROM insights AS i JOIN messages AS m "
            "ON m.id = i.message_id"
        )
    }
    texts = dict(bank.conn.execute("SELECT external_id, text FROM messages"))
    shown = kept.page.evaluate(
        "[...document.querySelectorAll('.card')].map(card => ["
        "card.querySelector('.card-head strong').textContent,"
        "card.querySelector('.card-text').textContent,"
        "[...card.querySelectorAll('mark')].map(mark => mark.textContent)])"
    )
    assert len(shown) == 20
    for external, text, marks in shown:
        assert text == texts[external]
        assert {(external, mark) for mark in marks} <= quotes
    assert any(marks for _, _, marks in shown)


def test_filters_ask_one_insight_for_everything(kept, bank):
    page = kept.page
    page.select_option("select[name=friction]", "billing")
    page.select_option("select[name=stage]", "use")
    expected = bank.conn.execute(
        "SELECT count(DISTINCT message_id) FROM insights "
        "WHERE friction = 'billing' AND stage = 'use' AND polarity < 0"
    ).fetchone()[0]
    assert page.inner_text("#found").startswith(f"{expected} mensajes cumplen")
    assert kept.count("mark.negative:not(.dim)") >= 20
    # No message is charged wrongly in a shop: each holds, but not in one insight.
    page.select_option("select[name=stage]", "support")
    assert page.inner_text("#found") == "Ningún mensaje cumple con esos filtros."
    page.click("button[type=reset]")
    sync_api.expect(page.locator("#found")).to_have_text("")
    assert kept.count(".card") == 20


def test_the_search_forgives_accents_and_capitals(opened):
    opened.page.fill("input[name=text]", "APLICACION cierra")
    assert "cumplen" in opened.page.inner_text("#found")
    for text in opened.page.locator(".card-text").all_inner_texts():
        assert "la aplicación se cierra sola" in text
    opened.page.fill("input[name=text]", "zzzz")
    assert opened.count(".card") == 0


def test_more_messages_come_until_there_are_no_more(opened):
    for _ in range(14):
        opened.page.click("#more")
    assert opened.count(".card") == 300
    assert not opened.page.is_visible("#more")


def test_a_friction_point_leads_to_its_messages_with_the_keyboard_alone(opened, bank):
    link = opened.page.locator(".point-link a").first
    link.focus()
    opened.page.keyboard.press("Enter")
    sync_api.expect(opened.page.locator("#found")).to_be_focused()
    place = [opened.page.input_value(f"select[name={n}]") for n in ("friction", "stage")]
    place.append(opened.page.input_value("select[name=touchpoint]"))
    expected = bank.conn.execute(
        "SELECT count(DISTINCT message_id) FROM insights WHERE polarity < 0 AND friction = ? "
        "AND stage = ? AND touchpoint = ?",
        place,
    ).fetchone()[0]
    assert opened.page.inner_text("#found").startswith(f"{expected} mensajes")


def test_a_part_of_a_bar_and_a_column_of_a_chart_lead_to_their_messages(opened):
    opened.page.locator(".bars .seg.after").first.click()
    sync_api.expect(opened.page).to_have_url(re.compile("friction=.*phase=after"))
    assert opened.page.input_value("select[name=friction]") != ""
    # The page scrolls to what was found first: a click meanwhile would miss.
    sync_api.expect(opened.page.locator("#found")).to_be_focused()
    column = opened.page.locator("#chart-time path[fill='#b84a17']").nth(3)
    column.scroll_into_view_if_needed()
    found = re.compile("period=.*mood=negative")
    for _ in range(5):  # a busy machine moves the page between finding the column and the click
        column.click()
        with suppress(sync_api.TimeoutError):
            opened.page.wait_for_url(found, timeout=3000)
            break
    sync_api.expect(opened.page).to_have_url(found)


def test_tooltips_are_words(kept):
    box = kept.page.locator("#chart-time")
    box.scroll_into_view_if_needed()
    box.locator("path[fill='#b84a17']").nth(3).hover()
    kept.page.wait_for_selector(".tip")
    assert "Negativos: " in kept.page.inner_text(".tip")


def test_names_of_parts_are_words_and_never_markup(open_page, build_store, record, tmp_path):
    with build_store([record(n, topic="<b>Cobros</b>") for n in range(3)]) as store:
        path = write_report(tmp_path / "temas.html", render_report(store.db))
    view = open_page(path)
    part = view.page.locator("#topics .seg").first
    assert part.get_attribute("title").startswith("<b>Cobros</b> · Negativos: ")
    assert view.count("#topics .bars b") == 0


def test_hostile_words_are_only_words(open_page, build_store, record, tmp_path):
    quote = (HOSTILE, -2, "billing", "use", "utility", "billing")
    records = [record(n, text=HOSTILE, quotes=(quote,), topic=HOSTILE) for n in range(60)]
    with build_store(records, source=HOSTILE) as store:
        html = render_report(store.db, title=HOSTILE)
    view = open_page(write_report(tmp_path / "hostil.html", html))
    assert view.errors == []
    assert view.page.title() == HOSTILE
    assert view.count("img") == 0
    assert view.page.locator("mark").first.inner_text() == HOSTILE
    assert {url.split(":")[0] for url in view.requests} == {"file"}


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_every_language_and_an_empty_store_open_without_errors(
    open_page, build_store, tmp_path, lang
):
    with build_store() as store:
        path = write_report(tmp_path / "vacio.html", render_report(store.db, lang=lang))
    view = open_page(path)
    assert view.errors == []
    assert view.count(".warning") == 1


def test_on_paper_charts_fit_the_sheet_and_filters_stay_away(kept):
    page = kept.page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.is_visible("#filters")
    assert not page.is_visible("nav")
    assert page.evaluate(
        "[...document.querySelectorAll('[data-chart] svg')].every(svg => svg.clientWidth <= 700)"
    )
    assert page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("html.on-paper").count() == 0
    page.emulate_media(media="screen")


def test_every_label_of_a_chart_is_whole(kept):
    cut = kept.page.evaluate(
        """() => [...document.querySelectorAll("#chart-time svg text")].filter(
          (label) => label.getBoundingClientRect().bottom >
            label.closest("svg").getBoundingClientRect().bottom).map((l) => l.textContent)"""
    )
    assert cut == []
