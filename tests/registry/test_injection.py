"""Every field of every model into every writer: nothing changes that the role may not write."""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.urls import reverse

from accounts.models import TokenUse
from accounts.roles import Role
from orgs.models import Organization
from registry.api import router
from tests.factories.admin import filled_in
from tests.factories.api import token_client
from tests.factories.orgs import EnterpriseFactory, credit_code
from tests.registry.test_who_sees_what import (
    BODIES,
    CHANGED_BY,
    LISTS,
    expected,
    filled,
    user_called,
)

# What a body or a form takes depends on no database.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

ROLES = tuple(role.value for role in Role)
OF_NO_MODEL = {
    "pk",
    "history",
    "_state",
    "history_user",
    "history_date",
    "history_id",
    "_history_user",
    "save",
}
TABLES = {
    model._meta.label: model
    for label in ("orgs", "members", "accounts")
    for model in apps.get_app_config(label).get_models()
    if not model._meta.proxy
    # Neither histories nor that a token was used, which every request of a test is.
    and model is not TokenUse
    and "history_id" not in {field.name for field in model._meta.fields}
}


@pytest.fixture
def places():
    return SimpleNamespace(own=filled("330304001"), foreign=filled("330304002"))


def snapshot():
    """Every row of the register and of the users; not when a user signed in last."""
    rows = {}
    for label, model in TABLES.items():
        names = [field.attname for field in model._meta.concrete_fields if field.name != "last_login"]
        rows[label] = list(model._base_manager.order_by("pk").values(*names))
        for relation in model._meta.many_to_many:
            through = relation.remote_field.through
            rows[f"{label}.{relation.name}"] = list(through._base_manager.order_by("pk").values())
    return rows


def forged(field):
    """A value that a field of that type could take, and that no row has."""
    if field.remote_field is not None:
        newest = field.remote_field.model._base_manager.order_by("-pk").first()
        return newest.pk if newest else 1
    if field.choices:
        return field.flatchoices[-1][0]
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DateTimeField):
        return "1999-09-09T00:00:00Z"
    if isinstance(field, models.DateField):
        return "1999-09-09"
    if isinstance(field, models.IntegerField | models.DecimalField):
        return 999_998
    return "forged"


def every_field(model):
    """The fields of `model` by name and by column, and what else its instances are known by."""
    values = dict.fromkeys(OF_NO_MODEL, 1)
    for field in model._meta.get_fields():
        if field.concrete and not field.many_to_many:
            values |= {field.name: forged(field), field.attname: forged(field)}
        elif field.is_relation:
            values[field.name] = [1]
    return values


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", BODIES)
def test_the_api_names_and_refuses_every_field_that_it_does_not_write(places, path, role):
    viewset = next(one for prefix, one, _name in router.registry if prefix == path)
    table, key = LISTS[path]
    record = places.own[table]
    client, address = token_client(user_called(role, places)), f"/api/v1/{path}/{getattr(record, key)}/"
    bodies = viewset.body_class._declared_fields.keys()
    other = {name: value for name, value in every_field(type(record)).items() if name not in bodies}
    assert {"id", "pk", "history_user"} <= other.keys()
    fixed = dict.fromkeys(viewset.body_class.fixed, "x")
    etag = token_client(user_called("administrator", places)).get(address).headers["ETag"]
    before = snapshot()

    wanted = 400 if expected(role, table, "own", CHANGED_BY, "change") == 200 else 403
    change = client.patch(address, BODIES[path] | other | fixed, format="json", headers={"If-Match": etag})
    addition = client.post(f"/api/v1/{path}/", other, format="json")
    assert (change.status_code, addition.status_code) == (wanted, wanted)
    if wanted == 400:
        assert change.json().keys() == other.keys() | fixed.keys()
        assert addition.json().keys() == other.keys()
    assert snapshot() == before


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", BODIES)
def test_a_field_of_a_body_changes_itself_alone(places, path, role):
    table, key = LISTS[path]
    record = places.own[table]
    client, address = token_client(user_called(role, places)), f"/api/v1/{path}/{getattr(record, key)}/"
    etag = token_client(user_called("administrator", places)).get(address).headers["ETag"]
    before = snapshot()
    answer = client.patch(address, BODIES[path], format="json", headers={"If-Match": etag})
    after = snapshot()

    may = expected(role, table, "own", CHANGED_BY, "change") == 200
    assert answer.status_code == (200 if may else 403)
    changed = {
        (label, name)
        for label in before
        for old, new in zip(before[label], after[label], strict=True)
        for name in old
        if old[name] != new[name]
    }
    (said,) = BODIES[path]
    label = Organization._meta.label if table.endswith("branch") else record._meta.label
    column = {"revoked_on": "valid_to"}.get(said, said)
    assert changed == ({(label, column)} if may else set())


