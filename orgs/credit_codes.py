"""Unified social credit codes (GB 32100-2015): 18 characters, the last of them a check digit."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")


def credit_code(value: str) -> str:
    """`value` without surrounding spaces and in upper case, if it is a valid credit code.

    Raises ValidationError otherwise. Source: GB 32100-2015; its first two places, the registering
    authority and the kind of unit, may be letters, which python-stdnum refuses.
    """
    code = value.strip().upper()
    if len(code) == 15 and code.isdigit():
        raise ValidationError(_("An old registration number of 15 digits is not a credit code of 18."))
    if len(code) != 18:
        raise ValidationError(_("A credit code has 18 characters."))
    if not ALPHABET.issuperset(code) or not code[2:8].isdigit():
        raise ValidationError(_("A credit code has digits and capital letters without I, O, S, V, Z."))
    if uscc.calc_check_digit(code[:17]) != code[17]:
        raise ValidationError(_("The check digit of the credit code does not fit."))
    return code


def validate_credit_code(value: str) -> None:
    """A validator of model fields; raises ValidationError where `credit_code` does."""
    if credit_code(value) != value:
        raise ValidationError(_("A credit code is written in capital letters without spaces."))
