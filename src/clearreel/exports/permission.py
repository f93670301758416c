"""Asked once more before a release is signed: whether all that is in it may go out still.

Writing a large release takes hours. In that time a grant may end, a run may bring other grants, a
policy may come to demand more, and somebody may demand a takedown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clearreel.core.errors import DatasetError
from clearreel.exports.selection import Selection, select
from clearreel.production.rights import policy_of
from clearreel.proofs.approvals import Accepted, accepted
from clearreel.proofs.keyring import KeyRing
from clearreel.rights.policy import Policy
from clearreel.rights.uses import use_named
from clearreel.stores.catalog import Catalog


def check_still_permitted(
    catalog: Catalog, share_alike: str | None, chosen: Selection, clips: Collection[str]
) -> None:
    """Raise `DatasetError` when one of the `clips` (ids) that were `chosen` may not go out now.

    Nor may it when something else is decided of its source than what the release tells.
    """
    now = select(catalog, share_alike)
    told, decided = (_decisions(selection) for selection in (chosen, now))
    same = {name for name in told if told[name] == decided.get(name)}
    kept = catalog.table("clips", columns=["clip_id", "source_id"], where="kept")
    pairs = zip(kept["clip_id"].to_pylist(), kept["source_id"].to_pylist(), strict=True)
    stays = {clip for clip, source in pairs if source in same and clip not in now.withheld}
    gone = sorted(set(clips) - stays)
    if gone:
        why = now.withheld.get(gone[0], "it is not in the data set any more as it was")
        raise DatasetError(
            f"{len(gone)} of {len(clips)} clips may not go out as they were written, and nothing "
            f"is released; the first, {gone[0]}: {why}",
            hint="type the same again: what may not go out is left out",
        )


def approvals_of(
    catalog: Catalog,
    use: str,
    selection: Selection,
    approved_by: Sequence[str] = (),
    share_alike: str | None = None,
) -> list[Accepted]:
    """The approvals of all who are asked for one: whom the policy demands, and `approved_by`.

    Raises `DatasetError` when one is missing.
    """
    policy = policy_of(catalog.folder)
    roles = tuple(dict.fromkeys((*policy.approvals[use_named(use).purpose], *approved_by)))
    try:
        return _accepted(catalog, use, selection, roles, policy)
    except DatasetError as error:
        # They are approved apart, as they go out: the hint ends with the command.
        apart = f" --share-alike {share_alike}" if share_alike else ""
        raise DatasetError(error.message, hint=error.hint + apart) from error


def approvals_missing(catalog: Catalog) -> list[str]:
    """What keeps an export for the data set's own use from going out: a sentence for each role
    that the policy demands and that has not approved all of it."""
    policy = policy_of(catalog.folder)
    demanded = policy.approvals[use_named(catalog.use).purpose]
    missing: list[str] = []
    if not demanded or not (selection := select(catalog)).total:
        return missing
    for role in dict.fromkeys(demanded):
        try:
            _accepted(catalog, catalog.use, selection, (role,), policy)
        except DatasetError as error:
            missing.append(f"{error.message}; {error.hint}")
    return missing


def _accepted(
    catalog: Catalog, use: str, selection: Selection, roles: Sequence[str], policy: Policy
) -> list[Accepted]:
    believed = KeyRing.default().at_present()
    return accepted(catalog.folder, use, selection.hashes, roles, believed, policy.approvers)


def _decisions(selection: Selection) -> dict[str, str]:
    return {source["source_id"]: source["decision"] for source in selection.sources}
