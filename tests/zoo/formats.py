"""The page of formats: what is read, how it is recognised, what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .animals import Animal, Said


@dataclass(frozen=True)
class Format:
    """A line of the page: name, what of the content gives it away, what its records become."""

    name: str
    group: str
    recognised: str
    becomes: str


_HELP, _REG, _REV, _SUR, _MAIL, _ANY = (
    "Help desks", "Regulators and municipalities", "Reviews", "Surveys", "Mail", "Any table",
)  # fmt: skip
GROUPS = (_HELP, _REG, _REV, _SUR, _MAIL, _ANY)

FORMATS = {
    "zendesk": Format(
        "Zendesk account export (JSON lines), view (CSV)", _HELP,
        "`requester_id` and `comments`; `Summation column`",
        "The requester's comments are the text, those of agents, private ones too, the context. "
        "A view has subjects only."),
    "freshdesk": Format(
        "Freshdesk CSV, API JSON", _HELP, "`Agent interactions`; `description_text`",
        "Description and incoming messages are the text; source codes become channel names."),
    "freshservice": Format(
        "Freshservice CSV", _HELP, "`Urgency`, `Impact`, `Requester Name`",
        "Description is the text."),
    "jira": Format(
        "Jira and Jira Service Management CSV, all fields", _HELP,
        "`Issue key`, `Project key`, `Summary`",
        "Description and the reporter's comments are the text, other comments the context; "
        "repeated columns and rows wider than the header are kept."),
    "intercom": Format(
        "Intercom conversations (JSON)", _HELP, "`conversation_parts`, `source.body`",
        "Turns of users and leads are the text, those of admins the context; HTML becomes text."),
    "hubspot": Format(
        "HubSpot tickets (CSV), with labels or property names", _HELP,
        "`Ticket name`, `Pipeline`; `property_content`", "Ticket description is the text."),
    "salesforce": Format(
        "Salesforce Case, Data Loader or report", _HELP, "`CaseNumber`, `SuppliedEmail`; "
        "`Case Number`, `Date/Time Opened`",
        "Description is the text, comments of the company the context; the case number is the id."),
    "servicenow": Format(
        "ServiceNow (CSV, table API)", _HELP, "`short_description`, `caller_id`, `sys_id`",
        "Description is the text, close and work notes the context."),
    "sfc": Format(
        "Superintendencia Financiera de Colombia, Smartsupervisión, moments 1 to 3", _REG,
        "`codigo_queja`, `texto_queja`",
        "`texto_queja` is the text; keys may carry accents or capitals."),
    "redeco": Format(
        "CONDUSEF REDECO", _REG, "`QuejasFolio`, `QuejasFecRecepcion`",
        "The column with the narrative is the text, `QuejasRespuesta` the context."),
    "supersalud": Format(
        "Supersalud PQRD", _REG, "`PQR_CANAL`, `PQR_TIPOPETICION`, `MACROMOTIVO`",
        "The description is the text; codes and `RIESGO_VIDA` stay as columns."),
    "municipal": Format(
        "PQRS of a municipality or utility, complaints book", _REG,
        "`Número de radicado`, `Fecha de radicación`, `Dependencia`",
        "Description or facts are the text, the answer the context; claims are kept."),
    "google_play": Format(
        "Google Play Console (CSV, UTF-16)", _REV, "`Package Name`, `Review Text`",
        "The id comes from the review's link; the developer's reply is context."),
    "app_store": Format(
        "App Store Connect API, RSS feed", _REV, "`attributes.body`; `im:rating`",
        "Three-letter territories become country codes; the feed's first entry is the app."),
    "google_business": Format(
        "Google Business Profile API, Takeout", _REV, "`starRating`, `reviewId`",
        "Ratings in words become numbers; of a translated comment the original is the text."),
    "trustpilot": Format("Trustpilot (JSON)", _REV, "`consumer.displayName`, `stars`",
                         "The company's reply is context."),
    "tripadvisor": Format("TripAdvisor (JSON)", _REV, "`trip_type`, `travel_date`",
                          "The owner's response is context."),
    "mercado_libre": Format("Mercado Libre (JSON)", _REV, "`rate`, `content`, `likes`",
                            "`content` is the text."),
    "amazon": Format("Amazon reviews (JSON lines)", _REV, "`asin`, `rating`",
                     "HTML breaks become white space; times are milliseconds."),
    "yelp": Format("Yelp (CSV, JSON lines)", _REV, "`business_id`, `stars`", "As it stands."),
    "reviews": Format("Any table of ratings and texts", _REV, "a rating and a text",
                      "Ratings as numbers, `4/5`, words or drawn stars become 1 to 5."),
    "qualtrics": Format(
        "Qualtrics, three header rows or legacy", _SUR,
        "`ImportId` in the third row; `ResponseSet`",
        "One message for each open answer, its question in the context."),
    "surveymonkey": Format(
        "SurveyMonkey (CSV, XLSX)", _SUR, "`Respondent ID`, `Collector ID`, two header rows",
        "One message for each open answer; options of a question are kept."),
    "typeform": Format("Typeform (CSV)", _SUR, "`#`, `Submit Date (UTC)`, `Network ID`",
                       "One message for each open answer."),
    "google_forms": Format(
        "Google Forms in Spanish, Portuguese, English", _SUR,
        "`Marca temporal`, `Carimbo de data/hora`, `Timestamp`",
        "One message for each open answer."),
    "microsoft_forms": Format("Microsoft Forms", _SUR,
                              "`Hora de inicio`, `Start time`, `Completion time`",
                              "One message for each open answer."),
    "metrics": Format(
        "Any survey with NPS, CSAT or CES", _SUR, "a header that asks for it, and its range",
        "The score is kept as `nps`, `csat` or `ces`; without words the answer is counted only."),
    "mbox": Format("mbox, Gmail Takeout", _MAIL, "dated `From ` lines; `X-GM-THRID`",
                   "One message for each mail that a customer wrote; sent mail and chats are not."),
    "eml": Format(
        "Single mails (eml)", _MAIL, "the headers",
        "Quoted mail, signatures and disclaimers become context; a mail forwarded without a word "
        "speaks for who wrote it; attachments are listed."),
    "maildir": Format("Maildir folder", _MAIL, "`cur`, `new`, `tmp`", "As an mbox."),
    "table": Format(
        "CSV, TSV, JSON, JSON lines", _ANY,
        "the content, whatever the file is called: encoding, delimiter, quotes, header row",
        "Rows without text are skipped, rows that cannot be read are recorded."),
    "workbook": Format("XLSX, XLS, ODS", _ANY, "the sheet that holds a table of words",
                       "Formulas give their values, file numbers keep their digits."),
    "compressed": Format("gz, bz2, zip", _ANY, "the content of each file inside",
                         "Each export inside is read as if it lay beside it."),
    "dates": Format(
        "Dates", _ANY, "day and month first, decided by the whole file; names of months; serials",
        "A date that cannot be read stays as it is in the column, and is counted."),
    "common": Format("Forms, HTML, repeated rows", _ANY, "labels, tags and lines that repeat",
                     "Labels, footers and tags are not analysed; duplicates are counted once."),
    "not_read": Format(
        "Images, PDF, Word, web pages, XML, archives that unpack to too much", _ANY,
        "the content", "Refused, in one sentence that says what it is and what to do."),
}  # fmt: skip

_HEAD = """\
# What exports are read

