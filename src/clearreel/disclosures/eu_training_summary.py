"""`eu-training-summary`: the public summary of training content that the EU's AI Act asks for.

Sections as in the template of the European Commission (C(2025) 8311, first published on 24 July
2025) for Article 53(1)(d) of Regulation (EU) 2024/1689.
"""

from __future__ import annotations

from clearreel.disclosures import passages
from clearreel.disclosures.document import Document
from clearreel.disclosures.figures import Figure
from clearreel.disclosures.record import Record
from clearreel.exports.markdown import escaped

_HOURS = {
    "Less than 10,000 hours": 1e4,
    "10,000 to 1 million hours": 1e6,
    "More than 1 million hours": float("inf"),
}
"""Bands of video and of audio, and what each is below."""

_TOKENS = "Less than 1 billion tokens"
_FEWEST_TOKENS = 10**9

_SIGNALS = "measures beyond these, and whom rights holders write to"


def render(record: Record) -> Document:
    """The summary as far as the data set can fill it."""
    page = Document("Public Summary of Training Content for General-Purpose AI models")
    law = (
        "The sections are those of the template for Article 53(1)(d) of Regulation (EU) 2024/1689."
    )
    page.say(
        passages.preamble(record, law),
        f"Version of the Summary: {page.blank('version')}",
        f"Last update: {record.at:%d/%m/%Y}",
    )
    _general(page, record)
    _sources(page, record)
    _processing(page, record)
    return page


def _general(page: Document, record: Record) -> None:
    page.heading(2, "1. General information")
    page.heading(3, "1.1. Provider identification")
    page.list(
        [
            f"Provider name and contact details: {page.blank('name and contact details')}",
            f"Authorised representative: {page.blank('name and contact details, if any')}",
        ]
    )
    page.heading(3, "1.2. Model identification")
    page.list(
        [
            f"Versioned model name(s): {page.blank('names and versions')}",
            f"Model dependencies: {page.blank('models that it was made from')}",
            f"Date of placement on the Union market: {page.blank('date')}",
        ]
    )
    page.heading(3, "1.3. Modalities, overall training data size and other characteristics")
    figures = record.figures
    kinds = page.blank("types of content, such as films, news, user videos")
    rows = [("Video", _band(page, figures.hours), f"Clips of shots; {kinds}")]
    if figures.sound_hours.value:
        said = "The sound of these clips, where the source has sound"
        rows.append(("Audio", _band(page, figures.sound_hours), said))
    if figures.captions.value:
        said = f"{page.figure(figures.captions)} that lay beside the footage"
        rows.append(("Text", _text_band(page, figures.caption_bytes), said))
    page.table(("Modality", "Training data size", "Types of content"), rows)
    page.list(
        [
            "Latest date of data acquisition/collection: taken into the data set until "
            f"{page.figure(figures.last_taken)}; "
            + page.blank("whether the model is trained on new data after this date"),
            "Linguistic characteristics: "
            + page.blank("languages that are spoken or written; the data set does not tell them"),
            "Other relevant characteristics: " + page.blank("regions, people, domains"),
        ]
    )


