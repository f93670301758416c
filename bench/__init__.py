"""The benchmark: clearreel beside its peers, on the same files, in one run."""