Content decides, never the extension. `vocmine preview FILE` shows what was recognised and which
column feeds which field; each part is put right by one option:

| wrong | option |
|---|---|
| the column of the text, the date, the id… | `--map text=Hechos` |
| the sheet of a workbook | `--sheet "PQRS marzo"` |
| every accent, because the encoding was guessed wrong | `--encoding cp1252` |
| accents that were garbled before the export (`Ã¡`) | `--repair-text` |
| columns cut in the wrong place | `--delimiter ";"` |
| the order of day and month | `--dates mdy` |
| HTML or words of a form that were taken out of texts | `--as-exported` |
| whose mail is the company's, not a customer's | `--company tienda.example.com` |
| the source | `--source reviews` |

This page is made from the zoo in `tests/zoo`, files written by this project with what reading each
one has to give (`python -m tests.zoo --docs docs/formats.md`). Look at them with
`python -m tests.zoo --to FOLDER`. *Files* says how many of them there are of each format.
"""


def page(animals: Sequence[Animal]) -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    for group in GROUPS:
        parts.append(f"\n## {group}\n\n| export | recognised by | what becomes of it | files |\n")
        parts.append("|---|---|---|---:|\n")
        for key, line in FORMATS.items():
            if line.group == group:
                count = sum(animal.kind == key for animal in animals)
                parts.append(f"| {line.name} | {line.recognised} | {line.becomes} | {count} |\n")
    messages = sum(isinstance(record, Said) for animal in animals for record in animal.records)
    others = sum(len(animal.records) for animal in animals) - messages
    parts.append(
        f"\n{len(animals)} files, {messages} messages, {others} records that are skipped or "
        "recorded as unreadable.\n"
    )
    return "".join(parts)
