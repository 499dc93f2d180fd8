"""The `topic` analyzer: what customers talk about, several topics per message."""

from __future__ import annotations

from vocmine.hookspecs import Register, hookimpl

__all__ = ["register_analyzers"]


@hookimpl
def register_analyzers(register: Register) -> None:
    """Register the analyzer; scikit-learn is imported only when it runs."""
    register(
        "topic",
        "vocmine_topic.analyzer:TopicAnalyzer",
        summary="What customers talk about: topics with readable labels, several per message.",
    )
