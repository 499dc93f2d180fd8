"""Write the generated pages of the documentation, or check that they are up to date.

python docs/make_reference.py           write cli.md, hooks.md, store.md, keys of configuration.md
python docs/make_reference.py --check   exit 1 when one of them is stale
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import click
from hook_pages import hook_reference

from vocmine.catalogue import catalogue
from vocmine.cli import COMMANDS, cli
from vocmine.cli.configured import SHARED, UNCONFIGURED, Key, keys_of
from vocmine.cli.configured_plugins import TRUST
from vocmine.store import Store
from vocmine_email.fetch_command import fetch

DOCS = Path(__file__).parent
WIDTH = 100
KEYS = "<!-- keys: written by make_reference.py -->"
END_OF_KEYS = "<!-- /keys -->"
# The commands of the plugins that come with vocmine are part of it for who reads the page.
TOLD = {**COMMANDS, "fetch": fetch.get_short_help_str(WIDTH)}


def command_reference() -> str:
    """`docs/cli.md`: the help of every built-in command."""
    parts = [
        "# Command line reference",
        "",
        "Generated from `--help` by `python docs/make_reference.py`. Results go to standard "
        "output, progress and notes to standard error. Exit codes: 0 ok, 1 something failed (the "
        "rest is done), 2 wrong usage.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`{name}`](#vocmine-{name}) | {text} |" for name, text in TOLD.items()),
    ]
    with click.Context(cli, info_name="vocmine") as parent:
        for name in TOLD:
            command = cli.get_command(parent, name)
            assert command is not None
            parts += _help(name, command, parent, "##")
    return "\n".join(parts) + "\n"


def _help(name: str, command: click.Command, parent: click.Context, level: str) -> list[str]:
    """The help of a command and of the commands below it."""
    context = click.Context(
        command, info_name=name, parent=parent, max_content_width=WIDTH, terminal_width=WIDTH
    )
    title = f"{level} {context.command_path}"
    parts = ["", title, "", "```", command.get_help(context), "```"]
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            parts += _help(below, one, context, f"{level}#")
    return parts


def settings_page() -> str:
    """`docs/configuration.md` with the keys that settings may have."""
    page = (DOCS / "configuration.md").read_text("utf-8")
    before, rest = page.split(KEYS, 1)
    after = rest.split(END_OF_KEYS, 1)[1]
    commands = {}
    with click.Context(cli, info_name="vocmine") as parent:
        for name in TOLD:
            command = cli.get_command(parent, name)
            assert command is not None
            if name not in UNCONFIGURED:
                commands[name] = keys_of(name, command)
    parts = ["", "`[defaults]`:", "", "| key | what it must be | what it does | commands |"]
    parts.append("|---|---|---|---|")
    for key in SHARED:
        users = {name: keys[key] for name, keys in commands.items() if _shares(keys, key)}
        option = next(iter(users.values())).option
        told = f"`{'`, `'.join(users)}`"
        parts.append(f"| `{key}` | {option.expected} | {_line(option.help)} | {told} |")
    parts += ["", "Tables of commands, whose keys are explained in [the reference](cli.md):", ""]
    parts += ["| table | keys, those of `[defaults]` apart |", "|---|---|"]
    for name, keys in commands.items():
        own = [f"`{key.option.name}` ({key.option.expected})" for key in keys.values()]
        own = [text for text, key in zip(own, keys.values(), strict=True) if not key.shared]
        parts.append(f"| `[{name}]` | {', '.join(own) or 'none of its own'} |")
    parts += ["", "`[plugins]`:", "", "| key | what it must be | what it does |", "|---|---|---|"]
    for option in TRUST.values():
        parts.append(f"| `{option.name}` | {option.expected} | {option.help} |")
    parts.append("| `ANALYZER` | a table | the options of an analyzer |")
    return f"{before}{KEYS}\n{chr(10).join(parts)}\n\n{END_OF_KEYS}{after}"


def _shares(keys: dict[str, Key], name: str) -> bool:
    return name in keys and keys[name].shared


def _line(text: str) -> str:
    """The help of an option in a cell; what it is without settings stands in the reference."""
    return text.split("  [default")[0].replace("|", "\\|")


def store_reference() -> str:
    """`docs/store.md`: tables, views and label sets of a fresh store."""
    parts = [
        "# The store",
        "",
        "One SQLite file, `vocmine.db` unless `--db` says otherwise. Generated from a fresh store "
        "by `python docs/make_reference.py`. Open it with `sqlite3`, Datasette or any SQLite "
        "client. Tables of analyzers (`sentiment`, `emotions`, `pqrs`, …) are made when an "
        "analyzer first runs; `vocmine plugins --check -v` lists them. `messages_fts` is the "
        "full-text index over `messages.title` and `messages.text`, blind to accents.",
        "",
        "## Tables",
    ]
    with Store() as store:
        tables = [t for t in store.db.table_names() if not t.startswith(("labels_", "_"))]
        for name in tables:
            parts += ["", f"### {name}", "", "```sql", store.db.table(name).schema, "```"]
        parts += ["", "## Views"]
        for name in store.db.view_names():
            parts += ["", f"### {name}", "", "```sql", store.db.view(name).schema, "```"]
    parts += ["", "## Label sets", "", "Table `labels_<set>` holds code, name and position."]
    for code, labels in catalogue().items():
        parts += ["", f"### {code}", "", "| code | es | pt | en |", "|---|---|---|---|"]
        parts += [
            f"| `{label.code}` | {label.names['es']} | {label.names['pt']} | {label.names['en']} |"
            for label in labels.labels
        ]
    return "\n".join(parts) + "\n"


PAGES = {
    "cli.md": command_reference,
    "hooks.md": hook_reference,
    "store.md": store_reference,
    "configuration.md": settings_page,
}


def main() -> None:
    """Write or check every generated page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    options = parser.parse_args()
    stale = []
    for name, make in PAGES.items():
        page, text = DOCS / name, make()
        if page.exists() and page.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not options.check:
            page.write_text(text, "utf-8")
    if options.check and stale:
        sys.exit(f"Stale: {', '.join(stale)}. Run 'python docs/make_reference.py'.")


if __name__ == "__main__":
    main()
