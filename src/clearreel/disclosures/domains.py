"""Domains that kept footage was fetched from, as far as the records beside it tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from clearreel.disclosures.figures import KEPT, Group, Row
from clearreel.production.recorded import recorded_decision
from clearreel.report.drops import hours

_HOST = r"^[^:/]+://(?:[^/?#@]*@)?([^/:?#]+)"
_LEAST = 1000

QUERY = (
    "SELECT domain, count(DISTINCT source_id), count(*), sum(duration) / 3600 FROM ("
    "SELECT DISTINCT clip_id, source_id, duration, "
    f"lower(regexp_extract(address, '{_HOST}', 1)) AS domain FROM ("
    "SELECT clip_id, source_id, clips.duration AS duration, unnest(from_json("
    f"decision->'$.heard.addresses', '[\"VARCHAR\"]')) AS address {KEPT})) "
    "GROUP BY domain ORDER BY 4 DESC, domain"
)
"""Gives them all again."""


def domains(works: Iterable[Row], kept_clips: Sequence[Row]) -> tuple[Group, ...]:
    """Domains of the works' addresses, the longest kept footage first.

    The addresses are where a work was fetched and the pages that link it, redirects included, so a
    work can be of several domains.
    """
    of: dict[str, set[str]] = {}
    for work in works:
        heard = recorded_decision(work).heard
        found = (re.search(_HOST, address) for address in (heard.addresses if heard else ()))
        of[work["source_id"]] = {match[1].lower() for match in found if match}
    clips: dict[str, list[Row]] = defaultdict(list)
    for clip in kept_clips:
        for domain in of[clip["source_id"]]:
            clips[domain].append(clip)
    groups = [
        Group((domain,), len({row["source_id"] for row in rows}), len(rows), hours(rows))
        for domain, rows in clips.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.hours, group.name)))


def largest(groups: Sequence[Group]) -> Sequence[Group]:
    """A tenth of them, and no less than a thousand: what the EU's template asks of anybody."""
    return groups[: max(_LEAST, -(-len(groups) // 10))]
