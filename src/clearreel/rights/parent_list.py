"""Lists of data sets and works in the rights file: `trained_on` of captions, `made_from` of grants.

Each is a name, or a table with `name` and `license`; in `made_from`, with its own `made_from` too.
"""

from __future__ import annotations

from typing import Any

from clearreel.rights.licences import normal_form
from clearreel.rights.parent import Parent
from clearreel.rights.rights_table import Table


def read_parents(table: Table, key: str, *, deep: bool = False) -> tuple[Parent, ...]:
    """What `key` lists; `deep` for one whose tables may hold such a list in turn.

    Raises `UsageError`, with the line, for one that is malformed.
    """
    return _several(table, key, table.table[key], deep)


def _several(table: Table, key: str, values: Any, deep: bool) -> tuple[Parent, ...]:
    if not isinstance(values, list):
        raise table.error(key, f"is {values!r}, not a list", _hint(key))
    return tuple(_one(table, key, value, deep) for value in values)


def _one(table: Table, key: str, value: Any, deep: bool) -> Parent:
    known = {"name": value} if isinstance(value, str) else value
    if not isinstance(known, dict):
        raise table.error(key, f"holds {value!r}, no name of data", _hint(key))
    inner = known.get(key, []) if deep else []
    texts = {name: text for name, text in known.items() if not (deep and name == key)}
    if not {"name"} <= texts.keys() <= {"name", "license"} or not all(
        isinstance(text, str) and text.strip() for text in texts.values()
    ):
        raise table.error(key, f"holds {value!r}, no name of data", _hint(key))
    license_ = texts.get("license", "")
    return Parent(
        texts["name"].strip(),
        table.checked(key, normal_form, license_) if license_ else "",
        _several(table, key, inner, deep),
    )


def _hint(key: str) -> str:
    return f'write names, as in {key} = ["COCO", {{ name = "our photos", license = "owned" }}]'
