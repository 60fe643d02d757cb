"""Protected columns of a row: encrypted when assigned, masked when shown, bound to their row."""

import json
import pickle
import traceback

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from members.models import Member
from orgs.models import Enterprise, Instructor
from secrecy.fields import BlindIndexField, PhoneField, Protected
from secrecy.models import HoldsProtected
from secrecy.sealing import Unreadable
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, InstructorFactory
from tests.sheets.files import identity

pytestmark = pytest.mark.django_db

PHONE, OTHER = "13800138000", "13900139000"


def column(member, name):
    """What the database holds in column `name`."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{name}" FROM members_member WHERE id = %s', [member.pk])
        return cursor.fetchone()[0]


def write(member, name, value):
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE members_member SET "{name}" = %s WHERE id = %s', [value, member.pk])


@pytest.mark.parametrize(
    ("make", "name"),
    [(MemberFactory, "phone"), (InstructorFactory, "phone"), (EnterpriseFactory, "contact_phone")],
)
def test_a_value_is_stored_encrypted_and_read_back(make, name):
    row = make(**{name: PHONE})
    again = type(row).objects.get(pk=row.pk)
    assert getattr(again, name).reveal() == PHONE
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {row._meta.db_table}")
        stored = dict(zip((d[0] for d in cursor.description), cursor.fetchone(), strict=True))
    assert stored[name].startswith("tests:")
    assert PHONE not in str(stored)


@given(value=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_any_text_comes_back_from_the_database(value):
    with transaction.atomic():
        member = MemberFactory(phone=value)
        assert Member.objects.get(pk=member.pk).phone == value


def test_columns_may_be_given_in_any_order_and_late():
    member = Member(phone=PHONE, id_number=identity(), name="单雄信", member_no="M1")
    member.phone = OTHER
    member.save()
    member = Member.objects.get()
    assert (member.phone, member.id_number) == (OTHER, identity())


def test_a_row_that_is_not_saved_yet_knows_its_values():
    member = Member(phone=PHONE)
    assert member.phone == PHONE
    assert not member.id_number
    assert member.id_number.reveal() == ""


@pytest.mark.parametrize(
    ("name", "value", "mask"),
    [
        ("id_number", "330304197001011234", "330304********1234"), ("phone", "13812345678", "138****5678"),
        ("phone", "0577-88123456", "057******3456"), ("phone", "1234567", "*******"), ("phone", "1", "*"),
        ("phone", "", ""), ("id_number", "33030470010112X", "330304*****112X"),
    ],
)  # fmt: skip
def test_the_text_of_a_value_is_its_mask(name, value, mask):
    member = Member(**{name: value})
    assert str(getattr(member, name)) == f"{getattr(member, name)}" == mask


@given(st.text(min_size=1, max_size=30))
def test_a_mask_hides_at_least_half_of_what_is_short_and_four_characters_of_the_rest(value):
    mask = PhoneField().masked(value)
    assert len(mask) == len(value)
    shown = sum(a == b != "*" for a, b in zip(mask, value, strict=True))
    assert len(value) - shown - value.count("*") >= min(4, len(value)) - value.count("*")


def test_nothing_shows_or_writes_a_value_in_clear_by_accident():
    member = MemberFactory(phone=PHONE, id_number=identity())
    member = Member.objects.get(pk=member.pk)
    try:
        raise ValueError(member, member.phone, vars(member))
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    texts = [
        repr(member), repr(vars(member)), repr(member.phone), str(member.phone), f"{member.phone:}", told,
        repr(model_to_dict(member)), repr(list(Member.objects.values())), repr(list(Member.objects.values_list())),
        serializers.serialize("json", [member]), serializers.serialize("xml", [member]),
        repr(pickle.dumps(member)), json.dumps(list(Member.objects.values("phone", "id_number"))),
        repr(list(Member.history.values())),
    ]  # fmt: skip
    for text in texts:
        assert PHONE not in text
        assert identity() not in text


def test_a_dump_keeps_values_sealed_and_loads_them_again(tmp_path):
    MemberFactory(phone=PHONE, id_number=identity())
    file = tmp_path / "dump.json"
    call_command("dumpdata", "members.member", output=str(file), verbosity=0)
    assert PHONE not in file.read_text()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_member")
    call_command("loaddata", str(file), verbosity=0)
    member = Member.objects.get()
    assert (member.phone, member.id_number) == (PHONE, identity())
    assert member.id_number_index == Member._meta.get_field("id_number").index_of(identity())


def test_values_are_compared_by_what_they_hold():
    one, two = MemberFactory(phone=PHONE), MemberFactory(phone=PHONE)
    assert one.phone == two.phone == PHONE
    assert one.phone.stored != two.phone.stored
    assert one.phone != OTHER
    assert one.phone != 13800138000
    with pytest.raises(TypeError):
        hash(one.phone)


def test_a_value_taken_from_another_row_is_sealed_anew():
    one, two = MemberFactory(phone=PHONE), MemberFactory()
    two.phone = one.phone
    two.save()
    assert Member.objects.get(pk=two.pk).phone == PHONE
    assert column(two, "phone") != column(one, "phone")


@pytest.mark.parametrize("other", ["row", "column", "table"])
def test_a_sealed_value_that_was_moved_is_not_readable(other, caplog):
    member = MemberFactory(phone=PHONE, id_number=identity())
    if other == "row":
        sealed = column(MemberFactory(phone=OTHER), "phone")
    elif other == "column":
        sealed = column(member, "id_number")
    else:
        sealed = InstructorFactory(phone=OTHER, row_key=member.row_key).phone.stored
    write(member, "phone", sealed)
    found = Member.objects.get(pk=member.pk)
    assert str(found.phone) == "not readable"
    assert found.phone != OTHER
    assert bool(found.phone)
    with pytest.raises(Unreadable):
        found.phone.reveal()
    assert f"members_member.phone of row {member.row_key} cannot be read" in caplog.text
    assert not any(number in caplog.text for number in (PHONE, OTHER, identity()))


def test_without_its_key_a_value_is_not_readable_and_may_be_replaced(settings):
    member = MemberFactory(phone=PHONE)
    settings.PROTECTION_KEYS = {"another": bytes(range(32))}
    member = Member.objects.get(pk=member.pk)
    assert str(member.phone) == "not readable"
    member.refresh_from_db()
    member.save()
    assert column(member, "phone").startswith("tests:")
    member.phone = OTHER
    member.save()
    assert Member.objects.get(pk=member.pk).phone == OTHER


def test_no_query_takes_a_value_in_clear():
    MemberFactory(phone=PHONE)
    for ask in (
        lambda: Member.objects.filter(phone=PHONE).exists(),
        lambda: Member.objects.filter(phone__in=[PHONE]).exists(),
        lambda: Member.objects.update(phone=PHONE),
    ):
        with pytest.raises(TypeError) as refused, transaction.atomic():
            ask()
        assert "138" not in str(refused.value)
    with pytest.raises(FieldError):
        Member.objects.filter(phone__startswith="138")
    assert Member.objects.exclude(phone="").count() == 1


def test_columns_may_be_read_later():
    member = MemberFactory(phone=PHONE)
    for rows in (Member.objects.only("name"), Member.objects.defer("phone"), Member.objects.only("phone")):
        found = rows.get(pk=member.pk)
        assert found.phone == PHONE
        assert (found.phone_index, found.phone_changes) == (member.phone_index, 1)


def test_a_row_read_anew_has_the_values_of_the_database():
    member = MemberFactory(phone=PHONE)
    other = Member.objects.get(pk=member.pk)
    other.phone = OTHER
    other.save()
    member.refresh_from_db()
    assert (member.phone, member.phone_index, member.phone_changes) == (OTHER, other.phone_index, 2)


def test_a_value_is_written_with_its_index_and_its_count(django_assert_num_queries):
    member = MemberFactory(phone=PHONE)
    member.phone = OTHER
    member.save(update_fields=["phone"])
    found = Member.objects.get(pk=member.pk)
    assert (found.phone, found.phone_changes) == (OTHER, 2)
    assert found.phone_index == Member._meta.get_field("phone").index_of(OTHER)
    found.phone = ""
    found.save(update_fields=["phone"])
    found = Member.objects.get(pk=member.pk)
    assert (found.phone, found.phone_index, found.phone_changes) == ("", None, 3)
    found.phone = None
    assert (found.phone, found.phone_changes) == ("", 3)


def test_to_assign_the_same_value_changes_nothing():
    member = MemberFactory(phone=PHONE)
    before = member.phone.stored
    member.phone = PHONE
    assert (member.phone.stored, member.phone_changes) == (before, 1)


@pytest.mark.parametrize("same", ["138 0013 8000", "138-0013-8000", "+86 13800138000", "008613800138000"])
def test_a_phone_is_the_same_however_it_is_written(same):
    member = MemberFactory(phone=PHONE)
    assert Member._meta.get_field("phone").index_of(same) == member.phone_index


@pytest.mark.parametrize("other", ["8613800138", "057788123456", "1380013800", "13800138000x"])
def test_another_phone_is_another(other):
    assert Member._meta.get_field("phone").index_of(other) != Member(phone=PHONE).phone_index


def test_the_database_refuses_one_identity_number_for_two():
    number = next(number for order in range(100) if (number := identity(order=f"{order:03}")).endswith("X"))
    MemberFactory(id_number=number)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(id_number=number.lower())
    MemberFactory.create_batch(2, id_number="")
    assert list(Member.objects.with_id_number(number)) == [Member.objects.get(id_number_index__isnull=False)]


def test_a_number_that_another_has_is_told_at_the_number():
    MemberFactory(id_number=identity())
    with pytest.raises(ValidationError) as refused:
        Member(member_no="M1", name="李四", name_pinyin="lisi ls", id_number=identity()).full_clean()
    assert refused.value.message_dict == {"id_number": ["Another member has this identity number."]}


def test_the_history_tells_that_a_value_changed_and_keeps_neither_it_nor_its_index():
    member = MemberFactory(id_number=identity())
    member.id_number = identity(order="002")
    member.save()
    member.name = "王五"
    member.save()
    assert list(member.history.order_by("history_date").values_list("id_number_changes", flat=True)) == [
        1,
        2,
        2,
    ]
    kept = {field.name for field in Member.history.model._meta.get_fields()}
    assert not kept & {"id_number", "id_number_index", "phone", "phone_index", "row_key"}
    for model in (Enterprise, Instructor):
        assert not {"phone", "phone_index", "contact_phone", "contact_phone_index"} & {
            field.name for field in model.history.model._meta.get_fields()
        }


@isolate_apps("secrecy")
def test_protected_columns_are_declared_after_those_beside_them():
    for model in (Member, Enterprise, Instructor):
        assert model.check() == []

    class Wrong(HoldsProtected):
        phone = PhoneField()
        phone_index = BlindIndexField()

        class Meta:
            app_label = "secrecy"

    told = [error.msg for error in Wrong.check() if error.id == "secrecy.E001"]
    assert told == [f"phone_{name} must be declared before phone." for name in ("changes", "index")]


def test_what_a_protected_value_tells_of_itself_is_its_column():
    assert repr(Member(phone=PHONE).phone) == "<Protected members_member.phone>"
    assert isinstance(Member(phone=PHONE).phone, Protected)
