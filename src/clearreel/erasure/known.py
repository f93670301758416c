"""Names that can be erased, with all that refers to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from clearreel.production.recorded import recorded_decision
from clearreel.report.wording import counted
from clearreel.rights.people import short
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import Ledger


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name, or another text about a person, that can be erased."""

    name: str
    commitment: str
    """The pseudonym that stands for it everywhere else, in hex."""
    rows: int
    """Of the ledger, that speak of it."""
    roles: tuple[str, ...]
    """As what they do, sorted."""
    sources: int
    """In which the person is shown or has consented, as recorded decisions say."""

    @property
    def pseudonym(self) -> str:
        """As audits show it."""
        return short(self.commitment)

    @property
    def refers(self) -> str:
        """For a person: what refers to it."""
        found = []
        if self.rows:
            found.append(f"{counted(self.rows, 'row')} of the ledger ({', '.join(self.roles)})")
        if self.sources:
            found.append(f"shown in {counted(self.sources, 'source')}")
        return ", ".join(found) or "nothing refers to it"

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {**asdict(self), "roles": list(self.roles), "pseudonym": self.pseudonym}


def known_names(catalog: Catalog) -> list[KnownName]:
    """Every name that was not erased, in their order.

    Raises `DatasetError` when the ledger or a recorded decision is damaged.
    """
    sources: Counter[str] = Counter()
    for row in catalog.rows("sources", columns=["source_id", "decision"]):
        sources.update(recorded_decision(row).people.people)
    return [
        KnownName(one.name, one.commitment, one.rows, one.roles, sources[one.commitment])
        for one in Ledger(catalog.folder).people()
    ]
