from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import UsageError
from clearreel.models.catalog import WEIGHTS
from clearreel.production.models import check_models, model_parents
from clearreel.recipes.reading import parse
from clearreel.rights.policy import default_policy
from clearreel.rights.uses import USES

RESEARCH, COMMERCIAL = USES["research-training"], USES["commercial-training"]


@pytest.mark.parametrize("use", USES)
def test_the_shipped_policy_accepts_the_shipped_models(use: str) -> None:
    check_models(WEIGHTS, USES[use], default_policy())


def test_a_model_is_excluded_by_its_name_or_by_what_it_was_trained_on() -> None:
    for name in ("centerface", "wider face"):
        policy = replace(default_policy(), excluded=frozenset({name}))
        check_models(["silero-vad"], RESEARCH, policy)
        with pytest.raises(UsageError, match="the model centerface may not be used"):
            check_models(["silero-vad", "centerface"], RESEARCH, policy)


def test_training_data_for_research_keeps_a_model_to_research() -> None:
    policy = replace(default_policy(), research_only=frozenset({"imagenet"}))
    check_models(["efficientnet-lite0"], RESEARCH, policy)
    with pytest.raises(UsageError, match="keeps imagenet to research"):
        check_models(["efficientnet-lite0"], COMMERCIAL, policy)


def test_a_licence_that_the_policy_does_not_accept() -> None:
    policy = replace(default_policy(), parent_licenses=frozenset({"MIT"}))
    check_models(["centerface"], RESEARCH, policy)
    with pytest.raises(UsageError, match=r"Apache-2\.0 is not a licence"):
        check_models(["text-detector"], RESEARCH, policy)


def test_weights_that_are_not_known_any_more() -> None:
    [parent] = model_parents(["gone"], default_policy())
    assert parent.license == "" and parent.made_from is None


def test_a_run_with_an_excluded_model_does_nothing(bench: Any, films: Path, quick: str) -> None:
    bench.run(films / "a.mp4")
    policy = bench.into / "policy.toml"
    policy.write_text(policy.read_text().replace('"Pexels",', '"Pexels", "WIDER FACE",'))
    events = len(bench.catalog.rows("events"))
    with pytest.raises(UsageError, match="the policy excludes wider face"):
        bench.run(films, recipe=parse(quick + "[measures.faces]\n", "test"))
    assert len(bench.catalog.rows("events")) == events
    assert len(bench.catalog.rows("sources")) == 1
