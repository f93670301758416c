"""`[[captions]]` in the rights file: see `clearreel.rights.rights_file` for its keys."""

from __future__ import annotations

from clearreel.rights.licences import normal_form
from clearreel.rights.origins import CaptionStatement, Data, Origin
from clearreel.rights.parent_list import read_parents
from clearreel.rights.rights_table import Table

REQUIRED = ("files",)
KEYS = (*REQUIRED, "written_by", "by_people", "license", "trained_on", "evidence")


def read_captions(table: Table, said_in: str) -> CaptionStatement:
    """What a table of the file `said_in` states. Raises `UsageError` for one that is malformed."""
    table.check_keys(KEYS, REQUIRED)
    model, people = table.text("written_by"), table.table.get("by_people", False)
    if not isinstance(people, bool):
        raise table.error("by_people", f"is {people!r}, not true or false", "by_people = true")
    if people == bool(model):
        problem = "stands beside by_people = true" if people else "is missing"
        hint = 'name the model, as in written_by = "captioner-7b", or write by_people = true'
        raise table.error("written_by", problem, hint)
    if people and "trained_on" in table.table:
        raise table.error("trained_on", "is about a model, and people wrote these", "take it out")
    stated = table.text("license")
    evidence = table.text("evidence")
    origin = Origin(
        sidecar="",
        writer="people" if people else "model",
        model=model,
        license=table.checked("license", normal_form, stated) if stated else "",
        trained_on=_trained_on(table),
        said_in=said_in,
        evidence=evidence,
        evidence_sha256=table.evidence_hash(evidence),
    )
    return CaptionStatement(table.scope(), origin)


def _trained_on(table: Table) -> tuple[Data, ...] | None:
    if "trained_on" not in table.table:
        return None
    return tuple(Data(one.name, one.license) for one in read_parents(table, "trained_on"))
