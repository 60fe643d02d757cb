"""What is always true of a member, kept by the database."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("member_end_reason_needs_an_end_day", {"ended_reason": "death"}),
        ("member_end_reason_is_known", {"ended_reason": "tired", "ended_on": "2008-06-30"}),
        ("member_sex_is_known", {"sex": "other"}),
    ],
)
def test_the_database_refuses(name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MemberFactory(**values)


def test_the_database_refuses_an_identity_number_twice_but_no_number_as_often_as_there_is_none():
    MemberFactory.create_batch(2, id_number="")
    MemberFactory(id_number="110105194912310021")
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(id_number="110105194912310021")
