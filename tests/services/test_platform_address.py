"""Addresses that a platform may have: of the internet, and not a detour to our own network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.services.platform_address import BadAddress, is_public, platform_origin


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a02:6b8::1", "::ffff:8.8.8.8"]
)
def test_addresses_of_the_internet(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b:1::808:808",
        "::8.8.8.8",
        "::127.0.0.1",
        "::ffff:0:8.8.8.8",
        "fec0::1",
        "feff::1",
        "2001::1",
        "2001:0:808:808::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "fe80::1%eth0",
        "ff0e::1",
        "192.0.0.8",
        "192.88.99.1",
    ],
)
def test_addresses_that_are_not_of_the_internet(address):
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_what_counts(inner):
    """Translators (RFC 6052) and 6to4 routers (RFC 3056) hand a packet on to the address that is written inside."""
    high, low = divmod(int(inner), 2**16)
    for outer in (f"64:ff9b::{high:x}:{low:x}", f"2002:{high:x}:{low:x}::1", f"::ffff:{inner}"):
        assert is_public(outer) == is_public(str(inner))


@pytest.mark.parametrize(
    "inner", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"]
)
def test_a_private_address_gains_nothing_by_a_detour(inner):
    first, second, third, fourth = (int(part) for part in inner.split("."))
    words = f"{first:02x}{second:02x}:{third:02x}{fourth:02x}"
    for outer in (f"64:ff9b::{words}", f"2002:{words}::1", f"::{words}", f"::ffff:{words}"):
        assert not is_public(outer)
        with pytest.raises(BadAddress, match="private"):
            platform_origin(f"https://[{outer}]/certs")
