"""Where the licences of an expression can be read."""

from __future__ import annotations

import re

from clearreel.rights.licences import OWNED, licence_names

_CREATIVE_COMMONS = re.compile(r"CC-((?:BY|NC|ND|SA)(?:-(?:BY|NC|ND|SA))*)-(\d\.\d)(?:-([A-Z]+))?")

_DEEDS = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-PDM-1.0": "https://creativecommons.org/publicdomain/mark/1.0/",
}


def licence_addresses(expression: str) -> dict[str, str]:
    """Each licence that the SPDX `expression` names, and the address of its text.

    The address is empty for `owned` and `LicenseRef-…`, whose terms are in no public place that is
    known here. Raises `UsageError` when the expression is malformed.
    """
    return {name: _address(name) for name in licence_names(expression)}


def _address(name: str) -> str:
    if name == OWNED or name.startswith("LicenseRef-"):
        return ""
    if name in _DEEDS:
        return _DEEDS[name]
    if found := _CREATIVE_COMMONS.fullmatch(name):
        elements, version, port = found.groups()
        ported = f"{port.lower()}/" if port else ""
        return f"https://creativecommons.org/licenses/{elements.lower()}/{version}/{ported}"
    return f"https://spdx.org/licenses/{name}.html"
