"""The open video data factory: raw footage in, training-ready clips out, every second cleared."""

__version__ = "0.1.0"
