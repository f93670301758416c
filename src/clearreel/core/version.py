"""The version of clearreel."""

__version__ = "0.1.0"
