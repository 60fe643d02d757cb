"""Whatever a column holds, and whichever way it is written, the row reads as it was signed."""

import hmac
import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext_lazy
from hypothesis import Phase, given, settings
from hypothesis import strategies as some
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from orgs.models import AboveScale, EnterpriseArea, Ownership, PolicyNumber
from record.log import note
from record.models import Event
from record.sealing import sealed_models, verify
from record.signing import converted, signature, signatures, signed_columns
from sheets.writing import update
from tests.factories.applications import ApplicationFactory
from tests.factories.members import (
    ElectionFactory,
    MemberDeedFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    StandingFactory,
    TransferFactory,
)
from tests.factories.orgs import (
    START,
    AreaFactory,
    CoverageFactory,
    DesignationFactory,
    EnterpriseDeedFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationDeedFactory,
    OrganizationFactory,
    PracticeFactory,
    PracticePictureFactory,
)
from tests.factories.work import ExemptionFactory

pytestmark = pytest.mark.django_db

days = some.dates(date(1, 1, 1), date(9999, 12, 31))
texts = some.one_of(
    some.sampled_from(
        ["", " ", "x ", "\t\r\n", "\\.", "\\N", "é", "e\u0301", "\U0001f600", "\ufeff单", "\x00"]
    ),
    some.text(max_size=20),
)
numbers = some.integers(0, 2**31 - 1)
figures = some.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False)
# Clean values, and such as Django takes in their place.
VALUES = {
    models.DateField: some.one_of(days, days.map(str), some.just("2001-2-3"), some.datetimes()),
    models.DateTimeField: some.datetimes(timezones=some.timezones()),
    models.CharField: some.one_of(texts, numbers, some.sampled_from([Ownership.STATE, gettext_lazy("Yes")])),
    models.TextField: texts,
    models.PositiveIntegerField: some.one_of(numbers, numbers.map(lambda number: f"0{number}")),
    models.PositiveSmallIntegerField: some.integers(0, 32_767),
    models.DecimalField: some.one_of(
        figures, numbers, some.sampled_from(["01.50", Decimal("-0.00"), Decimal("1E+3"), 1.1])
    ),
}


def value_of(field):
    """What `field` may be told: rarely nothing."""
    kind = next(kind for kind in type(field).__mro__ if kind in VALUES)
    return some.one_of(VALUES[kind], some.none()) if field.null else VALUES[kind]


def changeable(model):
    """The columns of `model` that its history keeps, but for keys and links."""
    kept = {field.name for field in model.history.model._meta.concrete_fields}
    return [
        field
        for field in model._meta.concrete_fields
        if field.name in kept - {"id", "name_pinyin"}
        and not field.is_relation
        and not field.name.endswith("_changes")
    ]


def one_of_each():
    """A stored row of every model that has a history."""
    organization = OrganizationFactory(area=AreaFactory())
    membership = MembershipFactory(organization=organization, member=MemberFactory())
    enterprise = EnterpriseFactory(area=AreaFactory(), above_scale_from=START)
    rows = [
        organization, organization.kinds.get(), organization.areas.get(), membership, membership.member, enterprise,
        EnterpriseArea.objects.get(enterprise=enterprise), AboveScale.objects.get(), AreaFactory(),
        CoverageFactory(), DesignationFactory(), InstructorFactory(), PracticeFactory(),
        PolicyNumber.objects.first(), PracticePictureFactory(), OrganizationDeedFactory(), EnterpriseDeedFactory(),
        MemberDeedFactory(), StandingFactory(), ElectionFactory(), PostFactory(), TransferFactory(),
        ApplicationFactory(), ExemptionFactory(),
    ]  # fmt: skip
    recorded = {model.instance_type for model in sealed_models().values() if hasattr(model, "instance_type")}
    assert {type(row) for row in rows} == recorded
    return rows


def is_clean(field, value):
    """Whether `value` has the type of `field`, as what a sheet's columns give."""
    if value is None or isinstance(field, models.DecimalField):
        return value is None
    return type(value) is type(field.to_python(value)) is not datetime and field.to_python(value) == value


def by_one(row, _fields):
    row.save()


def by_many(row, fields):
    bulk_update_with_history([row], type(row), fields)


