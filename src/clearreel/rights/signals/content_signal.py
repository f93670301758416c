"""Content Signals: `Content-Signal: search=yes, ai-train=no`, in robots.txt or as a header.

<https://contentsignals.org>. `ai-input` is about feeding a work to a model that is there already,
which evaluating models does.
"""

from __future__ import annotations

from clearreel.rights.signals.signal import EVALUATION, TRAINING
from clearreel.rights.signals.usage import Label, Usage

CONTENT_SIGNAL = Usage(
    standard="content-signal",
    name="content-signal",
    labels={
        "ai-train": Label(denied=TRAINING, allowed=TRAINING),
        "ai-input": Label(denied=EVALUATION, allowed=EVALUATION),
        "search": Label(frozenset(), frozenset()),
    },
    yes="yes",
    no="no",
)
"""Reads Content Signals."""
