"""What is looked for as a whole number of a person."""

import pytest

from secrecy.numbers import may_be_whole_number
from tests.sheets.files import identity


@pytest.mark.parametrize(
    "text",
    [
        identity(),
        identity().lower(),
        "138 0013 8000",
        "+86 138-0013-8000",
        "0577-88123456",
        "(0577) 88123456",
        "8812345",
    ],
)
def test_identity_numbers_and_telephone_numbers_may_be_whole(text):
    assert may_be_whole_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "881234",
        identity()[:17],
        "913303041456123459",
        "DY-0012345",
        "8812345a",
        "１３８００１３８０００",
        "1" * 16,
    ],
)
def test_codes_names_and_parts_are_none(text):
    assert not may_be_whole_number(text)
