"""The HTML report: one self-contained file, from the store, that opens without a network."""

from __future__ import annotations

from vocmine.report.render import Filters, render_report, write_report

__all__ = ["Filters", "render_report", "write_report"]
