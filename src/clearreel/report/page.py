"""The data set as one HTML file that opens offline and asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from importlib import resources
from pathlib import Path

from clearreel.core.errors import StorageError
from clearreel.report.contact_sheet import contact_sheet
from clearreel.report.drops import resolved_rules
from clearreel.report.facts import definitions, histograms
from clearreel.report.history import History, Run, read_history
from clearreel.report.html import Html, join, name, tag, text
from clearreel.report.models import models
from clearreel.report.rights import rights
from clearreel.report.summary import Summary, summarise
from clearreel.report.waterfall import waterfall
from clearreel.report.wording import counted, day, lasting, number, size
from clearreel.stores.catalog import Catalog

_SECTIONS = {
    "funnel": "Funnel",
    "rights": "Rights",
    "clips": "Clips",
    "facts": "Facts",
    "models": "Models",
    "speed": "Speed",
    "definitions": "Definitions",
}

_TERMS = {
    "Hours": "Length of footage in its own presentation time. Sources that were refused are not "
    "opened, so their length is not known and not counted.",
    "Found": "Every clip that the shots of the sources give. Transitions between shots, and edges "
    "that the recipe trims, belong to no clip; so this can be less than what came in.",
    "Dropped": "A clip counts for the first rule that objects to it, and only there.",
    "Outside": "Clips that a rule for this fact objects to, also where another rule dropped them "
    "first.",
    "× real time": "Length of the footage that was worked on, divided by the time on the clock.",
    "Frames decoded": "Frames that were decoded, divided by the frames of the footage. A frame "
    "that is decoded twice counts twice.",
}


def write_report(catalog: Catalog, to: Path) -> Path:
    """Write the report to the file `to`; the path that was written.

    The same catalog gives the same bytes. The size is bounded whatever the number of clips. In the
    folder of a sealed data set the page shows no stills and no captions. Raises `StorageError` when
    the file cannot be written; nothing half written remains.
    """
    page = render_page(catalog, previews=not catalog.keeps_sealed(to))
    partial = to.with_name(f"{to.name}.partial")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(page, "utf-8")
        partial.replace(to)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise StorageError(f"{to} cannot be written: {error.strerror}") from error
    return to


def render_page(catalog: Catalog, *, previews: bool = True) -> str:
    """The whole page as text. Without `previews` it has neither stills nor captions."""
    history = read_history(catalog)
    run = history.last
    rules = resolved_rules(catalog, run.rules if run else ())
    summary = summarise(catalog)
    contents = {
        "funnel": waterfall(summary),
        "rights": rights(catalog),
        "clips": contact_sheet(catalog, history, rules, previews=previews),
        "facts": histograms(catalog, run, rules),
        "models": models(run),
        "speed": _speed(summary, history),
        "definitions": join(_terms(), definitions(catalog, run)),
    }
    body = tag(
        "body",
        _header(summary, run),
        tag(
            "main",
            *(
                tag("section", tag("h2", _SECTIONS[key]), content, id=key)
                for key, content in contents.items()
            ),
        ),
        tag("footer", "Made by clearreel from the data set’s catalog. This page loads nothing."),
    )
    return f"<!doctype html>\n{tag('html', _head(summary), body, lang='en')}\n"


def _head(summary: Summary) -> Html:
    style = resources.files(__package__).joinpath("page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=Html(policy)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{summary.dataset}: what came in, what is kept, and by what right"),
        tag("style", Html(style)),
    )


def _header(summary: Summary, run: Run | None) -> Html:
    refused = sum(s.sources for s in summary.sources if s.status == "refused")
    used = sum(s.sources for s in summary.sources if s.status == "done")
    other = sum(s.sources for s in summary.sources) - refused - used
    aside = f"{refused:,} refused" + (f", {other:,} set aside" if other else "")
    speed = summary.speed.times_real_time if summary.speed else None
    licences = sorted({group.license for group in summary.rights if group.license})
    return tag(
        "header",
        tag("p", "clearreel report", class_="brand"),
        tag("h1", name(summary.dataset, 120)),
        tag(
            "p",
            tag("strong", f"{lasting(summary.kept.hours)} kept"),
            f" of {lasting(summary.hours_in)} of footage, for ",
            tag("strong", summary.use),
            ".",
            class_="headline",
        ),
        tag(
            "dl",
            _figure("Clips kept", f"{summary.kept.clips:,}", f"of {summary.found.clips:,} found"),
            _figure("Sources used", f"{used:,}", aside),
            _figure("Licences", f"{len(licences):,}", ", ".join(licences)),
            _figure("Recipe", run.recipe if run else "none", run.description if run else ""),
            _figure(
                "Stored",
                size(summary.media_bytes + summary.thumbnail_bytes),
                f"from {size(summary.bytes_in)} of sources",
            ),
            _figure(
                "Speed",
                f"{number(round(speed, 1))}×" if speed else "–",
                "real time" if speed else "no run did any work",
            ),
            class_="figures",
        ),
        tag("p", _dates(summary), class_="count"),
        None
        if summary.finished
        else tag(
            "p",
            "The last run was interrupted, or is still at work: what follows is not complete.",
            class_="warning",
        ),
        tag(
            "nav",
            *(tag("a", title, href=f"#{key}") for key, title in _SECTIONS.items()),
            aria_label="Sections",
        ),
    )


def _dates(summary: Summary) -> str:
    made = f"Data set made on {day(summary.created)}"
    if not summary.last_run:
        return f"{made}; no run yet."
    return f"{made}; last run on {day(summary.last_run)}."


def _figure(title: str, value: str, note: str) -> Html:
    return tag("div", tag("dt", title), tag("dd", tag("b", value), tag("span", text(note, 160))))


def _speed(summary: Summary, history: History) -> Html:
    speed = history.speed
    if speed is None:
        return tag("p", "No run has worked on a source yet.", class_="empty")
    return join(
        tag(
            "p",
            f"The run that ended on {day(speed.at)} worked on {counted(speed.sources, 'source')}, "
            f"{lasting(speed.footage_hours)} of footage, in {lasting(speed.wall_seconds / 3600)}.",
            class_="lead",
        ),
        tag(
            "dl",
            _figure("× real time", _or_dash(speed.times_real_time), ""),
            _figure("CPU-seconds", _or_dash(speed.cpu_seconds_per_hour), "per hour of footage"),
            _figure(
                "Frames decoded",
                "–" if speed.decoded_share is None else f"{100 * speed.decoded_share:.0f} %",
                "of the footage’s frames",
            ),
            _figure("Media", size(summary.media_bytes), "in packs"),
            _figure("Stills", size(summary.thumbnail_bytes), "in packs"),
            class_="figures",
        ),
    )


def _or_dash(value: float | None) -> str:
    return "–" if value is None else number(round(value, 1))


def _terms() -> Html:
    return tag(
        "dl",
        *(tag("div", tag("dt", term), tag("dd", meaning)) for term, meaning in _TERMS.items()),
        class_="definitions",
    )
