"""Check a proof or a release of clearreel, offline, without clearreel.

    pip install cryptography
    python verify_clearreel.py PROOF   --key PUBLISHER.pub [--file MY-FILM.mp4]
    python verify_clearreel.py RELEASE --key PUBLISHER.pub

Ends with 0 only when everything holds. PUBLISHER.pub is the publisher's public key; get it from
the publisher's own site, never from whoever sent the proof. With --file, the proof has to speak of
that very file.

It shares no code with clearreel, on purpose: read it, it is short. The formats are those of DSSE,
in-toto Statement v1 and RFC 9162 (Merkle trees); docs/releases.md describes them.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import sys
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

PROOF = "urn:x-clearreel:proof:v1"
RELEASE = "urn:x-clearreel:release:v1"
APPROVAL = "urn:x-clearreel:approval:v1"
IN_TOTO = "application/vnd.in-toto+json"
HEX = frozenset("0123456789abcdef")
ROLE = re.compile("[a-z][a-z0-9-]{0,39}")


class RefusedError(Exception):
    """Something does not hold."""


DEFECTS = (
    RefusedError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)
"""All that a damaged file may raise here. Each is a no."""


def need(holds: bool, problem: str) -> None:
    """Refuse unless it holds."""
    if not holds:
        raise RefusedError(problem)


def sha256(content: bytes) -> bytes:
    """32 bytes."""
    return hashlib.sha256(content).digest()


def file_sha256(path: str) -> str:
    """Of a file of any size, in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def unhex(text: object) -> bytes:
    """32 bytes from 64 lower-case hex digits."""
    need(isinstance(text, str) and len(text) == 64 and HEX.issuperset(text), "bad hash")
    return bytes.fromhex(str(text))


def written(value: object) -> bytes:
    """JSON in its one form. Nothing here has numbers but integers, or keys beyond ASCII."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def read_json(content: bytes) -> dict[str, Any]:
    """An object in its one form, so that no byte can be changed without changing what it says."""
    value: dict[str, Any] = json.loads(content)
    need(isinstance(value, dict) and written(value) == content, "not canonical JSON")
    return value


def read_line(content: bytes) -> dict[str, Any]:
    """The same as a line of its own."""
    need(content.endswith(b"\n"), "cut off")
    return read_json(content[:-1])


# The signature


def read_key(pem: bytes) -> tuple[Ed25519PublicKey, str]:
    """A public key and its id."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise RefusedError("the key is not of the kind Ed25519")
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return key, hashlib.sha256(der).hexdigest()


def open_envelope(envelope: dict[str, Any], pem: bytes, kind: str = RELEASE) -> dict[str, Any]:
    """The statement of a kind in a DSSE envelope, if it was signed with this key."""
    need(set(envelope) == {"payload", "payloadType", "signatures"}, "not an envelope")
    need(envelope["payloadType"] == IN_TOTO, "another kind of payload")
    need(len(envelope["signatures"]) == 1, "not one signature")
    [signed] = envelope["signatures"]
    need(set(signed) == {"keyid", "sig"}, "not a signature")
    key, key_id = read_key(pem)
    need(signed["keyid"] == key_id, f"signed with key {signed['keyid']}, and yours is {key_id}")
    payload, signature = unbase64(envelope["payload"]), unbase64(signed["sig"])
    header = f"DSSEv1 {len(IN_TOTO)} {IN_TOTO} {len(payload)} ".encode()
    try:
        key.verify(signature, header + payload)
    except InvalidSignature:
        raise RefusedError("the signature does not hold: what is signed was changed") from None
    statement = read_json(payload)
    need(statement["_type"] == "https://in-toto.io/Statement/v1", "not a statement")
    need(statement["predicateType"] == kind, f"not a statement of the type {kind}")
    return statement


def unbase64(text: str) -> bytes:
    """Bytes, if the text is their one base64 form."""
    content = base64.b64decode(text, validate=True)
    need(base64.b64encode(content).decode() == text, "base64 in another form")
    return content


# Trees (RFC 9162, section 2.1)


def leaf(content: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + content)


def commitment(shown: dict[str, Any]) -> bytes:
    """What a tree has of a clip or source: its content behind a salt."""
    return sha256(unhex(shown["salt"]) + written(shown["value"]))


