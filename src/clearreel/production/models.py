"""The models of a run as parents of its clips: what the policy says of their licences and data."""

from __future__ import annotations

from collections.abc import Iterable

from clearreel.core.errors import UsageError
from clearreel.models.catalog import WEIGHTS
from clearreel.production.describing import recorded_runs
from clearreel.production.known import Known
from clearreel.rights.parent import Parent, tree
from clearreel.rights.parents import judge_parent, named_in
from clearreel.rights.policy import Policy
from clearreel.rights.uses import Use


def used_models(catalog: Known) -> tuple[str, ...]:
    """Weights of every run, sorted: what those of an earlier one measured may still be there."""
    return tuple(sorted({name for run in recorded_runs(catalog) for name in run["weights"]}))


def model_parents(weights: Iterable[str], policy: Policy) -> tuple[Parent, ...]:
    """The weights of these names as parents.

    What they were trained on is known as text: of it, those names count that the policy excludes.
    """
    return tuple(_parent(name, policy) for name in weights)


def _parent(name: str, policy: Policy) -> Parent:
    known = WEIGHTS.get(name)
    if known is None:
        return Parent(name, "", made_from=None)
    return Parent(name, known.license, named_in([known.training_data], policy))


def check_models(weights: Iterable[str], use: Use, policy: Policy) -> None:
    """Raise `UsageError` when the policy keeps a model from being used for `use`."""
    for parent in model_parents(weights, policy):
        for one in tree([parent]):
            for intent in use.intents:
                found = judge_parent(one, intent, policy)
                if not found.permits:
                    raise UsageError(
                        f"the model {parent.name} may not be used for {use.name}: {found.reason}",
                        hint="leave its stages out of the recipe, or change the data set's policy",
                    )
