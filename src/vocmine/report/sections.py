"""Sections that plugins add to the report: each is drawn on its own, and one that fails says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from vocmine.errors import PLUGIN_FAULTS, PluginError, cause_of
from vocmine.guard import Costs

if TYPE_CHECKING:
    import sqlite_utils

    from vocmine.plugin import ReportSection
    from vocmine.plugins import Registered


@dataclass(frozen=True, slots=True)
class DrawnSection:
    """A section as it stands in the page; `problem` says in its place why there is none."""

    title: str
    html: Markup | str = ""
    problem: str = ""


def draw_section(registered: Registered, db: sqlite_utils.Database, lang: str) -> DrawnSection:
    """Make a plugin's section and have it write its HTML.

    What is not `Markup` is escaped. Whatever the plugin raises costs only this section.
    """
    title = registered.name
    costs = Costs()
    try:
        with costs.call(registered.owner):
            section: ReportSection = registered.create()
            title = str(section.title)
            # Here and not in the template: an object's `__html__` is the plugin's code too.
            return DrawnSection(title, escape(section.render(db, lang)))
    except PluginError as error:
        return DrawnSection(title, problem=str(error))
    except PLUGIN_FAULTS as error:
        return DrawnSection(
            title,
            problem=f"{registered.who} of plugin '{registered.plugin}' failed: {cause_of(error)}. "
            f"Mend or remove it: 'pip uninstall {registered.distribution}'.",
        )
    finally:
        costs.log()
