import pytest

from clearreel.core.errors import UsageError
from clearreel.rights.licence_addresses import licence_addresses


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC-BY-NC-SA-2.5", "https://creativecommons.org/licenses/by-nc-sa/2.5/"),
        ("CC-BY-3.0-DE", "https://creativecommons.org/licenses/by/3.0/de/"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC-PDM-1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("OGL-UK-3.0", "https://spdx.org/licenses/OGL-UK-3.0.html"),
        ("owned", ""),
        ("LicenseRef-Contract", ""),
    ],
)
def test_where_a_licence_can_be_read(name: str, address: str) -> None:
    assert licence_addresses(name) == {name: address}


def test_every_licence_of_an_expression() -> None:
    found = licence_addresses("(CC-BY-4.0 OR CC0-1.0) AND owned")
    assert sorted(found) == ["CC-BY-4.0", "CC0-1.0", "owned"]


def test_a_malformed_expression() -> None:
    with pytest.raises(UsageError):
        licence_addresses("CC-BY-4.0 AND (")
