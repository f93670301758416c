"""What several disclosures say: where footage came from, what was done to it, who is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearreel.core.version import __version__
from clearreel.disclosures.document import Document
from clearreel.disclosures.domains import QUERY, largest
from clearreel.disclosures.figures import Group, kept
from clearreel.disclosures.record import Record
from clearreel.exports.markdown import escaped
from clearreel.models.catalog import WEIGHTS
from clearreel.report.wording import bound, counted, lasting, number
from clearreel.rights.licences import OWNED, licence_names

_AMOUNTS = "count(DISTINCT source_id), count(*), sum(clips.duration) / 3600"


def preamble(record: Record, law: str) -> str:
    """What the document is, and what it is not."""
    return (
        f"Filled in by clearreel {__version__} from what the data set {escaped(record.name)} "
        f"recorded, as of {record.at:%d/%m/%Y}. A footnote says which query over the data set's "
        f"tables gives a figure. {law} Whatever else a model was trained on is not in here. This "
        "is no legal advice."
    )


def offered(page: Document, record: Record) -> str:
    """How much was offered, what keeps the rest out, and how much is kept."""
    figures, out = record.figures, record.not_in
    offers = page.figure(figures.sources)
    parts = [
        f"{page.figure(out.refused)} were refused before anything was decoded, for "
        f"{record.use.name} was not permitted"
    ]
    if taken := taken_down(page, record):
        parts.append(taken)
    if out.quarantined.value:
        parts.append(set_aside(page.figure(out.quarantined)))
    parts.append(f"{page.figure(out.unused)} could not be read or are not finished")
    return (
        f"Of {offers} that were offered, {'; '.join(parts)}. "
        f"{page.figure(figures.clips)}, {page.figure(figures.hours)}, of "
        f"{page.figure(figures.works)} are in the data set."
    )


def taken_down(page: Document, record: Record) -> str:
    """What came of takedowns, without an end; empty where nobody asked for one."""
    out = record.not_in
    if not out.takedowns.value and not out.taken_down.value:
        return ""
    return (
        f"{page.figure(out.takedowns)} denied {page.figure(out.taken_down)}: what was in was taken "
        "out, and what they name is refused from then on"
    )


def set_aside(sources: str) -> str:
    """What screening lists did, in words that tell of no source that it is on one."""
    return (
        f"screening lists of the operator set {sources} aside, and nothing of what is on them is "
        "in the data set"
    )


def grounds(page: Document, record: Record) -> str:
    """What the permission rests on."""
    total, attested = int(record.figures.works.value), int(record.figures.attested.value)
    rest = counted(total - attested, "work")
    return (
        f"Every source entered on a grant that permits {record.use.name}: "
        f"{record.use.description}. {page.figure(record.figures.attested)} of them on the "
        f"operator's own word, {rest} on grants that a named person verified or that were read "
        "from the licensor's own statement."
    )


def license_table(page: Document, record: Record) -> None:
    """What is kept, by licence."""
    query = kept(f"sources.license, {_AMOUNTS}") + " GROUP BY sources.license"
    _group_table(page, ("Licence",), record.by_license, query)


def holder_table(page: Document, groups: Iterable[Group]) -> None:
    """What is kept, by licence and holder."""
    query = kept(f"sources.license, sources.holder, {_AMOUNTS}") + " GROUP BY ALL"
    _group_table(page, ("Licence", "Holder"), groups, query)


def domain_table(page: Document, record: Record) -> None:
    """Where kept footage was fetched, the largest domains; nothing where no record tells."""
    if not record.domains:
        return
    listed, total = largest(record.domains), len(record.domains)
    which = f"the {len(listed):,} largest of {total:,}" if len(listed) < total else "all"
    page.say(
        "Domains in these records, by how much footage is kept of them: where files were fetched, "
        f"and the pages that link them, redirects included; {which}. A work can be of several."
    )
    _group_table(page, ("Domain",), listed, QUERY)


def _group_table(
    page: Document, names: tuple[str, ...], groups: Iterable[Group], query: str
) -> None:
    rows = [
        (
            *(escaped(name) or "none" for name in group.name),
            f"{group.works:,}",
            f"{group.clips:,}",
            lasting(group.hours),
        )
        for group in groups
    ]
    if not rows:
        page.say("Nothing is kept.")
        return
    titles = (*names, "Works", "Clips", f"Footage{page.queried(query)}")
    page.table(titles, rows, numbers=3)


def elsewhere(page: Document, record: Record) -> None:
    """What footage was collected from or made from, as its grants say; nothing where none does."""
    if record.collected:
        page.say("The grants say that footage was taken from other data sets and works:")
        rows = [
            (escaped(one.name), escaped(one.license) or "not said", page.figure(one.works))
            for one in record.collected
        ]
        page.table(("Taken from", "Licence", "Works"), rows)


def processing(record: Record) -> list[str]:
    """The steps from footage to clips, as plain text."""
    run = record.run
    if run is None:
        return []
    made = f"Shots were found by {run.detector}; clips of {number(run.min_seconds)} to "
    steps = [made + f"{number(run.max_seconds)} s were made of them."]
    if run.stages:
        steps.append(f"Each clip was measured: {', '.join(run.stages)}.")
    for rule in run.rules:
        safety = " (safety)" if rule.safety else ""
        steps.append(f"Kept: {bound(rule)}; otherwise: {rule.reason or 'out of bounds'}{safety}.")
    if run.cosine is not None:
        steps.append(
            f"Of clips that look the same (cosine at least {number(run.cosine)}) one was kept."
        )
    steps += [
        f"{counted(cut.clips, 'clip')} stored as {cut.mode}, {cut.reencoded_frames:,} frames "
        "encoded anew."
        for cut in record.summary.cuts
    ]
    return steps


def drop_table(page: Document, record: Record) -> None:
    """What each rule dropped."""
    dropped = [drop for drop in record.summary.dropped if drop.clips]
    if not dropped:
        page.say("No clip was dropped.")
        return
    query = (
        "SELECT rule, count(*), sum(clips.duration) / 3600 FROM clips JOIN sources "
        "USING (source_id) WHERE status = 'done' AND NOT kept GROUP BY rule"
    )
    rows = [
        (escaped(d.reason), escaped(d.bound), f"{d.clips:,}", lasting(d.hours)) for d in dropped
    ]
    page.table(("Dropped as", "Kept is", "Clips", f"Footage{page.queried(query)}"), rows, 2)


def models_used(record: Record) -> Iterator[tuple[str, str, str, str]]:
    """Name, purpose, licence and training data of each model that took part, as plain text."""
    for name in record.weights:
        known = WEIGHTS.get(name)
        if known is None:
            yield name, "not known to this version of clearreel", "not known", "not known"
        else:
            yield name, known.purpose, known.license, known.training_data


def models_table(page: Document, record: Record) -> None:
    """The models that took part in any run."""
    if not record.weights:
        page.say("No model took part.")
        return
    noted = page.note("Table `events`, kind `run`; licences: `clearreel models list`.")
    rows = [tuple(map(escaped, model)) for model in models_used(record)]
    page.table((f"Model{noted}", "Purpose", "Licence", "Trained on"), rows)


def written(page: Document, record: Record) -> list[str]:
    """Who wrote captions and columns that lay beside the footage: a sentence each."""
    said = []
    for one in record.captioners:
        carry = f"{page.figure(one.clips)} carry captions or columns"
        terms = f" ({escaped(one.license)})" if one.license else ""
        if one.writer == "model":
            trained = f"; trained on {escaped(one.trained_on)}"
            said.append(f"{carry} that a model wrote: {escaped(one.model)}{terms}{trained}.")
        elif one.writer == "people":
            said.append(f"{carry} that people wrote, as is stated{terms}.")
        else:
            said.append(f"{carry} of which nobody says who wrote them.")
    return said


def people(page: Document, record: Record) -> list[str]:
    """What is known of people who can be seen or heard."""
    figures, found = record.figures, []
    if figures.faces is not None:
        found.append(f"A face was found in {page.figure(figures.faces)}.")
    if figures.speech is not None:
        found.append(f"Speech was found in {page.figure(figures.speech)}.")
    if not found:
        found.append("Neither faces nor speech were looked for.")
    layers = record.policy.layers_for(record.use.activities)
    asked = "likeness" in layers or any(
        activity in record.policy.consent for activity in record.use.activities
    )
    demand = "demands" if asked else "demands no"
    note = page.note("`policy.toml`, sections `layers` and `consent`.")
    return [*found, f"The data set's policy {demand} grants or consent for likeness.{note}"]


def kind_of(expression: str) -> str:
    """`own`, `agreement` (one of the holder's own, `LicenseRef-…`) or `public`."""
    names = licence_names(expression) if expression else ()
    if any(name.startswith("LicenseRef-") for name in names) or not names:
        return "agreement"
    return "own" if names == (OWNED,) else "public"


def limits(record: Record) -> list[str]:
    """What the data set does not know of itself, as plain text."""
    found = [
        "Licences and holders are as the grants state them.",
        "Whether footage was itself made by a generative model is not measured.",
        "Languages, places and the people shown are not identified.",
    ]
    if record.lapsed:
        found.append(
            f"{counted(record.lapsed, 'kept clip')} would not be permitted any more: exports "
            "leave them out (clearreel audit says why)."
        )
    if not record.summary.finished:
        found.append("The last run did not come to its end: figures are of what was committed.")
    found += [
        f"A rule of the recipe was not applied: {rule.bound} ({rule.why})."
        for rule in record.summary.not_applied
    ]
    return found
