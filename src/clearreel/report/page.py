"""The data set as one HTML file that opens offline and asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from pathlib import Path

from clearreel.core.errors import StorageError
from clearreel.models.catalog import WEIGHTS
from clearreel.report.charts import draw_step
from clearreel.report.contact_sheet import contact_sheet
from clearreel.report.facts import definitions, histograms
from clearreel.report.history import History, Run, read_history
from clearreel.report.html import Html, join, name, tag, text
from clearreel.report.rights import rights
from clearreel.report.summary import Summary, resolved_rules, summarise
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

_UNSEEN_SECONDS = 0.05
"""Footage between the clips that is too short to be written down."""


def write_report(catalog: Catalog, to: Path) -> Path:
    """Write the report to the file `to`; the path that was written.

    The same catalog gives the same bytes. The size is bounded whatever the number of clips. Raises
    `StorageError` when the file cannot be written.
    """
    page = render_page(catalog)
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(page, "utf-8")
    except OSError as error:
        raise StorageError(f"{to} cannot be written: {error.strerror}") from error
    return to


def render_page(catalog: Catalog) -> str:
    """The whole page as text."""
    history = read_history(catalog)
    run = history.last
    rules = resolved_rules(catalog, run.rules if run else ())
    summary = summarise(catalog)
    contents = {
        "funnel": _funnel(summary),
        "rights": rights(catalog),
        "clips": contact_sheet(catalog, history, rules),
        "facts": histograms(catalog, run, rules),
        "models": _models(run),
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


def _funnel(summary: Summary) -> Html:
    used = sum(s.sources for s in summary.sources if s.status == "done")
    found, kept = summary.found, summary.kept
    between = summary.hours_in - found.hours
    whole = max(summary.hours_in, found.hours) or 1.0
    left = found.hours
    steps = [
        tag("li", tag("span", "clips", class_="clips"), tag("span", "footage", class_="hours")),
        _step("Came in", f"{counted(used, 'source')}", None, summary.hours_in, 1.0, 1.0, "total"),
    ]
    if between * 3600 >= _UNSEEN_SECONDS:
        note = "transitions, and edges that the recipe trims"
        steps.append(_step("between the clips", note, None, between, 1.0, left / whole))
    steps.append(_step("Found", "", found.clips, found.hours, left / whole, left / whole, "total"))
    for drop in summary.dropped:
        before, left = left, max(0.0, left - drop.hours)
        note = f"keeps {drop.bound}" if drop.bound else ""
        kind = "" if drop.clips else "idle"
        shares = (before / whole, left / whole)
        steps.append(_step(drop.reason, note, drop.clips, drop.hours, *shares, kind))
    share = kept.hours / whole
    steps.append(_step("Kept", "", kept.clips, kept.hours, share, share, "total"))
    return join(
        tag("ol", *steps, class_="funnel") if found.clips else _nothing(summary),
        *(
            tag(
                "p",
                tag("b", "Not applied: "),
                f"{rule.bound}" + (f" ({rule.reason})" if rule.reason else "") + f"; {rule.why}.",
                class_="not-applied",
            )
            for rule in summary.not_applied
        ),
        _cuts(summary),
    )


def _nothing(summary: Summary) -> Html:
    said = "No clips were found." if summary.sources else "No footage has come in yet."
    return tag("p", said, class_="empty")


def _step(
    title: str,
    note: str,
    clips: int | None,
    hours: float,
    before: float,
    after: float,
    kind: str = "",
) -> Html:
    minus = "" if kind else "−"
    amount = "" if clips is None else f"{minus}{clips:,}"
    described = f"{title}: {minus}{lasting(hours)}"
    return tag(
        "li",
        tag(
            "span",
            text(title),
            tag("span", note, class_="bound-text") if note else None,
            class_="label",
        ),
        draw_step(before, after, described),
        tag("span", amount, class_="clips"),
        tag("span", f"{minus}{lasting(hours)}", class_="hours"),
        class_=kind or None,
    )


def _cuts(summary: Summary) -> Html | None:
    if not summary.cuts:
        return None
    rows = [
        tag(
            "tr",
            tag("th", cut.mode, scope="row"),
            *(
                tag("td", value)
                for value in (
                    f"{cut.clips:,}",
                    lasting(cut.hours),
                    size(cut.bytes),
                    f"{cut.hidden_frames:,}",
                    f"{cut.reencoded_frames:,}",
                )
            ),
        )
        for cut in summary.cuts
    ]
    return _table(("Cut", "Clips", "Footage", "Bytes", "Hidden frames", "Re-encoded"), rows)


def _table(headings: tuple[str, ...], rows: list[Html]) -> Html:
    head = tag("tr", *(tag("th", heading, scope="col") for heading in headings))
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("div", table, class_="scroll")


def _models(run: Run | None) -> Html:
    if run is None:
        return tag("p", "No run yet.", class_="empty")
    stages = tag(
        "p",
        "Shots by ",
        tag("code", run.detector),
        "; measured by " if run.stages else "; nothing measured.",
        *(join(", " if place else None, tag("code", s)) for place, s in enumerate(run.stages)),
        "." if run.stages else None,
        class_="lead",
    )
    if not run.weights:
        return join(stages, tag("p", "No model weights took part.", class_="empty"))
    return join(stages, *(_weight(weight) for weight in run.weights))


def _weight(called: str) -> Html:
    weight = WEIGHTS.get(called)
    if weight is None:
        about = {"Licence": "not known to this version of clearreel"}
    else:
        about = {
            "Purpose": weight.purpose,
            "Licence": weight.license,
            "Training data": weight.training_data,
            "Stated": weight.stated,
            "Note": weight.note,
            "SHA-256": weight.sha256,
        }
    return tag(
        "div",
        tag("h4", called),
        tag(
            "dl",
            *(
                tag("div", tag("dt", title), tag("dd", text(value, 1000)))
                for title, value in about.items()
                if value
            ),
        ),
        class_="grant",
    )


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
