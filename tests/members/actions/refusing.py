"""What a refused action leaves behind: nothing."""

import pytest

from members.models import Member, MemberDeed, Membership, Post, Standing, Transfer

TABLES = (Member, MemberDeed, Membership, Post, Standing, Transfer)


def everything():
    """Every row of the members' tables, and how much history there is."""
    return {
        model.__name__: (sorted(model.objects.values_list(), key=str), model.history.count())
        for model in TABLES
    }


def refused(refusal, action, **given):
    """Call `action`, which raises `refusal` and changes nothing; gives what the user reads."""
    before = everything()
    with pytest.raises(refusal) as caught:
        action(by=None, **given)
    assert everything() == before
    return str(caught.value)
