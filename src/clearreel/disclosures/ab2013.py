"""`ab2013`: the documentation of training data that California's AB 2013 asks for.

Items as in section 3111(a) of the Civil Code of California, which AB 2013 (2024) added.
"""

from __future__ import annotations

from collections.abc import Callable

from clearreel.disclosures import passages
from clearreel.disclosures.document import Document
from clearreel.disclosures.record import Record
from clearreel.exports.markdown import escaped


def render(record: Record) -> Document:
    """The twelve items as far as the data set can fill them."""
    page = Document("Training data documentation")
    page.say(
        passages.preamble(record, "The items are those of section 3111(a), California Civil Code."),
        f"System or service: {page.blank('name and version')}",
    )
    for number, (title, write) in enumerate(_ITEMS.items(), 1):
        page.heading(2, f"({number}) {title}")
        write(page, record)
    return page


def _owners(page: Document, record: Record) -> None:
    page.say(passages.offered(page, record))
    passages.holder_table(page, record.by_holder)
    passages.elsewhere(page, record)


def _purpose(page: Document, record: Record) -> None:
    page.say(
        f"The data set is declared for {record.use.name}: {record.use.description}.",
        page.blank("how it furthers the intended purpose of the system or service"),
    )


def _amount(page: Document, record: Record) -> None:
    page.say(
        f"{page.figure(record.figures.clips)}, {page.figure(record.figures.hours)} of video, of "
        f"{page.figure(record.figures.works)}."
    )


def _types(page: Document, record: Record) -> None:
    figures = record.figures
    page.say(
        f"A data point is a clip of video. {page.figure(figures.sound_hours)} have sound; "
        f"{page.figure(figures.captions)} go with them.",
        "Labels are the facts that were measured on each clip, by the stages "
        f"{escaped(', '.join(record.run.stages))}."
        if record.run is not None and record.run.stages
        else "Nothing was measured on them but size, length and rate.",
    )
    passages.models_table(page, record)


def _protection(page: Document, record: Record) -> None:
    passages.license_table(page, record)
    page.say(page.blank("whether trademarks or patents are concerned"))


def _acquisition(page: Document, record: Record) -> None:
    page.say(
        passages.grounds(page, record), page.blank("which of the works were purchased or licensed")
    )


def _personal(page: Document, record: Record) -> None:
    page.say(
        " ".join(passages.people(page, record)),
        page.blank("whether that is personal information, section 1798.140(v)"),
    )


def _aggregate(page: Document, record: Record) -> None:
    page.say(page.blank("whether there is aggregate consumer information, section 1798.140(b)"))


def _cleaning(page: Document, record: Record) -> None:
    page.list(map(escaped, passages.processing(record)))
    figures = record.figures
    page.say(f"Of {page.figure(figures.found)} found, {page.figure(figures.dropped)} were dropped:")
    passages.drop_table(page, record)
    if record.run is not None:
        page.say(f"Purpose, as the recipe says: {escaped(record.run.description)}")
    page.say(page.blank("the intended purpose in relation to the system or service"))


def _period(page: Document, record: Record) -> None:
    figures = record.figures
    page.say(
        f"The works were taken into the data set from {page.figure(figures.first_taken)} to "
        f"{page.figure(figures.last_taken)}.",
        page.blank("when they were recorded or collected before, and whether collection goes on"),
    )


def _first_use(page: Document, record: Record) -> None:
    page.say(page.blank("dates when the data set was first used in development"))


def _synthetic(page: Document, record: Record) -> None:
    page.say(
        "No stage that ships with clearreel makes footage, sound or captions.",
        *passages.written(page, record),
        page.blank("whether synthetic data generation is used elsewhere in development"),
    )


_ITEMS: dict[str, Callable[[Document, Record], None]] = {
    "Sources or owners": _owners,
    "How the data set furthers the intended purpose": _purpose,
    "Number of data points": _amount,
    "Types of data points": _types,
    "Copyright, trademark, patent or public domain": _protection,
    "Purchased or licensed": _acquisition,
    "Personal information": _personal,
    "Aggregate consumer information": _aggregate,
    "Cleaning, processing and other modification": _cleaning,
    "Time of collection": _period,
    "Dates of first use": _first_use,
    "Synthetic data generation": _synthetic,
}
