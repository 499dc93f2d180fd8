"""The HTML file: whole, safe with any text, and honest about what is missing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from vocmine.errors import VocmineError
from vocmine.report import Filters, render_report, write_report
from vocmine.report.embedding import embed_json
from vocmine.report.render import _SCRIPTS

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<!--<script>",
    "\"><svg onload=alert(1)> ' & &lt;b&gt; {{ 7*7 }} {% raw %}",
    "]]>\u2028\u2029 \\u003cscript\\u003e \\",
    "{v|x}\n{phase|y} {a} {b} %s",
)
ALL_ANALYZERS = ("sentiment", "emotion", "friction", "pqrs", "topic")


class Outline(HTMLParser):
    """Elements with their attributes, the text of scripts, and the text a reader sees."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.scripts, self.words, self.open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, text):
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            self.scripts.append(text)
        elif inside != "style":
            self.words.append(text)

    def attributes(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


def payload(html):
    return json.loads(Outline(html).scripts[0])


def hostile_store(build_store, record, words):
    text = f"{words} me cobraron dos veces {words}"
    quote = (text, -2, "billing", "use", "utility", "billing")
    store = build_store(
        [
            record(
                n, text=text, quotes=(quote,), topic=words, channel=words, external_id=f"{words}{n}"
            )
            for n in range(3)
        ],
        source=f"{words}.csv",
    )
    store.conn.execute(
        "INSERT INTO skips (run_id, source_id, reason, records) VALUES (1, 1, ?, 2)", [words]
    )
    store.conn.execute(
        "INSERT INTO failures (run_id, source_id, plugin, locator, error) VALUES (1, 1, ?, ?, ?)",
        [words] * 3,
    )
    store.conn.commit()
    return store


class TestSafety:
    @pytest.mark.parametrize("words", HOSTILE)
    def test_hostile_words_stay_text_wherever_they_come_from(
        self, build_store, record, bank_html, words
    ):
        with hostile_store(build_store, record, words) as store:
            html = render_report(store.db, title=words, filters=Filters(channel=words))
        outline = Outline(html)
        assert not outline.attributes("img")
        assert not outline.attributes("svg")
        assert len(outline.attributes("script")) == 3
        handlers = [
            name
            for _, attributes in outline.elements
            for name in attributes
            if name.startswith("on")
        ]
        assert handlers == []
        message = payload(html)["messages"][0]
        assert "".join(piece[0] for piece in message["pieces"]) == (
            f"{words} me cobraron dos veces {words}"
        )
        assert message["channel"] == words

    def test_embedded_json_holds_no_character_that_could_end_its_script(self):
        text = str(embed_json({"a": "</script><!-- & \u2028\u2029 ñ"}))
        assert not re.search("[<>&\u2028\u2029]", text)
        assert json.loads(text) == {"a": "</script><!-- & \u2028\u2029 ñ"}

    def test_the_policy_allows_only_the_scripts_of_the_file(self, bank_html):
        outline = Outline(bank_html)
        (policy,) = [
            meta["content"]
            for meta in outline.attributes("meta")
            if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy.startswith("default-src 'none'")
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert "unsafe-eval" not in policy
        assert "http" not in policy
        for script in outline.scripts[1:]:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy

    def test_nothing_is_loaded_from_outside(self, bank_html):
        for tag, attributes in Outline(bank_html).elements:
            for name in ("src", "srcset", "data", "action", "poster"):
                assert name not in attributes, tag
            assert attributes.get("href", "#").startswith("#")
            assert tag not in {"link", "iframe", "object", "embed", "base"}
        css = files("vocmine.report").joinpath("templates/report.css").read_text("utf-8")
        assert "url(" not in css
        assert "@import" not in css

    def test_half_a_surrogate_pair_does_not_break_the_file(self, build_store, record):
        with build_store([record(topic="Cobros")]) as store:
            store.conn.execute("UPDATE topics SET terms = ?", [r'["\ud83d"]'])
            store.conn.commit()
            render_report(store.db).encode("utf-8")


class TestContent:
    def test_every_section_is_there(self, bank_html):
        ids = [a["id"] for a in Outline(bank_html).attributes("section")]
        assert ids == (
            [
                "summary",
                "friction",
                "journey",
                "pyramid",
                "pqrs",
                "time",
                "emotions",
                "topics",
                "messages",
                "quality",
                "method",
            ]
        )

    def test_the_first_screen_answers_with_figures(self, bank, bank_html):
        text = Outline(bank_html).text
        negative = bank.conn.execute(
            "SELECT count(*) FROM sentiment WHERE sentiment IN ('negative', 'very_negative')"
        ).fetchone()[0]
        assert f"{negative} de 300 mensajes" in text
        assert "Lo que más duele Cobro (uso · factura)" in text
        assert "utilidad" in text
        assert "Para atender ya " in text
        assert re.search("Mensajes del [5-9] de enero de 2026 al [0-9]+ de junio de 2026", text)

    def test_every_chart_has_its_data_a_description_and_a_table_or_figures(self, bank_html):
        charts = [
            attributes
            for attributes in Outline(bank_html).attributes("div")
            if "data-chart" in attributes
        ]
        options = payload(bank_html)["charts"]
        assert {chart["data-chart"] for chart in charts} == set(options)
        assert all(chart["role"] == "img" and chart["aria-label"] for chart in charts)
        big = [chart for chart in charts if not chart["data-chart"].startswith("trend-")]
        # Bars and heat maps are links and tables, so that they can be read, followed and recounted.
        figures = Outline(bank_html).attributes("figure")
        assert [chart["data-chart"] for chart in big] == ["time"]
        assert len(figures) == bank_html.count("<figcaption") == 5
        assert bank_html.count('<table class="heat"') == 2
        assert bank_html.count("<caption") >= len(big) + len(figures) + 2

    def test_chart_figures_are_the_store_s(self, bank, bank_html):
        options = payload(bank_html)["charts"]["time"]["wide"]
        drawn = sum(item["value"] for series in options["series"] for item in series["data"])
        inside = bank.conn.execute("SELECT count(*) FROM messages WHERE created_at >= '2026-01-05'")
        assert drawn == inside.fetchone()[0]

    def test_every_part_of_a_bar_is_a_link_that_says_what_it_counts(self, bank, bank_html):
        parts = [a for a in Outline(bank_html).attributes("a") if "seg" in a.get("class", "")]
        assert len(parts) > 40
        for part in parts:
            assert part["href"] == f"#messages?{part['data-find']}"
            assert part["title"].startswith(part["data-name"])
        drawn = sum(
            int(part["style"].removeprefix("--n:"))
            for part in parts
            if part["data-find"].startswith("pqrs=")
        )
        assert drawn == 300

    @pytest.mark.parametrize("absent", ALL_ANALYZERS)
    def test_an_analyzer_that_did_not_run_is_told_in_one_sentence(
        self, build_store, realistic_records, absent
    ):
        analyzers = [name for name in ALL_ANALYZERS if name != absent]
        with build_store(realistic_records(60), analyzers=analyzers) as store:
            text = Outline(render_report(store.db)).text
        assert f"con el analizador «{absent}»" in text
        assert "Con sus propias palabras" in text

    def test_without_any_analyzer_the_messages_can_still_be_read(self, build_store, record):
        with build_store([record()], analyzers=()) as store:
            html = render_report(store.db)
        (message,) = payload(html)["messages"]
        assert [insight["tone"] for insight in message["insights"]] == [None]

    def test_no_figure_is_given_for_what_nobody_judged(self, build_store, realistic_records):
        with build_store(realistic_records(60), analyzers=["pqrs"]) as store:
            html = render_report(store.db)
        text = Outline(html).text
        assert "Ningún mensaje de esta selección menciona una fricción." not in text
        assert "opiniones" not in text
        divs = Outline(html).attributes("div")
        assert [div["data-chart"] for div in divs if "data-chart" in div] == []
        assert [f["data-scale"] for f in Outline(html).attributes("figure")] == ["sum"]
        rows = re.findall(r'<th scope="row">Reclamo.*?</tr>', html, re.DOTALL)
        cells = [re.findall(r'<td class="figure">(.*?)</td>', row) for row in rows]
        negative, effort, urgent = cells[0][-3:]
        assert (negative, effort) == ("–", "–")
        assert "%" in urgent

    def test_an_obstacle_without_its_polarity_is_not_reported_as_none_found(
        self, build_store, realistic_records
    ):
        with build_store(realistic_records(60), analyzers=["friction"]) as store:
            text = Outline(render_report(store.db)).text
        assert "Ningún mensaje de esta selección menciona una fricción." not in text
        assert "con el analizador «sentiment»" in text

    def test_topics_without_sentiment_have_no_share_of_negatives(self, build_store, record):
        with build_store([record(topic="Cobros")], analyzers=["topic"]) as store:
            html = render_report(store.db)
        row = re.search(r'<th scope="row">Cobros.*?</tr>', html, re.DOTALL).group()
        assert re.findall(r'<td class="figure">(.*?)</td>', row)[-1] == "–"

    @pytest.mark.parametrize(
        ("sentiment", "analyzers", "tone"),
        [
            ("negative", ALL_ANALYZERS, "bad"),
            ("positive", ALL_ANALYZERS, "plain"),
            ("negative", ("pqrs",), "plain"),
        ],
    )
    def test_the_negative_tile_alarms_only_when_there_are_negatives(
        self, build_store, record, sentiment, analyzers, tone
    ):
        with build_store([record(sentiment=sentiment)], analyzers=analyzers) as store:
            html = render_report(store.db)
        assert f'<div class="tile {tone}"><dt>Mensajes negativos' in html

    def test_an_empty_store_says_what_to_do(self, build_store):
        with build_store() as store:
            outline = Outline(render_report(store.db))
        assert "Todavía no hay mensajes analizados. Corra «vocmine analyze ARCHIVO»" in outline.text
        assert not outline.attributes("form")
        assert "Con sus propias palabras" not in outline.text

    def test_a_selection_without_messages_says_to_widen_it(self, bank):
        text = Outline(render_report(bank.db, filters=Filters(channel="fax"))).text
        assert "No hay mensajes analizados con esta selección. Amplíe los filtros" in text

    @pytest.mark.parametrize(
        ("count", "sentence"),
        [(1, "Hay un solo mensaje"), (20, "Hay solo 20 mensajes"), (60, "")],
    )
    def test_few_messages_come_with_a_caution(
        self, build_store, realistic_records, count, sentence
    ):
        with build_store(realistic_records(count)) as store:
            text = Outline(render_report(store.db)).text
        assert (sentence in text) if sentence else ("Hay solo" not in text)

    def test_messages_without_dates_are_told_how_to_get_the_series(self, build_store, record):
        with build_store([record(n, created_at=None) for n in range(3)]) as store:
            html = render_report(store.db)
        text = Outline(html).text
        assert "agregue la columna de fecha" in text
        assert "Los mensajes no traen fecha" in text
        assert not [name for name in payload(html)["charts"] if name.startswith("trend")]

    def test_a_sample_says_of_how_many(self, build_store, realistic_records):
        with build_store(realistic_records(600)) as store:
            html = render_report(store.db)
        assert "Muestra de 500 de los 600 mensajes analizados" in Outline(html).text

    def test_the_selection_is_written_in_the_heading(self, bank):
        html = render_report(bank.db, filters=Filters(since="2026-03-01", channel="oficina"))
        text = Outline(html).text
        assert "Selección: desde 1 mar 2026, canal oficina" in text
        assert "Estas cifras son de toda la base" in text

    def test_the_method_tells_that_a_machine_read_the_messages(self, bank_html):
        text = Outline(bank_html).text
        assert "asistida por máquina" in text
        assert "no a todos los clientes" in text
        assert "vocmine-sentiment" in text

    def test_the_method_counts_what_the_page_marks_as_unsure(self, build_store, record):
        records = [record(1, confidence=0.2), record(2, confidence=0.3), record(3, confidence=0.9)]
        with build_store(records) as store:
            html = render_report(store.db)
        text = Outline(html).text.replace("\u00a0", " ")
        assert "1 de 3 están por debajo del 25 %" in text
        assert payload(html)["unsure"] == 0.25

    def test_the_file_stays_under_three_megabytes_with_long_messages(
        self, build_store, realistic_records
    ):
        records = realistic_records(800)
        for row in records:
            row["text"] += " Ñandú, pingüino y acción." * 400
        with build_store(records) as store:
            assert len(render_report(store.db).encode()) < 3_000_000

    def test_the_same_store_gives_the_same_file(self, bank):
        assert render_report(bank.db) == render_report(bank.db)


class TestWriting:
    def test_the_file_is_written_whole_in_utf8(self, tmp_path, bank_html):
        target = write_report(tmp_path / "informe.html", bank_html)
        assert target.read_text("utf-8") == bank_html
        assert [path.name for path in tmp_path.iterdir()] == ["informe.html"]

    def test_a_report_replaces_the_one_before(self, tmp_path):
        write_report(tmp_path / "informe.html", "viejo")
        write_report(str(tmp_path / "informe.html"), "nuevo")
        assert (tmp_path / "informe.html").read_text("utf-8") == "nuevo"

    def test_a_folder_that_does_not_exist_is_named_with_what_to_do(self, tmp_path):
        with pytest.raises(VocmineError, match=r"no-hay.*--report"):
            write_report(tmp_path / "no-hay" / "informe.html", "x")

    def test_a_failed_write_leaves_the_old_report(self, tmp_path):
        target = tmp_path / "informe.html"
        write_report(target, "viejo")
        with pytest.raises(UnicodeEncodeError):
            write_report(target, "\ud800")
        assert target.read_text("utf-8") == "viejo"
        assert len(list(tmp_path.iterdir())) == 1


class TestChartLibrary:
    def test_the_bundle_is_small_licensed_and_runs_without_eval(self):
        assets = files("vocmine.report").joinpath("assets")
        bundle = assets.joinpath("echarts.min.js").read_text("utf-8")
        assert len(bundle.encode()) < 650_000
        assert "Apache License, Version 2.0" in bundle[:3000]
        assert "BSD 3-Clause License" in bundle[:3000]
        assert not re.search(r"\beval\(|new Function|</script|<!--", bundle)
        for name in ("LICENSE-echarts", "NOTICE-echarts", "LICENSE-zrender", "README.md"):
            assert assets.joinpath(name).read_text("utf-8")

    def test_the_page_s_own_script_can_stand_in_a_script_element(self):
        forbidden = (
            r"</script|<!--|innerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\("
        )
        for name in _SCRIPTS:
            script = files("vocmine.report").joinpath(f"templates/{name}.js").read_text("utf-8")
            assert not re.search(forbidden, script), name
