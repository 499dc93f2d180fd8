"""Sections of plugins: shown as they are meant, and blamed by name when they fail."""

from __future__ import annotations

import sys

import pytest
from markupsafe import Markup

from vocmine.plugins import Registered, load_plugins
from vocmine.report import draw_section, render_report


def registered(target):
    return Registered("section", "mapa", target, "", "regions", "vocmine-regions", "1.2")


def section(render):
    """A section class whose `render(self, db, lang)` is given."""
    return registered(type("Section", (), {"title": "Mapa <b>", "render": render}))


def drawn(bank, render):
    return render_report(bank.db, sections=[draw_section(section(render), bank.db, "es")])


def raising(error):
    def render(self, db, lang):
        raise error

    return render


class Spoilt:
    """Looks like markup until it is asked for it."""

    def __html__(self):
        raise ValueError("sin <datos>")


def test_what_is_not_markup_is_escaped(bank):
    html = drawn(bank, lambda self, db, lang: f"<b>{lang}</b>")
    assert "&lt;b&gt;es&lt;/b&gt;" in html
    assert "Mapa &lt;b&gt;" in html
    assert "<em>hecho</em>" in drawn(bank, lambda self, db, lang: Markup("<em>hecho</em>"))


@pytest.mark.parametrize(
    ("render", "cause"),
    [
        (raising(ValueError("sin <datos>")), "ValueError: sin &lt;datos&gt;"),
        (lambda self, db, lang: Spoilt(), "ValueError: sin &lt;datos&gt;"),
        (lambda self, db, lang: sys.exit(3), "SystemExit: 3"),
    ],
    ids=["raises", "spoilt-markup", "exits"],
)
def test_one_that_fails_costs_only_itself_and_names_its_plugin(bank, render, cause):
    html = drawn(bank, render)
    assert "Esta sección no se pudo generar: " in html
    assert "(vocmine-regions 1.2) of plugin &#39;regions&#39; failed: " + cause in html
    assert "Con sus propias palabras" in html


def test_one_that_cannot_be_loaded_has_its_name_for_a_title(bank):
    lost = draw_section(registered("no_such_module:Section"), bank.db, "es")
    assert lost.title == "mapa"
    assert "vocmine-regions 1.2" in lost.problem


def test_the_command_line_names_the_culprit_and_exits_with_1(
    vocmine, filled_store, tmp_path, monkeypatch
):
    plugins = load_plugins()
    plugins.registered["section"]["mapa"] = section(lambda self, db, lang: Spoilt())
    monkeypatch.setattr("vocmine.plugins.load_plugins", lambda modules=(): plugins)
    out = tmp_path / "r.html"
    ran = vocmine("report", "-o", out, "--db", filled_store)
    assert (ran.code, ran.out) == (1, f"{out}\n")
    for name in ("'mapa'", "'regions'", "vocmine-regions 1.2", "ValueError: sin <datos>"):
        assert name in ran.err
    assert "vocmine-regions 1.2" in out.read_text("utf-8")
