"""The page of every hook, made from `vocmine.hookspecs` and `vocmine.plugin`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from vocmine import hookspecs, plugin
from vocmine.scaffold import KINDS, plugin_files

ROOT = Path(__file__).parent.parent
NAME = "ejemplo"
WIDTH = 100

ARGUMENTS = {
    "register": "`register(name, target, summary=…)`: `name` is unique among its kind; `target` is "
    'the class or, better, `"package.module:Class"`, which is imported when it is first used; '
    "`summary` is what `vocmine plugins` shows.",
    "cli": "the click group `vocmine`: `cli.add_command(command)`, or `@cli.command()`. A name "
    "that is in use is refused, and both distributions are named.",
    "db": "the open store, a `sqlite_utils.Database`. What vocmine made is there to be read; "
    "tables and views of your own need names of their own.",
}
CALLED = {
    "register_sources": "whenever plugins are loaded: at the start of nearly every command",
    "register_analyzers": "whenever plugins are loaded",
    "register_encoders": "whenever plugins are loaded",
    "register_commands": "when the command line lists its commands, or looks for one that is not "
    "built in",
    "prepare_store": "before each run, and before report sections are drawn; tables of analyzers "
    "are not there before their first run",
    "register_report_sections": "whenever plugins are loaded",
}
PROTOCOLS: dict[str, tuple[type[Any], ...]] = {
    "register_sources": (plugin.Source,),
    "register_analyzers": (plugin.Analyzer, plugin.CorpusAnalyzer),
    "register_encoders": (plugin.Encoder,),
    "register_report_sections": (plugin.ReportSection,),
}
TEMPLATES = {kind.hook: name for name, kind in KINDS.items()}
FILES = {
    "register_commands": "examples/plugins/vocmine-novelty/src/vocmine_novelty/__init__.py",
    "prepare_store": "examples/plugins/vocmine-health-risk/src/vocmine_health_risk/__init__.py",
}


def hook_reference() -> str:
    """`docs/hooks.md`: every hook with its arguments, what it registers and a whole example."""
    hooks = [
        item
        for item in vars(hookspecs).values()
        if inspect.isfunction(item) and hasattr(item, "vocmine_spec")
    ]
    parts = [
        "# Hooks",
        "",
        "Generated from `vocmine.hookspecs` and `vocmine.plugin` by `python "
        "docs/make_reference.py`. A hook is a function of the plugin's module, marked "
        "`@vocmine.hookimpl`, with the name and arguments below; arguments that it does not need "
        "may be left out. Its exception is reported with the plugin's name and costs only that "
        "plugin. What each object promises, and what the host does when it fails, is in "
        "[Writing a plugin](plugins.md).",
        "",
        "| hook | called |",
        "|---|---|",
        *(f"| [`{hook.__name__}`](#{hook.__name__}) | {CALLED[hook.__name__]} |" for hook in hooks),
    ]
    for hook in hooks:
        parts += ["", f"## {hook.__name__}", "", *_hook(hook)]
    return "\n".join(parts) + "\n"


def _hook(hook: Any) -> list[str]:
    name = hook.__name__
    arguments = inspect.signature(hook).parameters
    parts = [*_code(_definition(hook)), "", _doc(hook), ""]
    parts += ["| argument | what it is |", "|---|---|"]
    parts += [f"| `{argument}` | {ARGUMENTS[argument]} |" for argument in arguments]
    for protocol in PROTOCOLS.get(name, ()):
        parts += ["", f"### vocmine.plugin.{protocol.__name__}", "", *_protocol(protocol)]
    return [*parts, "", "### Example", "", *_example(name)]


def _protocol(protocol: type[Any]) -> list[str]:
    attributes = inspect.get_annotations(protocol)
    methods = [m for m in vars(protocol).values() if inspect.isfunction(m) and m.__doc__]
    methods = [m for m in methods if not m.__name__.startswith("_")]
    parts = [_doc(protocol)]
    if attributes:
        parts += ["", *(f"- `{name}: {kind}`" for name, kind in attributes.items())]
    for method in methods:
        parts += ["", *_code(_definition(method)), "", _doc(method)]
    return parts


def _example(hook: str) -> list[str]:
    if hook in FILES:
        path = FILES[hook]
        return [
            f"[{path}](../{path}), which is installed and run by the tests:",
            "",
            *_code((ROOT / path).read_text("utf-8")),
        ]
    kind = TEMPLATES[hook]
    files = plugin_files(NAME, kind)
    parts = [
        f"What `vocmine plugins new {NAME} --kind {kind}` writes, which the tests install and run:"
    ]
    for path, text in files.items():
        if path.startswith("src/") and path.endswith(".py"):
            parts += ["", f"`{path}`", "", *_code(text)]
    return parts


def _code(text: str) -> list[str]:
    return ["```python", text.rstrip("\n"), "```"]


def _definition(function: Any) -> str:
    """The head of a function, as ruff would write it."""
    signature = str(inspect.signature(function)).replace("'", "")
    line = f"def {function.__name__}{signature}: ..."
    if len(line) <= WIDTH:
        return line
    inside, result = signature[1:].rsplit(") ->", 1)
    arguments = "".join(f"    {argument},\n" for argument in inside.split(", "))
    return f"def {function.__name__}(\n{arguments}) ->{result}: ..."


def _doc(item: Any) -> str:
    lines = (inspect.getdoc(item) or "").splitlines()
    # Sections of a docstring (Returns:, Raises:) become paragraphs; their indent is no code.
    return "\n".join(line.strip() for line in lines)
