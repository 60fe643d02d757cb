"""What is sealed opens in its place under its key, and nowhere else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrecy.sealing import Unreadable, blind_index, current_key_id, seal, unseal

PLACE = b"table\0column\0row"
KEYS = {"new": bytes(range(32)), "old": bytes(range(100, 132))}


@given(value=st.text(max_size=60), place=st.binary(max_size=60))
def test_what_is_sealed_opens_in_its_place(value, place):
    assert unseal(seal(value, place), place) == value


@given(place=st.binary(max_size=60))
def test_it_opens_in_no_other_place(place):
    sealed = seal("13800138000", PLACE)
    if place != PLACE:
        with pytest.raises(Unreadable):
            unseal(sealed, place)


@given(st.data())
def test_a_change_of_any_byte_is_noticed(data):
    key_id, _colon, text = seal("13800138000", PLACE).partition(":")
    raw = bytearray(base64.b64decode(text))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        unseal(f"{key_id}:{base64.b64encode(raw).decode()}", PLACE)


@pytest.mark.parametrize(
    "text", ["", "13800138000", "tests:", "tests:????", "tests:AAAA", ":", "tests:" + "A" * 64]
)
def test_what_was_never_sealed_is_unreadable_and_not_repeated(text):
    with pytest.raises(Unreadable) as refused:
        unseal(text, PLACE)
    assert "138" not in str(refused.value) + refused.value.reason


def test_equal_values_are_sealed_differently_and_hold_nothing_in_clear():
    sealed = {seal("13800138000", PLACE) for _ in range(50)}
    assert len(sealed) == 50
    assert not any("138001" in text or b"138001" in base64.b64decode(text.split(":")[1]) for text in sealed)


def test_the_first_key_seals_and_all_open(settings):
    settings.PROTECTION_KEYS = {"old": KEYS["old"]}
    sealed = seal("一", PLACE)
    settings.PROTECTION_KEYS = KEYS
    assert current_key_id() == "new"
    assert seal("一", PLACE).startswith("new:")
    assert unseal(sealed, PLACE) == "一"


def test_a_missing_or_wrong_key_is_told(settings):
    sealed = seal("一", PLACE)
    settings.PROTECTION_KEYS = KEYS
    with pytest.raises(Unreadable) as refused:
        unseal(sealed, PLACE)
    assert "no key" in refused.value.reason
    settings.PROTECTION_KEYS = {"tests": KEYS["old"]}
    with pytest.raises(Unreadable):
        unseal(sealed, PLACE)


def test_an_index_tells_the_column_and_needs_the_key(settings):
    index = blind_index("138", "table.column")
    assert index == blind_index("138", "table.column")
    assert index != blind_index("138", "table.other")
    assert index != blind_index("139", "table.column")
    settings.INDEX_KEY = KEYS["old"]
    assert index != blind_index("138", "table.column")