def ticked(form):
    """What a browser sends of the boxes and lists of `form` from which several are chosen."""
    several = (forms.BooleanField, forms.ModelMultipleChoiceField)
    initial = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()
               if isinstance(field, several)}  # fmt: skip
    return {
        name: "on" if value is True else [row.pk for row in value] if value else []
        for name, value in initial.items()
    }


def injected(data, model, inlines):
    """`data` of a form and `every_field` that the form does not have, in the record and its rows."""
    more = {name: str(value) for name, value in every_field(model).items() if name not in data}
    for prefix, row in inlines.items():
        numbers = set(re.findall(rf"(?:^|\s){prefix}-(\d+)-", " ".join(data)))
        for number in numbers:
            names = {f"{prefix}-{number}-{name}": str(value) for name, value in every_field(row).items()}
            more |= {name: value for name, value in names.items() if name not in data}
    return data | more


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", CHANGED_BY.keys() - {"orgs_coverage"})
def test_a_page_of_the_admin_saved_untouched_with_every_other_field_changes_nothing(
    client, places, table, role
):
    client.force_login(user_called(role, places))
    record = places.own[table]
    address = reverse(f"admin:{table}_change", args=[record.pk])
    page = client.get(address)
    data, inlines = {}, {}
    if page.status_code == 200:
        data = filled_in(page) | ticked(page.context["adminform"].form)
        inlines = {
            formset.formset.prefix: formset.formset.model for formset in page.context["inline_admin_formsets"]
        }
    before = snapshot()
    answer = client.post(address, injected(data, type(record), inlines))

    may = expected(role, table, "own", CHANGED_BY, "change") == 200
    assert answer.status_code == (302 if may else 403), answer.content.decode()[:4000]
    assert snapshot() == before


NEW = {
    "orgs_enterprise": lambda area: {
        "uscc": credit_code(77), "name": "甲", "registered_on": "2001-01-01", "area": area,
    },
    "orgs_organization": lambda area: {
        "code": "NEW", "name": "甲党支部", "established_on": "2001-01-01", "area": area, "kind": "branch",
    },
    "orgs_communitygeneralbranch": lambda area: {
        "code": "NEW", "name": "甲党总支", "established_on": "2001-01-01", "area": area,
    },
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", [*NEW, "members_member", "orgs_instructor", "orgs_designation"])
def test_a_new_record_of_the_admin_has_of_the_fields_that_its_page_lacks_what_it_begins_with(
    client, places, table, role
):
    area = places.own["orgs_area"]
    enterprise = EnterpriseFactory(area=area)
    bodies = {
        **{name: body(area.pk) for name, body in NEW.items()},
        "members_member": {"member_no": "NEW", "name": "单雄信", "employer": enterprise.pk},
        "orgs_instructor": {"name": "单雄信", "enterprise": enterprise.pk, "valid_from": "2001-01-01"},
        "orgs_designation": {
            "enterprise": enterprise.pk, "valid_from": "2001-01-01", "title": "vigorous_harmonious", "level": "city",
        },
    }  # fmt: skip
    client.force_login(user_called(role, places))
    model = type(places.own[table])
    address = reverse(f"admin:{table}_add")
    page = client.get(address)
    shown = filled_in(page) if page.status_code == 200 else {}
    before = snapshot()
    answer = client.post(address, injected(shown | bodies[table], model, {}))

    may = expected(role, table, "own", CHANGED_BY, "change") == 200
    assert answer.status_code == (302 if may else 403), answer.content.decode()[:4000]
    if not may:
        assert snapshot() == before
        return
    made = model._base_manager.order_by("-pk").first()
    assert made.pk != 999_998
    for field in model._meta.concrete_fields:
        if field.name not in {*shown, *bodies[table], "id", "name_pinyin"}:
            value = getattr(made, field.attname)
            if callable(field.default):  # each row has its own
                assert str(value) != "forged", field.name
            else:
                assert value in {field.get_default(), "", None}, field.name