def by_sheet(row, fields):
    update([row], fields, by=None)


def anew(row, _fields):
    row.pk = None
    for name in ("row_key", "uscc", "code", "member_no"):
        if hasattr(row, name):
            setattr(row, name, uuid.uuid4() if name == "row_key" else uuid.uuid4().hex[:12])
    bulk_create_with_history([row], type(row))


REFUSALS = (IntegrityError, DataError, ValidationError, ValueError, OverflowError, TypeError, ArithmeticError)


def change(row, data):
    """Write other values of `row`, in any way that takes them; nothing where the database does not."""
    columns = changeable(type(row))
    fields = data.draw(some.lists(some.sampled_from(columns), min_size=1, unique=True))
    ways = [by_one, by_many, anew]
    values = {field: data.draw(value_of(field)) for field in fields}
    for field, value in values.items():
        setattr(row, field.name, value)
    if all(map(is_clean, fields, values.values())):
        ways.append(by_sheet)  # its columns have cleaned what it says
    try:
        with transaction.atomic():
            data.draw(some.sampled_from(ways))(row, [field.name for field in fields])
    except REFUSALS:
        pass


def test_every_row_reads_as_it_was_signed():
    world = one_of_each()

    @settings(max_examples=150, deadline=None, phases=[Phase.generate])
    @given(some.data())
    def check(data):
        point = transaction.savepoint()
        for row in data.draw(some.lists(some.sampled_from(world), min_size=1, max_size=4, unique=True)):
            change(type(row)._default_manager.get(pk=row.pk), data)
        note(Event.REFUSED, detail=data.draw(texts).replace("\x00", ""), subject="x ", reason="理由")
        assert verify().bad is None
        transaction.savepoint_rollback(point)

    check()


def test_values_that_are_cleaned_as_they_are_stored():
    enterprise = EnterpriseFactory()
    enterprise.employees, enterprise.registered_on = "012", "2001-2-3"
    enterprise.save()
    enterprise.registered_on = datetime(2001, 2, 4, 12)  # noqa: DTZ001 - a day is meant
    enterprise.save()
    PolicyNumber.objects.create(
        policy="branch_members", value="-0.00", source="x", valid_from="1970-1-1", valid_to=date(1971, 1, 1)
    )

    assert verify().bad is None


def signed_one_by_one(model, values):
    """The signature of a row, written down as it was first made: rows of all years carry it."""

    def told(value):
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        if isinstance(value, Decimal):
            return f"{value.normalize() + 0:f}"
        return value.hex if isinstance(value, uuid.UUID) else str(value)

    said = [f"{name}={told(value)}" for name, value in zip(signed_columns(model), values, strict=True)
            if value is not None and told(value)]  # fmt: skip
    text = json.dumps([model._meta.db_table, *said])
    return hmac.new(django_settings.LOG_KEY.encode(), text.encode(), sha256).hexdigest()


anything = some.one_of(
    some.none(), texts, numbers, some.booleans(), days, figures, some.uuids(), VALUES[models.DateTimeField],
    some.sampled_from(Ownership),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(some.data())
def test_rows_signed_together_have_the_signatures_of_each(data):
    model = AboveScale.history.model
    width, height = len(signed_columns(model)), data.draw(some.integers(1, 4))
    column = some.one_of(
        some.lists(anything, min_size=height, max_size=height), anything.map(lambda value: [value] * height)
    )
    columns = data.draw(some.lists(column, min_size=width, max_size=width))

    together = list(signatures(model, columns))

    assert together == [signed_one_by_one(model, row) for row in zip(*columns, strict=True)]
    assert together[0] == signature(model, [values[0] for values in columns])


def test_a_column_is_converted_once_where_it_is_one_object():
    asked = []

    def convert(values):
        asked.append(list(values))
        return [str(value) for value in values]

    assert converted([2008] * 3, convert) == ["2008"] * 3
    assert converted((), convert) == []
    assert asked == [[2008], []]


def test_numbers_that_are_made_one_after_the_other_are_not_taken_for_one():
    ranges = [range(first, first + 3) for first in range(1000, 1100)]

    assert [converted(numbers, list) for numbers in ranges] == [list(numbers) for numbers in ranges]
