from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearreel.rights.signals.embedded import find_embedded
from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.plus import NAMESPACE, VOCABULARY, Plus
from clearreel.rights.signals.registry import MEDIA
from clearreel.testing.boxes import box
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.signal_contract import READ_AT, check_signals, verdict

AT = datetime(2026, 11, 26, tzinfo=UTC)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
JUMBF = b"jumd" + bytes.fromhex("6332706100110010800000aa00389b71")


def packet(value="DMI-PROHIBITED", form="attribute"):
    address = VOCABULARY + value
    attribute = f' plus:DataMining="{address}"' if form == "attribute" else ""
    inner = {
        "attribute": "",
        "element": f"<plus:DataMining> {address} </plus:DataMining>",
        "resource": f'<plus:DataMining rdf:resource="{address}"/>',
        "bag": f"<plus:DataMining><rdf:Bag><rdf:li>{address}</rdf:li></rdf:Bag></plus:DataMining>",
    }[form]
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}" xmlns:plus="{NAMESPACE}">'
        f'<rdf:Description rdf:about=""{attribute}>{inner}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta>   \n  <?xpacket end="w"?>'
    ).encode()


FTYP = box("ftyp", b"isom" + bytes(4))
MDAT = box("mdat", bytes(100))
XMP_BOX = box("uuid", XMP_UUID + packet())
C2PA_BOX = box("uuid", C2PA_UUID + bytes(40))


def element(name, content=b""):
    return bytes.fromhex(name) + b"\x01" + len(content).to_bytes(7, "big") + content


def tag(value):
    simple = element("45a3", b"XMP") + element("4487", value)
    return element("1254c367", element("7373", element("67c8", simple)))


EBML = element("1a45dfa3", bytes(8))
CLUSTER = element("1f43b675", element("a3", bytes(50)))
UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def chunk(kind, content=b""):
    return kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


AVI = b"AVI " + chunk(b"LIST", b"movi" + chunk(b"00dc", b"_PMX" * 9))


def looked(tmp_path, data):
    path = tmp_path / "clip"
    path.write_bytes(data)
    return find_embedded(path, AT)


@pytest.mark.parametrize(
    "data",
    [
        FTYP + XMP_BOX + MDAT,
        FTYP + MDAT + XMP_BOX,
        FTYP + MDAT + box("moov", box("udta", box("XMP_", packet()) + bytes(4))),
        FTYP + MDAT + box("moov", box("trak", box("udta", box("XMP_", packet())))),
        FTYP + (1).to_bytes(4, "big") + b"mdat" + (116).to_bytes(8, "big") + bytes(100) + XMP_BOX,
        FTYP + XMP_BOX + bytes(4) + b"mdat" + bytes(33),
        FTYP + XMP_BOX + MDAT + bytes(64),
        EBML + element("18538067", CLUSTER + tag(packet())),
        EBML + element("18538067", tag(packet()) + CLUSTER),
        EBML + bytes.fromhex("18538067") + UNKNOWN_SIZE + CLUSTER + tag(packet()),
        EBML
        + bytes.fromhex("18538067")
        + UNKNOWN_SIZE
        + bytes.fromhex("1f43b675")
        + UNKNOWN_SIZE
        + element("a3", bytes(50))
        + tag(packet()),
        chunk(b"RIFF", AVI + chunk(b"_PMX", packet())),
        chunk(b"RIFF", AVI) + chunk(b"RIFF", b"AVIX" + chunk(b"_PMX", packet())),
        b"\x47" * 188 * 9 + packet() + b"\x47" * 188,
        b"FLV\x01" + bytes((1 << 20) - 11) + packet() + bytes(1 << 20),
    ],
)
def test_xmp_is_found(tmp_path, data):
    found = looked(tmp_path, data)
    assert (len(found.xmp), found.credentials, found.problem) == (1, False, "")
    assert verdict(Plus(), Evidence(media=found), "genai-training").stance == "denies"


@pytest.mark.parametrize(
    "data",
    [
        FTYP + C2PA_BOX + MDAT,
        chunk(b"RIFF", AVI + chunk(b"C2PA", bytes(40))),
        EBML
        + element(
            "18538067",
            element("1941a469", element("61a7", element("4660", b"application/c2pa"))) + CLUSTER,
        ),
        b"OggS" + bytes((1 << 20) - 9) + JUMBF + bytes(40),
        b"OggS" + bytes(9) + packet() + JUMBF + packet(),
    ],
)
def test_credentials_are_found(tmp_path, data):
    found = looked(tmp_path, data)
    assert found.credentials and not found.problem


def test_media_data_is_not_taken_for_metadata(tmp_path):
    found = looked(tmp_path, FTYP + box("mdat", XMP_BOX + C2PA_BOX))
    assert (found.xmp, found.credentials, found.problem) == ((), False, "")


