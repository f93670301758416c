"""AIPREF: `Content-Usage: train-ai=n`, as a header and, with or without a path, in robots.txt.

IETF drafts draft-ietf-aipref-attach-05 and draft-ietf-aipref-vocab-08, and the labels of earlier
ones, which sites go on writing. Stricter than they are in that a label or value that is not known
is `unknown`, where the drafts pass it over.
"""

from __future__ import annotations

from clearreel.rights.signals.signal import GENAI, MINING, TRAINING
from clearreel.rights.signals.usage import Label, Usage

_ELSEWHERE = Label(frozenset(), frozenset())

AIPREF = Usage(
    standard="aipref",
    name="content-usage",
    labels={
        # Earlier drafts meant all training by it, the present one what generates.
        "train-ai": Label(denied=TRAINING, allowed=GENAI),
        "ai": Label(denied=TRAINING, allowed=TRAINING),
        "train-genai": Label(denied=GENAI, allowed=GENAI),
        "genai": Label(denied=GENAI, allowed=GENAI),
        "tdm": Label(denied=MINING, allowed=MINING),
        "bots": Label(denied=MINING, allowed=MINING),
        "search": _ELSEWHERE,
    },
    yes="y",
    no="n",
)
"""Reads AIPREF."""
