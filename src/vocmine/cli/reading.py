"""Options about how a file is read, shared by the commands that read one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vocmine.cli.options import typed
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from vocmine.plugin import ReadOptions

F = TypeVar("F", bound=Callable[..., Any])


def reading_options(function: F) -> F:
    """How an export is read: `--source`, `--map`, `--encoding`, `--dates`, what to mend, whose."""
    for name, text in (
        ("--keep-names", "Store the names of authors; without it, pseudonyms."),
        ("--as-exported", "Leave HTML in texts, and words of a form that most of them repeat."),
        ("--repair-text", "Mend garbled accents (Ã¡ for á) in texts, titles and authors."),
    ):
        function = click.option(name, is_flag=True, help=text)(function)
    function = click.option(
        "--dates",
        type=click.Choice(("dmy", "mdy")),
        help="Whether dates such as 03/04/2026 begin with the day or the month.  "
        "[default: detected]",
    )(function)
    fields = "text, external_id, created_at, title, channel, author, country, score"
    function = click.option(
        "--company",
        default="",
        metavar="NAMES",
        help="Mail domains or addresses of the company, separated by commas: mail from there is "
        "not a customer's.  [default: detected]",
    )(function)
    function = table_options(fields)(function)
    return click.option(
        "--source",
        default="",
        metavar="NAME",
        help="Source plugin that reads the export.  [default: detected]",
    )(function)


def table_options(fields: str) -> Callable[[F], F]:
    """`--map` of the given fields, `--encoding`, `--delimiter`, `--sheet`."""
    return lambda function: _table_options(fields, function)


def _table_options(fields: str, function: F) -> F:
    for name, metavar, text in (
        ("--sheet", "NAME", "Sheet of a workbook."),
        ("--delimiter", "CHAR", "Column delimiter of a text file; 'tab' for a tab."),
        ("--encoding", "NAME", "Encoding of a text file, such as utf-8 or latin-1."),
    ):
        function = click.option(
            name, default="", metavar=metavar, help=f"{text}  [default: detected]"
        )(function)
    return click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="FIELD=COLUMN",
        help=f"Read FIELD ({fields}) from COLUMN, or from none: --map FIELD=; may be "
        "repeated.  [default: detected]",
    )(function)


def country_option(function: F) -> F:
    """`--country`."""
    return click.option(
        "--country",
        default="",
        metavar="CODE",
        callback=_country,
        help="Customers' country (ISO code: CO, MX, PE …), when the export does not tell.",
    )(function)


def _country(context: click.Context, parameter: click.Parameter, value: str) -> str:
    code = value.strip().upper()
    if code and not (len(code) == 2 and code.isalpha()):
        raise click.BadParameter(f"'{value}' is no ISO country code; write two letters, as CO.")
    return code


def parse_pairs(
    given: Sequence[str], option: str, example: str, *, blank: bool = False
) -> dict[str, str]:
    """`KEY=VALUE` arguments as a dict; `blank` allows `KEY=`.

    Raises:
        UsageError: When one has no `=`, or nothing on a side that needs something.
    """
    pairs = {}
    for item in given:
        key, equals, value = typed(item).partition("=")
        if not equals or not key.strip() or not (blank or value.strip()):
            raise UsageError(
                f"{option} '{item}' is not KEY=VALUE.", f"For example: {option} {example}"
            )
        pairs[key.strip()] = value.strip()
    return pairs


def read_options(given: Mapping[str, Any], country: str) -> ReadOptions:
    """What the user overrides, as source plugins take it."""
    from vocmine.plugin import ReadOptions

    delimiter = given.get("delimiter") or ""
    return ReadOptions(
        mapping=parse_pairs(given.get("mapping") or (), "--map", "text=Descripción", blank=True),
        encoding=given.get("encoding") or "",
        delimiter="\t" if delimiter.lower() in ("tab", r"\t") else delimiter,
        sheet=given.get("sheet") or "",
        country=country,
        dates=given.get("dates") or "",
        repair_text=bool(given.get("repair_text")),
        as_exported=bool(given.get("as_exported")),
        keep_names=bool(given.get("keep_names")),
        company=given.get("company") or "",
    )
