"""A small signed release that needs no footage, and the two verifiers, ours and the strangers'."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from clearreel.core.errors import ClearreelError
from clearreel.core.identity import source_id
from clearreel.exports.output import Output
from clearreel.proofs.keys import PublicKey, SigningKey
from clearreel.proofs.release import Signing
from clearreel.proofs.verifying import verify
from clearreel.rights.origins import Data, Origin
from clearreel.stores.checkpoint import Checkpoint

STANDALONE = Path(__file__).resolve().parents[2] / "standalone" / "verify_clearreel.py"

sys.path.insert(0, str(STANDALONE.parent))

import verify_clearreel as standalone  # noqa: E402

Stranger = Callable[..., "subprocess.CompletedProcess[str]"]
"""The fixture `stranger`."""


def footage(number: int) -> bytes:
    """What a source's file holds, as far as its hash is concerned."""
    return b"footage %d" % number


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


DECISION = {
    "permitted": True,
    "use": "evaluation",
    "reason": "permitted (grant of Ada, CC0-1.0, attested by Grace)",
    "license": "CC0-1.0",
    "holder": "Ada",
    "basis": "a letter",
    "duties": [],
    "attested": True,
    "findings": [{"permits": True, "license": "CC0-1.0", "attested_by": "Grace Hopper"}],
}


MODEL = Origin(
    *("Grace walks.srt", "model", "captioner-7b", "Apache-2.0"),
    trained_on=(Data("COCO"), Data("our own", "CC-BY-4.0")),
    said_in="rights of Grace.toml",
    evidence="card for Grace.html",
    evidence_sha256=sha256(b"a model card"),
)
PEOPLE = Origin("Grace.vtt", "people", license="CC-BY-4.0", said_in="rights of Grace.toml")
UNSAID = Origin("Grace.txt", "nobody says")


def make_release(
    to: Path,
    key: SigningKey,
    sources: int,
    clips: int = 2,
    origins: Iterable[Origin] = (MODEL, PEOPLE, UNSAID),
) -> Path:
    """A release with `clips` clips of each source, whose captions are of these origins."""
    with Output(to) as output:
        signing = Signing(key, output.open)
        for number in range(sources):
            whole = sha256(footage(number))
            for clip in range(clips):
                name = f"clip{number}-{clip}"
                output.write(f"train/{name}.mp4", name)
                signing.add_clip(
                    {
                        "clip_id": name,
                        "source_id": source_id(whole),
                        "split": "train",
                        "sha256": sha256(name.encode()),
                        "bytes": len(name),
                        "time_base": "1/90000",
                        "frames": 25,
                        "license": "CC0-1.0",
                        "start_tick": 2**60,
                        "end_tick": 2**60 + 90000,
                    },
                    origins,
                )
            row = {"source_id": source_id(whole), "sha256": whole, "decision": json.dumps(DECISION)}
            signing.add_source(row, clips)
        output.write("train-000000.tar", "a shard")
        output.write("README.md", "# Read me: é")
        output.write("LICENSES/CC0-1.0.txt", "a licence")
        signing.finish()
        about = {
            "name": "small",
            "format": "folder",
            "use": "evaluation",
            "licenses": ["CC0-1.0"],
            "made_by": "clearreel, a test",
            "created": "2025-01-01T00:00:00Z",
        }
        files = {name: written.sha256 for name, written in output.files.items()}

        def sign(manifest: bytes) -> bytes:
            policy = "0" * 64
            ledger = Checkpoint(0, "0" * 64)
            return signing.sign(manifest, files, about, policy_sha256=policy, ledger=ledger)

        output.commit(about, sign)
    return to


@dataclass(frozen=True)
class Verifiers:
    """Both of them, which have to agree."""

    public: PublicKey

    def believed(self, key_id: str) -> PublicKey:
        """Trusts one key."""
        if key_id != self.public.id:
            raise ClearreelError("an unknown key")
        return self.public

    def hold(self, path: Path) -> bool:
        """Whether a release or proof holds. Both say the same, or the test fails."""
        try:
            verify(path, self.believed)
            ours = True
        except ClearreelError as error:
            assert error.exit_code in (1, 8)
            ours = False
        assert self._standalone(path) == ours
        return ours

    def _standalone(self, path: Path) -> bool:
        pem = self.public.pem.encode()
        try:
            if path.is_dir():
                standalone.check_release(str(path), pem)
            else:
                standalone.check_proof(path.read_bytes(), pem)
        except standalone.DEFECTS:
            return False
        return True
