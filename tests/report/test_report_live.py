"""The page at work: filters recount every figure, links say what is seen, anybody can use it."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from tallies import WORDS, labels_of, tally, written

from vocmine.report import render_report, write_report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
FIGURES = """[...document.querySelectorAll("[data-unit]")].map((node) => ({
    ...node.dataset, text: (node.querySelector(".seg-n") || node).textContent }))"""


@pytest.fixture(scope="module")
def report(tmp_path_factory, bank_html):
    return write_report(tmp_path_factory.mktemp("live") / "i.html", bank_html)


@pytest.fixture
def kept(kept_page, report):
    """A page whose filters are taken off after every test."""
    view = kept_page(report)
    yield view
    if view.page.is_visible("#scope-off"):
        view.page.click("#scope-off")


@pytest.fixture(scope="module")
def labels(bank):
    return labels_of(bank)


def choose(page, **inside):
    if not page.is_visible("#page-filters"):
        page.click("#open-filters")
    for name, value in inside.items():
        page.select_option(f"select[name='in.{name}']", value)


class TestFilters:
    @pytest.mark.parametrize(
        "inside",
        [
            {},
            {"stage": "support"},
            {"channel": "correo"},
            {"since": "2026-02-02", "until": "2026-04-06"},
            {"channel": "oficina", "stage": "use", "since": "2026-03-02"},
        ],
        ids=lambda inside: "+".join(inside) or "none",
    )
    def test_every_figure_is_the_one_that_the_store_gives(self, kept, labels, inside):
        view = kept
        choose(view.page, **inside)
        figures = view.page.evaluate(FIGURES)
        assert len(figures) > 300
        wrong = [
            (figure, expected)
            for figure in figures
            if figure["text"] != (expected := written(figure, labels, inside))
        ]
        assert wrong == []
        assert view.errors == []

    def test_taking_the_filters_off_brings_back_what_the_report_said(self, kept):
        view = kept
        before = view.page.evaluate(FIGURES)
        choose(view.page, stage="use")
        assert view.page.evaluate(FIGURES) != before
        assert view.page.locator(".of-all").first.is_visible()
        view.page.click("#scope-off")
        assert view.page.evaluate(FIGURES) == before
        assert not view.page.locator(".of-all").first.is_visible()
        assert view.page.input_value("select[name='in.stage']") == ""

    def test_each_filter_is_a_chip_that_takes_it_off(self, kept):
        page = kept.page
        choose(page, channel="correo", stage="use")
        chips = page.locator("#inside button")
        assert chips.all_inner_texts() == ["Canal: correo", "Etapa: Uso"]
        assert chips.first.get_attribute("aria-label") == "Quitar: Canal: correo"
        chips.first.click()
        sync_api.expect(chips).to_have_text(["Etapa: Uso"])
        sync_api.expect(chips).to_be_focused()
        assert page.input_value("select[name='in.channel']") == ""
        chips.click()
        sync_api.expect(page.locator("#open-filters")).to_be_focused()
        assert page.inner_text("#scope") == ""

    def test_bars_and_heat_maps_are_drawn_again(self, kept):
        view = kept
        bar = view.page.locator("#journey .bar", has_text="Soporte").locator(".seg.negative")
        support = bar.bounding_box()["width"]
        choose(view.page, stage="support")
        assert bar.bounding_box()["width"] > support
        other = view.page.locator("#journey .bar", has_text="Uso").locator(".seg.negative")
        assert not other.is_visible()
        cell = view.page.locator("#pyramid .heat tr", has_text="Utilidad").locator("td").nth(4)
        assert "few" in cell.get_attribute("class")

    def test_the_chart_of_time_counts_what_is_left(self, open_page, report, labels):
        view = open_page(report)
        choose(view.page, channel="correo")
        view.page.locator("#chart-time").scroll_into_view_if_needed()
        view.page.locator("#chart-time path[fill='#b84a17']").nth(2).hover()
        view.page.wait_for_selector(".tip")
        shown = re.search(r"Negativos: (\d+)", view.page.inner_text(".tip"))
        weeks = re.search(r"semana del (\d+) (\w+)", view.page.inner_text(".tip"))
        assert weeks
        week = next(
            key
            for message in labels.values()
            for key in message["period"]
            if WORDS.period(key, "week").startswith(weeks.group())
        )
        find = f"period={week}&mood=negative"
        assert int(shown.group(1)) == tally(labels, find, {"channel": "correo"})[0]

    def test_the_list_of_messages_keeps_to_the_filters(self, open_page, report, labels):
        view = open_page(report, at="#messages?mood=negative&in.channel=oficina&in.stage=use")
        expected = tally(labels, "mood=negative", {"channel": "oficina", "stage": "use"})[0]
        assert view.page.inner_text("#found").startswith(f"{expected} mensajes cumplen")
        for about in view.page.locator(".card .about").all_inner_texts():
            assert "oficina" in about

    def test_a_report_too_big_to_filter_says_how_to_make_a_smaller_one(
        self, open_page, bank, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("vocmine.report.cube.MAX_BYTES", 10)
        view = open_page(write_report(tmp_path / "grande.html", render_report(bank.db)))
        assert view.count("#open-filters") == 0
        assert "vocmine report --channel" in view.page.inner_text("#summary")
        view.page.locator("#summary .tile a").nth(2).click()
        sync_api.expect(view.page.locator("#found")).to_contain_text("de 300 en la muestra")
        assert view.errors == []


class TestLinks:
    def test_a_figure_leads_to_its_messages_and_their_exact_words(self, open_page, report, bank):
        view = open_page(report)
        page = view.page
        page.locator("#pyramid summary").last.click()
        link = (
            page.locator("#pyramid tr", has_text="Soporte").locator("a[data-unit=insights]").nth(1)
        )
        link.click()
        sync_api.expect(page.locator("#found")).to_be_focused()
        # Seen at once: what was asked for, how many there are, and the first of them.
        for seen in ("#criteria", "#found", ".card-head"):
            sync_api.expect(page.locator(seen).first).to_be_in_viewport(ratio=1)
        assert page.get_attribute("#found", "aria-live") == "polite"
        find = {name: values[0] for name, values in parse_qs(page.url.split("?")[1]).items()}
        assert set(find) == {"stage", "pyramid", "tone"}
        quotes = {
            row[0]
            for row in bank.conn.execute(
                "SELECT quote FROM insights WHERE stage = ? AND pyramid = ? AND polarity < 0",
                [find["stage"], find["pyramid"]],
            )
        }
        marked = page.locator(".card mark:not(.dim)").all_inner_texts()
        assert len(marked) >= 20
        assert set(marked) <= quotes
        assert "confianza" in page.locator(".card-insights li").first.inner_text()

    def test_an_address_can_be_sent_and_opens_on_the_same(self, open_page, report):
        first = open_page(report)
        first.page.locator("#emotions td a").first.click()
        sync_api.expect(first.page).to_have_url(re.compile("emotion"))
        address = first.page.url.split(".html")[1]
        second = open_page(report, at=address)
        assert second.page.inner_text("#found") == first.page.inner_text("#found") != ""
        assert second.page.input_value("select[name=emotion]") != ""

    def test_back_takes_each_step_back(self, open_page, report):
        view = open_page(report)
        page = view.page
        choose(page, stage="use")
        narrowed = page.evaluate(FIGURES)
        tile = page.locator(".tile a").nth(2)
        tile.click()
        assert "in.stage=use" in page.url
        assert "mood=negative" in page.url
        page.locator("#criteria button").first.click()
        assert "mood" not in page.url
        page.go_back()
        sync_api.expect(page.locator("#criteria")).to_contain_text("Tono del mensaje: negativo")
        page.go_back()
        sync_api.expect(page).not_to_have_url(re.compile("mood"))
        assert page.evaluate(FIGURES) == narrowed
        page.go_back()
        sync_api.expect(page.locator("html.filtered")).to_have_count(0)
        assert page.input_value("select[name='in.stage']") == ""

    def test_back_to_the_figure_returns_to_where_the_reader_was(self, open_page, report):
        view = open_page(report)
        tile = view.page.locator(".tile a").nth(2)
        tile.click()
        view.page.click("#back")
        sync_api.expect(tile).to_be_focused()
        assert not view.page.is_visible("#back")

    def test_a_sample_tells_how_many_there_are_and_how_many_are_here(
        self, open_page, build_store, realistic_records, tmp_path
    ):
        with build_store(realistic_records(900)) as store:
            path = write_report(tmp_path / "muestra.html", render_report(store.db))
            total = store.conn.execute(
                "SELECT count(*) FROM sentiment WHERE sentiment LIKE '%negative'"
            ).fetchone()[0]
        view = open_page(path, at="#messages?mood=negative")
        said = view.page.inner_text("#found")
        here = int(re.search(r"en este archivo hay (\d+)", said).group(1))
        assert said.startswith(f"{total} mensajes cumplen")
        assert 100 < here < total
        # Every figure of the tables has at least one message to read.
        finds = {figure["find"] for figure in view.page.evaluate(FIGURES)}
        for find in sorted(finds)[::12]:
            view.page.evaluate("find => { location.hash = `#messages?${find}`; }", find)
            sync_api.expect(view.page).to_have_url(re.compile(re.escape(find) + "$"))
            said = view.page.inner_text("#found")
            assert view.count(".card") or said == "Ningún mensaje cumple con esos filtros.", find

    @pytest.mark.parametrize("at", ["#nada?x=1", "#messages?stage=%00&in.stage=zzz", "#%E0%A4%A"])
    def test_a_wrong_address_is_an_empty_answer_and_no_error(self, open_page, report, at):
        assert open_page(report, at=at).errors == []


class TestForEverybody:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_text_and_controls_have_enough_contrast(self, open_page, report, scheme):
        """WCAG 2.1 relative luminance, at least 4.5 to 1, for every text of the page."""
        page = open_page(report, scheme=scheme).page
        choose(page, stage="use")
        failing = page.evaluate(
            """() => {
              const channel = (v) =>
                (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
              const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
              const light = ([r, g, b]) =>
                0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
              const beside = (a, b) =>  // a figure beside its bar does not stand on it
                a.right <= b.left || a.left >= b.right || a.bottom <= b.top || a.top >= b.bottom;
              const ground = (node) => {
                const own = node.getBoundingClientRect();
                for (; node; node = node.parentElement) {
                  if (node.matches(".seg") && beside(own, node.getBoundingClientRect())) continue;
                  const colour = rgb(getComputedStyle(node).backgroundColor);
                  if (colour.length < 4 || colour[3] > 0.5) return colour;
                }
                return [255, 255, 255];
              };
              const bad = [];
              const all = document.querySelectorAll("body *:not(svg *):not(script):not(style)");
              for (const node of all) {
                const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
                const apart = node.closest(".skip, .unseen, noscript");
                if (!own || !node.offsetParent || apart) continue;
                const pair = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
                const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
                if (ratio < 4.5) bad.push(`${node.textContent.slice(0, 30)}: ${ratio}`);
              }
              return bad;
            }"""
        )
        assert failing == []

    def test_the_theme_can_be_chosen_and_charts_follow(self, open_page, report):
        view = open_page(report)
        page = view.page
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        assert view.count("#chart-time path[fill='#b84a17']") > 3
        page.click("#theme")
        assert page.evaluate(ground) != light
        assert view.count("#chart-time path[fill='#b84a17']") == 0
        assert page.get_attribute("#theme", "aria-label") == "Modo claro"
        page.click("#theme")
        assert page.evaluate(ground) == light

    def test_a_dark_screen_gets_a_dark_page_and_white_paper(self, open_page, report):
        view = open_page(report, scheme="dark")
        page = view.page
        ink = "getComputedStyle(document.body).color"
        dark = page.evaluate(ink)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(ink) == "rgb(27, 39, 51)" != dark
        assert view.count("#chart-time path[fill='#b84a17']") > 3

    def test_paper_has_quotes_and_no_controls(self, open_page, report):
        page = open_page(report).page
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        for selector in (".ribbon", "#filters", "#more", "#theme", ".point-link"):
            assert not page.locator(selector).first.is_visible(), selector
        assert page.locator("blockquote").first.is_visible()
        assert page.locator(".card mark").first.is_visible()
        # Nothing sticks out of the sheet: 184 mm at 96 dots an inch.
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert page.evaluate(
            "[...document.querySelectorAll('table')].every(t => t.scrollWidth <= 700)"
        )

    def test_everything_is_within_reach_of_a_keyboard(self, open_page, report):
        page = open_page(report).page

        def focused():
            return page.evaluate(
                "document.activeElement.id || document.activeElement.className "
                "|| document.activeElement.getAttribute('href')"
            )

        page.keyboard.press("Tab")
        assert focused() == "skip"
        assert page.locator(".skip").bounding_box()["x"] >= 0
        seen = []
        while not seen or seen[-1] != "open-filters":
            page.keyboard.press("Tab")
            seen.append(focused())
            assert len(seen) < 40
        assert "#friction" in seen
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == "in.since"
        for _ in range(3):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "in.stage"
        page.keyboard.press("ArrowDown")
        assert page.inner_text("#scope").startswith("Cifras de ")
        assert page.get_attribute("#scope", "aria-live") == "polite"
        page.keyboard.press("Tab")
        assert focused() == "chip off"
        page.keyboard.press("Tab")
        assert focused() == "scope-off"
        page.keyboard.press("Enter")
        assert page.inner_text("#scope") == ""
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"

    def test_the_page_is_told_by_its_headings_captions_and_names(self, kept):
        page = kept.page
        assert page.locator("h1").count() == 1
        levels = page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))"
        )
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert page.evaluate(
            "[...document.querySelectorAll('table')].every(t => t.caption.textContent.trim())"
        )
        assert page.evaluate("[...document.querySelectorAll('th')].every(h => h.scope)")
        name = page.locator(".bars .seg:visible").first.evaluate("node => node.textContent")
        assert re.fullmatch(r"Cobro, Después: \d+", name)

    def test_no_chapter_is_out_of_sight_and_a_phone_opens_the_list(self, open_page, report):
        page = open_page(report).page
        assert page.evaluate(
            "[...document.querySelectorAll('nav a')].every(a => "
            "a.getBoundingClientRect().right <= document.querySelector('.tools')"
            ".getBoundingClientRect().left)"
        )
        page.set_viewport_size({"width": 390, "height": 800})
        link = page.locator("nav a[href='#topics']")
        assert not link.is_visible()
        page.click("#open-nav")
        assert page.get_attribute("#open-nav", "aria-expanded") == "true"
        link.click()
        sync_api.expect(page.locator("#topics h2")).to_be_in_viewport()
        assert page.get_attribute("#open-nav", "aria-expanded") == "false"

    def test_nothing_moves_sideways_on_a_phone_whatever_is_open(self, open_page, report):
        page = open_page(report, width=360).page
        choose(page, channel="correo")
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        page.locator(".tile a").nth(2).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
