"""The only importer of PyAV: open, probe, packets, frames, cut."""
