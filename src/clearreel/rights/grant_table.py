"""`[[grant]]` in the rights file: see `clearreel.rights.rights_file` for its keys."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clearreel.core.errors import UsageError
from clearreel.rights import odrl
from clearreel.rights.grants import Grant
from clearreel.rights.layers import DEFAULT_LAYERS, Layer, layers_named
from clearreel.rights.licences import normal_form
from clearreel.rights.parent_list import read_parents
from clearreel.rights.rights_table import Table
from clearreel.rights.uses import GRANTED_USES, use_named

REQUIRED = ("files", "license", "holder", "basis")
KEYS = (
    *REQUIRED,
    *("attribution", "uses", "evidence", "verified_by", "verified_on", "valid_from", "valid_until"),
    *("intervals", "layers", "territory", "permission", "prohibition", "duty", "evidence_on"),
    "made_from",
)


def read_grant(table: Table) -> Grant:
    """The grant that a table states. Raises `UsageError` for one that is malformed."""
    table.check_keys(KEYS, REQUIRED)
    start, end = table.validity()
    evidence = table.text("evidence")
    return Grant(
        scope=table.scope(),
        license=table.checked("license", normal_form, table.text("license")),
        holder=table.text("holder"),
        basis=table.text("basis"),
        attribution=table.text("attribution"),
        uses=_uses(table),
        evidence=evidence,
        evidence_sha256=table.evidence_hash(evidence),
        verified_by=table.text("verified_by"),
        verified_on=table.moment("verified_on"),
        valid_from=start,
        valid_until=end,
        layers=_layers(table),
        intervals=table.intervals(),
        territory=_territory(table),
        permission=_actions(table, "permission", odrl.ACTIONS)
        if "permission" in table.table
        else None,
        prohibition=_actions(table, "prohibition", odrl.ACTIONS),
        duty=_actions(table, "duty", odrl.DUTIES),
        evidence_on=table.moment("evidence_on"),
        made_from=read_parents(table, "made_from", deep=True) if "made_from" in table.table else (),
    )


def _uses(table: Table) -> tuple[str, ...] | None:
    if "uses" not in table.table:
        return None
    return tuple(
        name if name in GRANTED_USES else table.checked("uses", _declarable, name)
        for name in table.texts("uses")
    )


def _declarable(name: str) -> str:
    return use_named(name).name


def _layers(table: Table) -> tuple[Layer, ...]:
    if "layers" not in table.table:
        return DEFAULT_LAYERS
    named = table.texts("layers")
    if not named:
        raise table.error("layers", "is empty", "leave it out for footage and audio")
    try:
        return layers_named(named)
    except UsageError as error:
        raise table.error("layers", f"is wrong: {error.message}", error.hint) from error


def _territory(table: Table) -> tuple[str, ...] | None:
    if "territory" not in table.table:
        return None
    countries = table.texts("territory")
    for country in countries:
        if not re.fullmatch("[A-Z]{2}", country):
            hint = 'write two letters of ISO 3166-1, as in territory = ["DE"]'
            raise table.error("territory", f"holds {country!r}, no country", hint)
    return tuple(sorted(set(countries)))


def _actions(table: Table, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
    actions = table.texts(key) if key in table.table else ()
    for action in actions:
        if action not in known:
            hint = f"allowed are {', '.join(known)}"
            raise table.error(key, f"holds {action!r}, which is not understood here", hint)
    return tuple(sorted(set(actions)))
