"""The keys of the environment: what is taken, and what the site refuses to start with."""

import base64
import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from secrecy.keys import read_index_key, read_protection_keys

ONE, TWO = bytes(range(32)), bytes(range(100, 132))
TEXT_ONE, TEXT_TWO = (base64.b64encode(key).decode() for key in (ONE, TWO))


def test_the_first_key_comes_first():
    keys = read_protection_keys(f"b:{TEXT_TWO}, a:{TEXT_ONE}")
    assert list(keys.items()) == [("b", TWO), ("a", ONE)]


def test_both_alphabets_of_base64_are_taken_with_and_without_padding():
    key = b"\xfb\xef\xff" * 5 + bytes(range(17))
    for text in (base64.b64encode(key), base64.urlsafe_b64encode(key), base64.b64encode(key).rstrip(b"=")):
        assert read_protection_keys(f"k:{text.decode()}") == {"k": key}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "PROTECTION_KEYS must be set"), ("  ", "PROTECTION_KEYS must be set"),
        (TEXT_ONE, "id:base64"), (f":{TEXT_ONE}", "id:base64"), (f"a b:{TEXT_ONE}", "id:base64"),
        (f"k:{TEXT_ONE},", "id:base64"), (f"{'k' * 17}:{TEXT_ONE}", "id:base64"),
        ("k:", "32 random bytes"), ("k:not base64!", "32 random bytes"), (f"k:{TEXT_ONE[:-4]}", "32 random bytes"),
        (f"k:{TEXT_ONE}AAAA", "32 random bytes"),
        (f"k:{base64.b64encode(b'ab' * 16).decode()}", "32 random bytes"),
        (f"k:{TEXT_ONE},k:{TEXT_TWO}", "twice"),
        (f"k:{TEXT_ONE},j:{TEXT_ONE}", "one key under two ids"),
    ],
)  # fmt: skip
def test_bad_keys_are_refused_without_repeating_them(text, told):
    with pytest.raises(ImproperlyConfigured, match=told) as refused:
        read_protection_keys(text)
    assert TEXT_ONE not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "INDEX_KEY must be set"), ("short", "32 random bytes"), (TEXT_ONE, "another key")],
)
def test_bad_index_keys_are_refused_without_repeating_them(text, told):
    with pytest.raises(ImproperlyConfigured, match=told) as refused:
        read_index_key(text, others={"k": ONE})
    assert TEXT_ONE not in str(refused.value)


def test_who_misses_a_key_is_told_how_to_make_one():
    for read in (lambda: read_protection_keys(""), lambda: read_index_key("", others={})):
        with pytest.raises(ImproperlyConfigured) as refused:
            read()
        code = re.search(r"python3 -c '(.*)'", str(refused.value))[1]
        made = []
        exec(code, {"print": made.append})
        if "PROTECTION" in str(refused.value):
            assert list(read_protection_keys(made[0])) == ["k1"]
        else:
            assert len(read_index_key(made[0], others={})) == 32


def test_keys_for_debugging_differ_from_each_other_and_between_sites():
    derived = read_protection_keys("", debug_secret="one")
    index = read_index_key("", others=derived, debug_secret="one")
    assert index not in derived.values()
    assert read_protection_keys("", debug_secret="two") != derived
    assert read_protection_keys("", debug_secret="one") == derived
