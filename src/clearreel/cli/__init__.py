"""The command line: one file a verb, each a thin layer over `clearreel.api`."""

from clearreel.cli.main import main

__all__ = ["main"]
