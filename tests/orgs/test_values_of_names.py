"""Credit codes and the sound of names are those of the libraries that know them, only faster."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some
from pypinyin import Style, lazy_pinyin
from stdnum.cn import uscc

from orgs.credit_codes import credit_code
from orgs.pinyin import searchable_pinyin

pytestmark = pytest.mark.sqlite

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
phrases = some.sampled_from(["重庆", "银行", "长乐", "音乐", "有限公司", "单", "〇", "（", "A1 ", "é", "，"])


@given(some.lists(some.one_of(phrases, some.text(max_size=3)), max_size=8).map("".join))
def test_a_name_sounds_as_pypinyin_says(name):
    syllables = lazy_pinyin(name, style=Style.NORMAL)
    full = "".join(syllables).lower().replace(" ", "")

    assert searchable_pinyin(name) == f"{full} {''.join(part[:1] for part in syllables).lower()}"[:400]


@given(
    some.from_regex(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{9}}", fullmatch=True),
    some.sampled_from(ALPHABET),
)
def test_one_check_digit_fits_a_credit_code(body, digit):
    right = uscc.calc_check_digit(body)
    assert credit_code(body + right) == body + right
    if digit != right:
        with pytest.raises(ValidationError):
            credit_code(body + digit)
