"""XMP packets: the values of a property, however it is written.

ISO 16684-1: a simple property may be an attribute of `rdf:Description`, an element with text, an
element with `rdf:resource`, or an array of these.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from clearreel.rights.signals.xml import parse_xml

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def parse_xmp(packet: bytes) -> Element:
    """The root of a packet, without the padding around it. Raises `ValueError`."""
    return parse_xml(packet.strip(b"\0 \t\r\n"))


def values(root: Element, namespace: str, name: str) -> list[str]:
    """All values of the property in the whole packet, stripped; an empty one is ""."""
    key = f"{{{namespace}}}{name}"
    found = []
    for element in root.iter():
        if key in element.attrib:
            found.append(element.attrib[key].strip())
        if element.tag == key:
            inner = [part for part in element.iter() if _says(part)] or [element]
            found += [(part.get(f"{_RDF}resource") or part.text or "").strip() for part in inner]
    return found


def _says(element: Element) -> bool:
    return bool((element.text or "").strip() or element.get(f"{_RDF}resource"))