@pytest.mark.parametrize(
    "data",
    [
        (FTYP + XMP_BOX + MDAT)[:-1],
        FTYP + XMP_BOX + box("moov", b"\0\0\0\x7fudta"),
        FTYP + XMP_BOX + b"\0\0\0\x04mdat",
        FTYP + XMP_BOX + (1).to_bytes(4, "big") + b"mdat" + (1 << 60).to_bytes(8, "big"),
        FTYP + XMP_BOX + (1).to_bytes(4, "big") + b"mdat",
        EBML + element("18538067", tag(packet()) + CLUSTER)[:-1],
        EBML + element("18538067", tag(packet()) + b"\0\0"),
        chunk(b"RIFF", AVI + chunk(b"_PMX", packet()) + chunk(b"JUNK", bytes(20))[:-9]),
        b"OggS" + packet() + b"<?xpacket begin",
    ],
)
def test_damage_is_in_doubt_and_what_came_before_counts(tmp_path, data):
    found = looked(tmp_path, data)
    assert len(found.xmp) == 1 and found.problem
    evidence = Evidence(media=found)
    assert verdict(Plus(), evidence, "genai-training").stance == "denies"
    assert verdict(Plus(), evidence, "redistribution").stance == "unknown"
    assert verdict(MEDIA["c2pa"], evidence, "evaluation").stance == "unknown"


def test_a_packet_that_is_too_long_is_in_doubt(tmp_path):
    path = tmp_path / "clip.mp4"
    with path.open("wb") as file:
        file.write(FTYP + (17 * 2**20 + 24).to_bytes(4, "big") + b"uuid" + XMP_UUID)
        file.truncate(len(FTYP) + 17 * 2**20 + 24)
    assert "XMP packet" in find_embedded(path, AT).problem


def test_a_file_that_is_not_there_is_in_doubt(tmp_path):
    assert find_embedded(tmp_path / "none.mp4", AT).problem
    assert find_embedded(tmp_path, AT).problem


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mpg"])
def test_footage_without_signals_is_walked_to_its_end(tmp_path, suffix):
    path = tmp_path / f"clip{suffix}"
    codec = {".webm": "libvpx", ".mpg": "mpeg2video", ".avi": "mpeg4"}.get(suffix, "libx264")
    write(path, reel(12), video=Video(codec=codec, fps=Fraction(25)))
    found = find_embedded(path, AT)
    assert (found.xmp, found.credentials, found.problem) == ((), False, "")
    for reader in MEDIA.values():
        assert verdict(reader, Evidence(media=found), "evaluation").stance == "absent"


WHOLE = FTYP + XMP_BOX + C2PA_BOX + MDAT
STARTS = st.sampled_from([FTYP, EBML + bytes.fromhex("18538067"), b"RIFF", b"", WHOLE])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, data=st.binary(max_size=80), cut=st.integers(0, 300))
def test_no_bytes_raise(tmp_path, start, data, cut):
    found = looked(tmp_path, start[: len(start) - cut % (len(start) + 1)] + data)
    for reader in MEDIA.values():
        signals = reader.read(Evidence(media=found))
        check_signals(signals)
        assert all(signal.stance != "allows" for signal in signals)


@pytest.mark.parametrize("form", ["attribute", "element", "resource", "bag"])
@pytest.mark.parametrize(
    ("value", "stances"),
    [
        ("DMI-UNSPECIFIED", ("absent", "absent", "absent")),
        ("DMI-ALLOWED", ("allows", "allows", "allows")),
        ("DMI-PROHIBITED", ("denies", "denies", "denies")),
        ("DMI-PROHIBITED-AIMLTRAINING", ("denies", "denies", "absent")),
        ("DMI-PROHIBITED-GENAIMLTRAINING", ("denies", "absent", "absent")),
        ("DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", ("denies", "denies", "denies")),
        ("DMI-PROHIBITED-SEECONSTRAINT", ("constrains", "constrains", "constrains")),
        ("DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR", ("constrains", "constrains", "constrains")),
        ("DMI-PROHIBITED-SEELINKEDRIGHTSEXPR", ("constrains", "constrains", "constrains")),
        ("dmi-allowed", ("unknown", "unknown", "unknown")),
        ("", ("unknown", "unknown", "unknown")),
    ],
)
def test_what_plus_says(tmp_path, form, value, stances):
    evidence = Evidence(media=looked(tmp_path, FTYP + box("uuid", XMP_UUID + packet(value, form))))
    activities = ("genai-training", "other-training", "evaluation")
    assert tuple(verdict(Plus(), evidence, one).stance for one in activities) == stances


def test_a_packet_that_declares_entities_is_in_doubt(tmp_path):
    evil = b'<!DOCTYPE x [<!ENTITY a "b">]>' + packet("DMI-ALLOWED").split(b"?>", 1)[1]
    evidence = Evidence(media=looked(tmp_path, FTYP + box("uuid", XMP_UUID + evil)))
    assert verdict(Plus(), evidence, "evaluation").stance == "unknown"


def test_what_stands_inside_does_not_get_stale(tmp_path):
    evidence = Evidence(media=looked(tmp_path, FTYP + MDAT))
    # READ_AT lies before the look into the file, whose bytes were the same then.
    assert verdict(Plus(), evidence, "evaluation").permitted
    assert READ_AT < AT
