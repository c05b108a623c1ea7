"""Addresses as they are stored: the audit and the list of sessions show the same one for the same client."""

import pytest

from operations.client_address import normal_address


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("<b>me</b>", ""),  # without a proxy, it is what the client wrote
        ("", ""),
    ],
)
def test_an_address_has_one_form(host: str, address: str) -> None:
    assert normal_address(host) == address
