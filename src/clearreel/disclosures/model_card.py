"""`model-card`: the section on training data of a model card, as Hugging Face's hub lays it out.

Headings after <https://huggingface.co/docs/hub/model-card-annotated>.
"""

from __future__ import annotations

from clearreel.disclosures import passages
from clearreel.disclosures.document import Document
from clearreel.disclosures.record import Record
from clearreel.exports.markdown import escaped


def render(record: Record) -> Document:
    """The section, to be put into the card of a model that was trained on the data set."""
    figures = record.figures
    page = Document("Training data")
    page.say(
        passages.preamble(record, "It is a section for the card of a model."),
        f"[Where to find it: {page.blank('address or identifier of the data set')}]",
    )
    page.heading(2, "Content")
    page.say(
        f"{page.figure(figures.clips)} of video, {page.figure(figures.hours)}, of "
        f"{page.figure(figures.works)}; {page.figure(figures.sound_hours)} with sound, "
        f"{page.figure(figures.captions)}."
    )
    page.heading(2, "Licences")
    passages.license_table(page, record)
    if record.duties:
        page.say(f"A release owes {' and '.join(record.duties)}.")
    page.heading(2, "How it was collected")
    page.say(passages.offered(page, record), passages.grounds(page, record))
    passages.elsewhere(page, record)
    page.heading(2, "Preprocessing")
    if record.run is not None:
        page.say(
            f"Recipe {escaped(record.run.recipe)}: {escaped(record.run.description)} "
            f"Numbers from: {escaped(record.run.origin)}."
        )
    page.list(map(escaped, passages.processing(record)))
    page.say(f"Of {page.figure(figures.found)} found, {page.figure(figures.dropped)} were dropped:")
    passages.drop_table(page, record)
    page.heading(2, "Models that annotated it")
    passages.models_table(page, record)
    page.heading(2, "Personal and sensitive information")
    page.say(
        " ".join(passages.people(page, record)),
        page.blank("what was done about people who can be recognised"),
    )
    page.heading(2, "Biases, risks and limitations")
    page.list(map(escaped, passages.limits(record)))
    page.say(page.blank("known biases and risks"))
    return page
