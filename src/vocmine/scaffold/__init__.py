"""A plugin to start from: `vocmine plugins new` writes a distribution that installs and passes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template

from vocmine import __version__
from vocmine.accents import without_accents
from vocmine.errors import UsageError
from vocmine.plugins import load_plugins

PREFIX = "vocmine-"
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST = 30
_BASE = "vocmine>={version}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of plugin is made of.

    Args:
        registered: The kind as `vocmine.plugins.KINDS` calls it.
        hook: The hook that registers it.
        module: Its module, and the template of that name.
        class_name: Of the class in it.
        what: The kind in words.
        summary: What the plugin does as it is written, in one line.
        command: The command that shows it at work.
        needs: Requirements besides vocmine.
        tested: Whether `vocmine.testing` has a suite for it.
    """

    registered: str
    hook: str
    module: str
    class_name: str
    what: str
    summary: str
    command: str
    needs: tuple[str, ...] = ()
    tested: bool = True


KINDS = {
    "source": Kind(
        "source",
        "register_sources",
        "source",
        "CallNotesSource",
        "source",
        "Notes of a call centre, blocks of lines",
        "vocmine preview notas.txt",
    ),
    "analyzer": Kind(
        "analyzer",
        "register_analyzers",
        "analyzer",
        "CueAnalyzer",
        "analyzer",
        "Lawyers, the press and regulators, where customers name them",
        "vocmine analyze quejas.csv",
    ),
    "encoder": Kind(
        "encoder",
        "register_encoders",
        "encoder",
        "TrigramEncoder",
        "encoder",
        "Vectors of three letters at a time",
        'python -c "from vocmine.integrations.sklearn import VocVectors; '
        "print(VocVectors(encoder='{slug}').transform(['Hola']).shape)\"",
        needs=("numpy>=1.26",),
    ),
    "report": Kind(
        "section",
        "register_report_sections",
        "section",
        "ChannelSection",
        "report section",
        "Messages by channel, in the report",
        "vocmine report",
        needs=("markupsafe>=2.1",),
        tested=False,
    ),
}
"""What `--kind` takes."""


def names_of(name: str) -> dict[str, str]:
    """Distribution, package, slug and identifier of a plugin, from the name it was given.

    Raises:
        UsageError: No name that both pip and Python can take; the hint says the nearest one.
    """
    slug = name.removeprefix(PREFIX)
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST:
        near = (
            re.sub(r"[^a-z0-9]+", "-", without_accents(slug.lower()))
            .strip("-0123456789")[:_LONGEST]
            .strip("-")
        )
        raise UsageError(
            f"'{name}' cannot name a plugin: use small letters without accents, digits and single "
            f"hyphens, a letter first, {_LONGEST} at most.",
            f"For example: vocmine plugins new {near or 'quejas-radio'}",
        )
    identifier = slug.replace("-", "_")
    return {
        "slug": slug,
        "ident": identifier,
        "distribution": PREFIX + slug,
        "package": f"vocmine_{identifier}",
    }


def plugin_files(name: str, kind: str) -> dict[str, str]:
    """Path in the distribution to the text of each file of a new plugin.

    Args:
        name: `quejas-radio`, or `vocmine-quejas-radio`.
        kind: One of `KINDS`.

    Raises:
        UsageError: The name makes no sense.
    """
    names, of = names_of(name), KINDS[kind]
    registers = f"{of.what} `{names['slug']}`. {of.summary}"
    needs = (_BASE.format(version=__version__), *sorted(of.needs))
    values = {
        **names,
        "hook": of.hook,
        "module": of.module,
        "what": of.what,
        "summary": of.summary,
        "registers": registers,
        "command": of.command.replace("{slug}", names["slug"]),
        "class_name": of.class_name,
        "dependencies": ", ".join(f'"{need}"' for need in needs),
    }
    package = f"src/{names['package']}"
    templates = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        ".gitignore": "gitignore",
        ".github/workflows/tests.yml": "tests.yml",
        f"{package}/__init__.py": "init.py",
        f"{package}/{of.module}.py": f"{of.module}.py",
        f"{package}/py.typed": "",
        f"tests/test_{names['ident']}.py": f"test_{of.module}.py",
    }
    if of.tested:
        templates[f"tests/test_{names['ident']}_contract.py"] = f"test_contract_{of.module}.py"
    return {
        path: _template(template).substitute(values) if template else ""
        for path, template in templates.items()
    }


def write_plugin(name: str, kind: str, parent: Path) -> Path:
    """Write a new plugin to a folder of its own and return that folder.

    Args:
        name: As for `plugin_files`.
        kind: One of `KINDS`.
        parent: Folder in which the plugin's folder is made.

    Raises:
        UsageError: The name makes no sense or is taken, or the folder is there already: nothing
            is ever overwritten.
    """
    names, contents = names_of(name), plugin_files(name, kind)
    _refuse_taken(names, KINDS[kind])
    folder = parent / names["distribution"]
    try:
        folder.mkdir(parents=True)
        for path, text in contents.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="\n")
    except FileExistsError as error:
        raise UsageError(
            f"{error.filename} is there already, and nothing is overwritten.",
            "Choose another name, or another folder with --to.",
        ) from error
    except OSError as error:
        raise UsageError(
            f"The plugin cannot be written to {folder}: {error.strerror}.",
            "Choose another folder with --to.",
        ) from error
    return folder


def _refuse_taken(names: dict[str, str], kind: Kind) -> None:
    """Refuse a name that would collide with what is installed."""
    plugins = load_plugins()
    slug = names["slug"]
    taken = plugins.registered[kind.registered].get(slug)
    owner = taken.distribution if taken else plugins.distributions.get(slug, ("", ""))[0]
    if not owner and find_spec(names["package"]):
        owner = f"the package {names['package']}"
    if owner:
        raise UsageError(
            f"The name '{slug}' is taken by {owner}, which is installed.", "Choose another name."
        )


def _template(name: str) -> Template:
    return Template((files(__name__) / "templates" / f"{name}.tmpl").read_text("utf-8"))
