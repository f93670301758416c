import pytest

from clearreel.core.errors import UsageError
from clearreel.rights.uses import DEFAULT_USE, USES, use_named


def test_the_default_demands_all_that_any_use_demands():
    for use in USES.values():
        assert use.demands <= USES[DEFAULT_USE].demands


def test_an_unknown_use_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="allowed are commercial-training, research") as caught:
        use_named("comercial-training")
    assert caught.value.hint == "did you mean commercial-training?"
