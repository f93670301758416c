"""The door that both programs and the command line use: `clearreel.run` and `clearreel.open`."""

from clearreel.api.dataset import DataSet, open  # noqa: A004 (clearreel.open)
from clearreel.api.releasing import approve, prove, takedown, verify
from clearreel.api.working import estimate, looks_entry, run, shots

__all__ = [
    "DataSet",
    "approve",
    "estimate",
    "looks_entry",
    "open",
    "prove",
    "run",
    "shots",
    "takedown",
    "verify",
]