def _sources(page: Document, record: Record) -> None:
    page.heading(2, "2. List of data sources")
    page.say(passages.offered(page, record), passages.grounds(page, record))
    by_kind = {
        kind: [g for g in record.by_holder if passages.kind_of(g.name[0]) == kind]
        for kind in ("public", "agreement", "own")
    }
    page.heading(3, "2.1. Publicly available datasets")
    if by_kind["public"]:
        page.say("Works under public licences, or in the public domain:")
        passages.holder_table(page, by_kind["public"])
    passages.elsewhere(page, record)
    page.say(
        page.blank(
            "which of the works came as part of a publicly available data set; list the large ones"
        )
    )
    page.heading(3, "2.2. Private non-publicly available datasets obtained from third parties")
    page.heading(
        4, "2.2.1. Datasets commercially licensed by rightsholders or their representatives"
    )
    if by_kind["agreement"]:
        page.say("Works under terms of their holder's own (`LicenseRef-…`):")
        passages.holder_table(page, by_kind["agreement"])
    page.say(page.blank("which commercial licensing agreements were concluded"))
    page.heading(4, "2.2.2. Private datasets obtained from other third parties")
    page.say(page.blank("whether there are any, and their description"))
    page.heading(3, "2.3. Data crawled and scraped from online sources")
    page.say(
        f"The data set was made from {page.figure(record.figures.places)}; the clearreel that "
        "filled this in reads files and has no crawler. Of "
        f"{page.figure(record.figures.fetched)} a record says how they were fetched."
    )
    passages.domain_table(page, record)
    others = "; domains of files without such a record" if record.domains else ", domains"
    page.say(
        page.blank(
            f"whether these files were crawled before: crawlers, their behaviour, period{others}"
        )
    )
    page.heading(3, "2.4. User data")
    page.say(page.blank("whether data from users of the model or of other services was used"))
    page.heading(3, "2.5. Synthetic data")
    page.say(
        "No stage that ships with clearreel makes footage, sound or captions. The models below "
        "only measured clips and chose among them, which the template does not count as synthetic "
        "data."
    )
    passages.models_table(page, record)
    page.say(*passages.written(page, record))
    page.say(page.blank("whether footage or captions were made by a model before, and by which"))
    page.heading(3, "2.6. Other sources of data")
    if by_kind["own"]:
        page.say("Footage that its holder brought in as their own:")
        passages.holder_table(page, by_kind["own"])
    page.say(page.blank("other sources"))


def _processing(page: Document, record: Record) -> None:
    page.heading(2, "3. Data processing aspects")
    page.heading(
        3,
        "3.1. Respect of reservation of rights from text and data mining exception or limitation",
    )
    page.say(
        f"Signatory to the Code of Practice: {page.blank('yes or no')}",
        "The data set relies on grants, not on the exception for text and data mining: what no "
        "grant permits is refused, and what cannot be determined counts as a no. "
        f"{page.figure(record.not_in.refused)} were refused.",
        "Reservations that stand inside the files (content credentials by C2PA and CAWG, PLUS in "
        f"XMP) were read of {page.figure(record.figures.heard)}. Of "
        f"{page.figure(record.figures.fetched)} there is also a record of what servers said when "
        "they were fetched, of which robots.txt, AIPREF, Content-Signal, TDMRep, RSL, trust.txt, "
        "ai.txt and noai were read. What reserved the use, could not be read or was not understood "
        "kept the work out.",
    )
    if taken := passages.taken_down(page, record):
        page.say(f"{taken}.")
    page.say(page.blank(_SIGNALS))
    page.heading(3, "3.2. Removal of illegal content")
    safety = record.figures.safety
    if safety is None:
        page.say("No rule about safety was applied.")
    else:
        about = escaped(", ".join(record.safety))
        page.say(f"Rules about safety, on {about}, dropped {page.figure(safety)}.")
    out = record.not_in
    if out.screened.value or out.quarantined.value:
        page.say(
            f"In {page.figure(out.screened)}, {passages.set_aside(page.figure(out.quarantined))}."
        )
    page.say(page.blank("other measures against illegal content"))
    page.heading(3, "3.3. Other information")
    page.list(map(escaped, passages.processing(record)))
    page.say("What the data set does not know:")
    page.list(map(escaped, passages.limits(record)))


def _band(page: Document, hours: Figure) -> str:
    fitting = next(band for band, below in _HOURS.items() if float(hours.value) < below)
    boxes = " ".join(f"{'☒' if band == fitting else '☐'} {band}" for band in _HOURS)
    return f"{boxes}: {page.figure(hours)}"


def _text_band(page: Document, size: Figure) -> str:
    """No token is shorter than a byte, so bytes bound the tokens from above."""
    if int(size.value) < _FEWEST_TOKENS:
        return f"☒ {_TOKENS}: {page.figure(size)}"
    return f"{page.blank('number of tokens')}: {page.figure(size)}"
