"""Unified social credit codes (GB 32100-2015): 18 characters, the last of them a check digit."""

from operator import mul

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The characters of credit codes, with the values that the check digit is reckoned from.
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_WEIGHTS = [*(pow(3, place, 31) for place in range(17)), 1]


def credit_code(value: str) -> str:
    """`value` without surrounding spaces and in upper case, if it is a valid credit code.

    Raises ValidationError otherwise. Source: GB 32100-2015; its first two places, the registering
    authority and the kind of unit, may be letters, which python-stdnum refuses. The weighted sum of all 18 is
    a multiple of 31.
    """
    code = value.strip().upper()
    if len(code) == 15 and code.isdigit():
        raise ValidationError(_("An old registration number of 15 digits is not a credit code of 18."))
    if len(code) != 18:
        raise ValidationError(_("A credit code has 18 characters."))
    if not _VALUES.keys() >= set(code) or not code[2:8].isdigit():
        raise ValidationError(_("A credit code has digits and capital letters without I, O, S, V, Z."))
    if sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, code))) % 31:
        raise ValidationError(_("The check digit of the credit code does not fit."))
    return code


def validate_credit_code(value: str) -> None:
    """A validator of model fields; raises ValidationError where `credit_code` does."""
    if credit_code(value) != value:
        raise ValidationError(_("A credit code is written in capital letters without spaces."))
