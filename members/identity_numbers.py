"""Identity numbers of residents (GB 11643-1999): 18 characters, with a birth date and a check digit."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent


def identity_number(value: str) -> str:
    """`value` without surrounding spaces and in upper case, if it is a valid identity number.

    Raises ValidationError otherwise; its message does not repeat the number. The county is not
    looked at: lists of counties are never complete (`has_known_county`). Source: GB 11643-1999.
    """
    number = value.strip().upper()
    if len(number) != 18:
        raise ValidationError(_("An identity number has 18 characters."))
    if not (number.isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")):
        raise ValidationError(_("An identity number has 17 digits and then a digit or X."))
    if ric.calc_check_digit(number) != number[17]:
        raise ValidationError(_("The check digit of the identity number does not fit."))
    try:
        ric.get_birth_date(number)
    except InvalidComponent as error:
        raise ValidationError(_("The birth date in the identity number is no day.")) from error
    return number


def has_known_county(number: str) -> bool:
    """Whether the first six digits of a valid identity number were a county's at any time."""
    return _is_county(number[:6])


@lru_cache(maxsize=5000)
def _is_county(code: str) -> bool:
    parts = numdb.get("cn/loc").info(code)
    return any("county" in properties for _digits, properties in parts)