def root_of(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes."""
    if not leaves:
        return sha256(b"")
    while len(leaves) > 1:
        pairs = [sha256(b"\x01" + a + b) for a, b in zip(leaves[::2], leaves[1::2])]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0]


def root_above(node: bytes, index: object, size: int, path: list[str]) -> bytes:
    """The root of the tree of `size` leaves that has this one at `index`."""
    need(type(index) is int and 0 <= index < size, "no such place in the tree")
    hashes = [unhex(item) for item in path]
    place, last = int(str(index)), size - 1
    while last:
        if place % 2 or place < last:
            need(bool(hashes), "the path is too short")
            other = hashes.pop(0)
            node = sha256(b"\x01" + (other + node if place % 2 else node + other))
        place, last = place // 2, last // 2
    need(not hashes, "the path is too long")
    return node


def key_of(predicate: dict[str, Any], source_id: str) -> bytes:
    """Where a source is in the sorted map."""
    return sha256(unhex(predicate["sources_salt"]) + source_id.encode())


# Proofs


def check_proof(content: bytes, pem: bytes) -> dict[str, Any]:
    """What a proof shows, if it holds: the source's id, the clip's hash, and a sentence."""
    proof = read_line(content)
    need(proof.get("type") == PROOF, "not a proof")
    shown = set(proof) - {"type", "envelope"}
    kinds = ({"source"}, {"clip", "source"}, {"absent"}, {"absent", "look_up"})
    need(shown in kinds, "not a proof of this version")
    predicate = open_envelope(proof["envelope"], pem)["predicate"]
    signed = approvals(predicate, pem)
    release = f"release {predicate['name']!r} of {predicate['created']}"
    if "absent" in proof:
        need(set(proof["absent"]) == {"source_id", "before", "after"}, "not an absence")
        source_id = str(proof["absent"]["source_id"])
        check_absence(proof["absent"], predicate)
        absent = f"source {source_id} is NOT in the {release} as these bytes"
        looks = looked_up(proof.get("look_up"), source_id, predicate["clips"]["count"])
        return {"source": source_id, "says": "\n".join([absent + looks, *signed])}
    check_shown(proof["source"])
    source = proof["source"]["value"]
    need(source["sha256"][:32] == source["source_id"], "the source's id is not of its hash")
    entry = key_of(predicate, source["source_id"]) + commitment(proof["source"])
    check_entry(entry, proof["source"], predicate)
    says = f"source {source['source_id']} IS in the {release}"
    if "clip" not in proof:
        return {"source": source["source_id"], "says": "\n".join([says, *signed])}
    check_shown(proof["clip"])
    clip = proof["clip"]["value"]
    need(clip["source_id"] == source["source_id"], "the clip is of another source")
    tree, at = predicate["clips"], proof["clip"]
    root = root_above(leaf(commitment(at)), at["index"], tree["count"], at["path"])
    need(root.hex() == tree["root"], "the clip is not in the release")
    says = f"clip {clip['clip_id']} IS in the {release}, of source {source['source_id']}"
    says = "\n".join([says, *writers(clip), *signed])
    return {"source": source["source_id"], "clip": clip["sha256"], "says": says}


def looked_up(told: Any, source_id: str, clips: int) -> str:
    """What the prover says of looks and sound: how a sentence ends, and lines after it."""
    if told is None:
        return ", and nothing tells whether anything in it looks or sounds like it"
    counts = ("compared", "plain", "unread", "fingerprints")
    texts = ("at", "made_by", "file_sha256", "not_compared")
    need(set(told) == {*counts, *texts, "by", "same", "near"}, "not a look-up of this version")
    need(all(type(told[name]) is int and told[name] >= 0 for name in counts), "no count")
    alike = [*told["same"].items(), *told["near"].items()]
    said = [*(told[name] for name in texts), *(text for found in alike for text in found)]
    need(all(isinstance(text, str) and text.isprintable() for text in said), "no text")
    need(told["by"] in (["looks", "sound"], ["looks"], ["sound"], []), "compared by what?")
    compared = bool(told["compared"])
    need(bool(told["by"]) == compared, "compared by nothing")
    need(bool(told["not_compared"]) != compared, "compared, or not?")
    need(compared or not alike, "found without comparing")
    if told["file_sha256"] or compared:
        need(unhex(told["file_sha256"]).hex()[:32] == source_id, "the look-up is of another file")
    seen = sum(told[name] for name in counts[:3])
    need(seen == clips or not compared, "the look-up does not account for every clip")
    like = " or ".join({"looks": "looks", "sound": "sounds"}[by] for by in told["by"]) + " like"
    says = f", and {told['compared']} clips compared: none {like} it"
    if told["unread"]:
        says += f"; {told['unread']} could NOT be compared"
    if alike:
        which = [f"source {n} ({verdict})" for verdict in ("same", "near") for n in told[verdict]]
        says = f", but {like} {', '.join(which)}"
    if not compared:
        says = f"; NOT compared by looks or sound: {told['not_compared']}"
    lines = [says]
    for verdict in ("same", "near"):
        found = sorted(told[verdict].items())
        lines += [f"{verdict}: source {name}: {why}" for name, why in found]
    lines.append(
        f"too short or plain to compare: {told['plain']} clips. That is the prover's own word, "
        f"of {told['at']} by {told['made_by']}: no signature covers it."
    )
    return "\n".join(lines)


def writers(clip: dict[str, Any]) -> list[str]:
    """Who wrote the captions and columns that a clip carries, a sentence each."""
    told = clip.get("captions")
    if told is None:
        return ["who wrote its captions is not told: the release is of an earlier version"]
    need(isinstance(told, list), "who wrote its captions is no list")
    return [writer(one) for one in told] or ["it carries no captions or columns"]


def writer(one: dict[str, Any]) -> str:
    """One of them: a model, people, or nobody says who."""
    if one["writer"] == "nobody says":
        return "captions: nobody says who wrote them"
    by = "people" if one["writer"] == "people" else "the model " + one["model"]
    says = f"captions: written by {by}; " + (
        one.get("license", "") or "under no licence that is said"
    )
    if "trained_on" in one:
        data = [name + (f" ({terms})" if terms else "") for name, terms in one["trained_on"]]
        says += "; trained on " + (", ".join(data) or "no data")
    if "evidence_sha256" in one:
        says += "; evidence " + one["evidence_sha256"]
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in says)


def check_shown(shown: dict[str, Any]) -> None:
    """A leaf with its place has these parts and no other."""
    need(set(shown) == {"salt", "value", "index", "path"}, "not a leaf")


def check_entry(entry: bytes, at: dict[str, Any], predicate: dict[str, Any]) -> None:
    """An entry is in the sorted map."""
    tree = predicate["sources"]
    root = root_above(leaf(entry), at["index"], tree["count"], at["path"])
    need(root.hex() == tree["root"], "the source is not in the release")


def check_absence(absent: dict[str, Any], predicate: dict[str, Any]) -> None:
    """Nothing stands where the source would be: its neighbours stand side by side."""
    key, size = key_of(predicate, absent["source_id"]), predicate["sources"]["count"]
    before, after = absent["before"], absent["after"]
    for neighbour in (before, after):
        if neighbour is not None:
            need(set(neighbour) == {"key", "value", "index", "path"}, "not a neighbour")
            entry = unhex(neighbour["key"]) + unhex(neighbour["value"])
            check_entry(entry, neighbour, predicate)
    first = 0 if before is None else before["index"] + 1
    need(
        first == (size if after is None else after["index"]), "the neighbours are not side by side"
    )
    need(before is None or unhex(before["key"]) < key, "the first neighbour comes after it")
    need(after is None or key < unhex(after["key"]), "the second neighbour comes before it")
    if size == 0:
        need(predicate["sources"]["root"] == root_of([]).hex(), "the map is not empty")


# Approvals


def approvals(predicate: dict[str, Any], pem: bytes) -> list[str]:
    """Who has approved a release that is signed with this key, a sentence each."""
    says = []
    for row in predicate["approvals"]:
        need(set(row) == {"role", "file", "sha256", "key"}, "not an approval")
        need(ROLE.fullmatch(row["role"]) is not None, "not a role")
        key_id = read_key(row["key"].encode())[1]
        own = ": the signer's own" if key_id == read_key(pem)[1] else ""
        says.append(f"approved by {row['role']} with key {key_id}{own}")
    return says or ["approved by nobody"]


def check_approvals(folder: str, predicate: dict[str, Any], sources: dict[str, str]) -> None:
    """Each was signed with the key that is told, for the use, and names all the sources."""
    for row in predicate["approvals"]:
        with open(os.path.join(folder, "approvals", os.path.basename(row["file"])), "rb") as file:
            content = file.read()
        need(sha256(content).hex() == row["sha256"], "an approval is not the one that is told of")
        said = open_envelope(read_line(content), row["key"].encode(), APPROVAL)
        need(said["predicate"]["role"] == row["role"], "an approval is of another role")
        need(said["predicate"]["purpose"] == predicate["use"], "an approval is for another use")
        named = {one["name"]: one["digest"]["sha256"] for one in said["subject"]}
        need(sources.items() <= named.items(), f"{row['role']} has not approved all sources")


# Releases


def check_release(folder: str, pem: bytes) -> str:
    """What a release is, if every byte of it is the signed one."""
    with open(os.path.join(folder, "statement.dsse.json"), "rb") as file:
        statement = open_envelope(read_line(file.read()), pem)
    subjects = {row["name"]: row["digest"]["sha256"] for row in statement["subject"]}
    with open(os.path.join(folder, "manifest.json"), "rb") as file:
        content = file.read()
    need(subjects["manifest.json"] == sha256(content).hex(), "manifest.json was changed")
    listed = {name: row["sha256"] for name, row in json.loads(content)["files"].items()}
    there = set(walk(folder, ""))
    expected = {*listed, "manifest.json", "statement.dsse.json"}
    for name in sorted(expected ^ there):
        raise RefusedError(f"{name!a} is {'missing' if name in expected else 'not of the release'}")
    for name, said in sorted((*listed.items(), *subjects.items())):
        need(file_sha256(os.path.join(folder, name)) == said, f"{name!a} was changed")
    said = statement["predicate"]
    check_approvals(folder, said, check_trees(folder, said))
    clips, sources = (
        f"{said[of]['count']} {of if said[of]['count'] != 1 else of[:-1]}"
        for of in ("clips", "sources")
    )
    says = f"release {said['name']!r} holds: {len(there)} files, {clips} of {sources}, "
    return "\n".join([f"{says}declared for {said['use']}", *approvals(said, pem)])


def check_trees(folder: str, predicate: dict[str, Any]) -> dict[str, str]:
    """The leaves in the release are the signed ones, sorted as they should be.

    Returns the sources, with the hash of each.
    """
    clips, keys, hashes = [], [], {}
    with open(os.path.join(folder, "proofs", "clips.jsonl"), "rb") as lines:
        for shown in map(read_line, lines):
            writers(shown["value"])  # as a proof of it will have to tell them
            clips.append(leaf(commitment(shown)))
    sources = []
    with open(os.path.join(folder, "proofs", "sources.jsonl"), "rb") as lines:
        for shown in map(read_line, lines):
            keys.append(key_of(predicate, shown["value"]["source_id"]))
            sources.append(leaf(keys[-1] + commitment(shown)))
            hashes[shown["value"]["source_id"]] = shown["value"]["sha256"]
    need(all(a < b for a, b in zip(keys, keys[1:])), "the sources are not sorted")
    for name, leaves in (("clips", clips), ("sources", sources)):
        said = predicate[name]
        found = {"root": root_of(leaves).hex(), "count": len(leaves)}
        need(said == found, f"the tree of {name} is not the signed one")
    return hashes


def walk(folder: str, below: str) -> list[str]:
    """All names below a folder. A link, or a folder without files, gets a name that none has."""
    names = []
    for name in os.listdir(folder):
        path, mode = os.path.join(folder, name), os.lstat(os.path.join(folder, name)).st_mode
        if stat.S_ISDIR(mode):
            names += walk(path, f"{below}{name}/") or [f"{below}{name}/"]
        else:
            names.append(below + name + ("" if stat.S_ISREG(mode) else " (no file)"))
    return names


def main() -> int:
    """Check what is named on the command line; the exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("path", metavar="PROOF|RELEASE")
    options.add_argument("--key", required=True, help="the publisher's public key, a PEM file")
    options.add_argument("--file", help="the file that the proof has to speak of")
    given = options.parse_args()
    try:
        with open(given.key, "rb") as key:
            pem = key.read()
        if os.path.isdir(given.path):
            need(given.file is None, "a release speaks of many files; --file is for a proof")
            print(check_release(given.path, pem))
            return 0
        with open(given.path, "rb") as proof:
            shown = check_proof(proof.read(), pem)
        if given.file is not None:
            mine = file_sha256(given.file)
            speaks = mine == shown.get("clip") or mine[:32] == shown["source"]
            need(speaks, f"the proof is of source {shown['source']}, and the file is {mine[:32]}")
        print(shown["says"])
        print("It speaks of exact bytes, and is the signer's word that the list is whole.")
    except DEFECTS as error:
        print(f"DOES NOT HOLD: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
