"""`kill -9` in the middle of an import, or of its undo: all of it is there or nothing, and it goes on from there."""

from datetime import date

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import transaction

from record.origin import Origin, originating
from record.sealing import verify
from sheets import imports, undo
from sheets.models import Import, State
from sheets.resources import RESOURCES
from tests.factories.killing import AFTER_COMMIT, BEFORE_COMMIT, killed
from tests.factories.members import MemberFactory, PostFactory
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, OrganizationFactory, credit_code
from tests.sheets.files import as_bytes, identity
from tests.sheets.stepping import organizer

pytestmark = pytest.mark.django_db(transaction=True)

CODES = [credit_code(number) for number in range(5)]
NUMBERS = [identity(order=f"{order:03}") for order in range(1, 5)]
ENTERPRISES = [
    ["uscc", "name", "registered_on", "closed_on", "above_scale_from"],
    [CODES[0], "甲", "2000-01-01", "2010-01-01", ""],  # ends its coverage, too
    [CODES[1], "乙", "2000-01-01", "", "2008-01-01"],
    [CODES[3], "丁", "2001-01-01", "", "2008-01-01"],
    [CODES[4], "戊", "2001-01-01", "", ""],
]
MEMBERS = [
    ["member_no", "name", "id_number", "phone", "organization", "relation_from", "ended_on"],
    ["M0", "张三", NUMBERS[1], "138", "A", "2000-01-01", "2010-01-01"],  # ends the post, too
    ["M1", "李四", NUMBERS[0], "139", "A", "2005-01-01", ""],
    ["M2", "王五", NUMBERS[2], "", "A", "2005-01-01", ""],
    ["M3", "赵六", NUMBERS[3], "", "", "", ""],
]
FILES = {"enterprises": ENTERPRISES, "members": MEMBERS}


@pytest.fixture(params=list(FILES))
def confirmed(request):
    """An import of new and changed rows that is to run."""
    enterprises = [EnterpriseFactory(uscc=code, above_scale_from=date(2003, 1, 1)) for code in CODES[:3]]
    organization = OrganizationFactory(code="A")
    CoverageFactory(organization=organization, enterprise=enterprises[0])
    for number in range(2):
        member = MemberFactory(
            member_no=f"M{number}", organization=organization, id_number=NUMBERS[number], phone="137"
        )
        PostFactory(organization=organization, member=member, role="commissioner")
    resource = RESOURCES[request.param]
    file = ContentFile(as_bytes(FILES[request.param]), name="list.csv")
    found = imports.upload(by=organizer(), resource=resource, file=file)
    imports.choose_columns(found, {})
    imports.check(found)
    with originating(Origin("request-1")):
        imports.confirm(found, seen=found.seen)
    assert (found.created, found.updated) == (2, 2)
    return found.pk


def everything():
    """All rows of all tables that an import writes to."""
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=str)
        for app in ("orgs", "members", "record", "sheets")
        for model in apps.get_app_config(app).get_models()
    }


def told():
    """What the register tells of its records, and how long their histories are."""
    resources = (RESOURCES[name] for name in ("enterprises", "members", "coverage"))
    rows = [resource.stored(resource.model.objects.order_by("pk")) for resource in resources]
    return rows, {table: len(found) for table, found in everything().items()}


def at_the_end_of(deed):
    """What `deed` leaves; it is taken back."""
    with transaction.atomic():
        deed()
        found = told()
        transaction.set_rollback(True)
    return found


def kill_everywhere(deed, *, points, before, after):
    """Kill `deed` at `points` places, steps spread over all, and around its commit: it left nothing, or all."""
    expected, untouched = at_the_end_of(deed), everything()
    steps = killed(deed, at=BEFORE_COMMIT)
    places = sorted({1 + place * (steps - 1) // (points - 3) for place in range(points - 2)})
    assert len(places) == points - 2, f"{steps} steps are too few"
    for place in places:
        killed(deed, at=place)
        assert everything() == untouched
        assert Import.objects.get().state == before
    killed(deed, at=AFTER_COMMIT)
    assert told() == expected
    assert Import.objects.get().state == after
    with pytest.raises(imports.NotNow):  # a second worker that takes it up finds it done
        deed()
    assert told() == expected
    assert verify().bad is None


def test_no_killed_import_or_undo_is_half_done(confirmed):
    kill_everywhere(
        lambda: imports.run(Import.objects.get(pk=confirmed)),
        points=25,
        before=State.RUNNING,
        after=State.DONE,
    )
    with originating(Origin("request-2")):
        undo.begin(Import.objects.get(), by=Import.objects.get().made_by)
    kill_everywhere(
        lambda: undo.undo(Import.objects.get()), points=10, before=State.UNDOING, after=State.UNDONE
    )
