"""The undo of random imports on random small registers: each leaves the register as it was before."""

from contextlib import suppress
from datetime import date

from django.core.files.base import ContentFile
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orgs.models import Area, Kind
from record.origin import Origin, originating
from record.sealing import verify
from sheets import imports, undo
from sheets.models import Part, State
from sheets.parts import kept_json
from sheets.problems import ImportRefused
from sheets.resources import RESOURCES
from tests.factories.members import MemberFactory, PostFactory, StandingFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.sheets.drawn import CODES, DAYS, FILES, table
from tests.sheets.files import as_bytes, csv_text, identity, load
from tests.sheets.registers import register
from tests.sheets.stepping import organizer

ENDING = table(
    "members",
    member_no=st.sampled_from(["M1", "M2", "M3"]),
    name=st.sampled_from(["张三", "李四"]),
    birth_date=DAYS,
    id_number=st.sampled_from(["", *(identity(order=order) for order in ("001", "002", "003"))]),
    phone=st.sampled_from(["", "139"]),
    relation_from=st.sampled_from(["", "2000-01-01", "2006-06-06"]),
    relation_to=st.sampled_from(["", "2008-08-08"]),
    organization=st.sampled_from(["A", "B"]),
    ended_on=st.sampled_from(["", "2011-11-11"]),
)


class AnUndo(TestCase):
    """Of one random file after others, on random small registers."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(files=st.lists(FILES | ENDING, min_size=1, max_size=4))
    def test_leaves_the_register_as_it_was(self, files):
        AreaFactory(code="330304")
        AreaFactory(code="330304001")
        Area.objects.rebuild_tree()
        for code in CODES:
            EnterpriseFactory(uscc=code)
        a, _b = OrganizationFactory(code="A"), OrganizationFactory(code="B", kind=Kind.JOINT_BRANCH)
        member = MemberFactory(member_no="M1", organization=a, id_number=identity(order="001"), phone="137")
        PostFactory(organization=a, member=member)
        StandingFactory(member=member, valid_from=date(2007, 7, 7))
        MemberFactory(member_no="M2", organization=a, id_number=identity(order="002"))
        user = organizer()
        for number, (resource, rows) in enumerate(files):
            before = register()
            found = imports.upload(
                by=user, resource=RESOURCES[resource], file=ContentFile(as_bytes(rows), name="list.csv")
            )
            imports.choose_columns(found, {})
            imports.check(found)
            if found.wrong:
                imports.leave_out_wrong_rows(found)
                imports.check(found)
            if found.wrong:
                continue
            with originating(Origin(f"request-{number}")):
                imports.confirm(found, seen=found.seen)
                imports.run(found)
            assert found.state == State.DONE
            if register() != before:
                event(f"{resource} undone")

            with originating(Origin(f"undo-{number}")):
                undo.begin(found, by=user)
                undo.undo(found)

            assert kept_json(found, Part.OBSTACLES) is None
            assert register() == before
            with suppress(ImportRefused):
                load(resource, csv_text(rows))
        assert verify().bad is None
