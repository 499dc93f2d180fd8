"""The HTML report: one self-contained file, from the store, that opens without a network."""

from __future__ import annotations

from vocmine.report.render import Filters, render_report, write_report
from vocmine.report.sections import DrawnSection, draw_section

__all__ = ["DrawnSection", "Filters", "draw_section", "render_report", "write_report"]
