"""Known values go in; the whole site is used; they come out nowhere but where they should.

A protected value (an identity number, a phone) stands in clear in no table, file, log, cache and address, and in
no answer but that of "reveal". A member's name is in no log, cache and address that the site makes, and reaches
nobody but administrators and the area's organizers.
"""

import io
import logging
import re
import tempfile
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import include, path
from stdnum.cn import ric

from accounts.roles import Role
from applications.models import Application, State
from applications.secrets import access_code, link_token
from members.models import Member
from orgs.models import Area, Kind
from record.models import AccessEntry, Event
from registry.logs import DiscreetFormatter
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.api import token_client
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory, TransferFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)
from tests.settings import SITE_CACHES
from tests.sheets.files import csv_text, xlsx

pytestmark = pytest.mark.django_db(transaction=True)


def identity_number(serial):
    body = f"33030419570309{serial}"
    return body + ric.calc_check_digit(body + "0")


STORED, CHANGED, IMPORTED, REFUSED = (identity_number(serial) for serial in ("731", "752", "774", "796"))
PHONES = {
    "member": "13957703101",
    "instructor": "13957703202",
    "contact": "13957703303",
    "new": "13957703404",
    "applicant": "13957703505",
}
MAIL = "canary.of.applicant@example.com"
NUMBERS = [STORED, CHANGED, IMPORTED, REFUSED, *PHONES.values(), MAIL]
NAMES = ["欧阳乐清", "司徒永嘉", "上官瑞安"]
ANONYMOUS = "anonymous"
WITHOUT_NAMES = (Role.REVIEWER, Role.ANALYST, None, ANONYMOUS)
# Beside the organizer, who enters what is known, each database is looked at by some of the others: who sees what
# depends on no database.
VISITORS = {
    "sqlite": [Role.ORGANIZER, Role.ADMINISTRATOR, Role.REVIEWER],
    "postgresql": [Role.ORGANIZER, Role.ANALYST, None, ANONYMOUS],
}[connection.vendor]
# A list that is filtered gives files of a part of what the whole list gives; workbooks are packed, and as CSV.
SKIPPED = re.compile(r"/logout/|/static/|^mailto:|/jsi18n/|/export/[^?]+\?|/xlsx/")
MOST_PAGES = 800


def broken(request):
    """What goes wrong knows a member."""
    member = Member.objects.get(id_number_index=Member._meta.get_field("id_number").index_of(CHANGED))
    known = {"name": member.name, "phone": member.phone.reveal()}
    raise ValueError(f"{member.id_number.reveal()} is no key of {len(known)}")


urlpatterns = [path("broken/", broken), path("", include("registry.urls"))]


@pytest.fixture
def log():
    """All that the site logs, as it logs it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path, monkeypatch):
    settings.ROOT_URLCONF = __name__
    settings.CACHES = {"default": {**SITE_CACHES["default"], "LOCATION": str(tmp_path / "cache")}}
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


@pytest.fixture
def area():
    area = AreaFactory(code="330304001", name="梧田街道")
    Area.objects.rebuild_tree()
    enterprise = EnterpriseFactory(area=area, contact_name=NAMES[2], contact_phone=PHONES["contact"])
    organization = OrganizationFactory(area=area, covers=[enterprise], code="C1")
    OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    member = MemberFactory(
        member_no="M1", organization=organization, employer=enterprise, name=NAMES[0],
        id_number=STORED, phone=PHONES["member"],
    )  # fmt: skip
    TransferFactory(
        member=member, origin=organization, letter_number="2008-0001", letter_on=date(2008, 6, 2),
    )  # fmt: skip
    InstructorFactory(enterprise=enterprise, phone=PHONES["instructor"])
    DesignationFactory(enterprise=enterprise)
    application_in(State.IN_REVIEW, area=area, contact_phone=PHONES["applicant"], contact_mail=MAIL)
    return area


def user_with(role, area):
    user = UserFactory(is_staff=True, area=area)
    if role is not None:
        user.groups.add(Group.objects.get(name=role))
    return user


class Visitor:
    """Somebody who follows every link, and what came back: address, text and headers of each answer."""

    def __init__(self, user):
        self.client = Client(raise_request_exception=False)
        if user is not None:
            self.client.force_login(user)
        self.answers, self.addresses = [], set()

    def keep(self, address, response):
        text = b"".join(response) if response.streaming else response.content
        self.answers.append((address, text.decode(errors="replace")))
        if "Location" in response:
            self.addresses.add(response["Location"])
        return response

    def get(self, address, *arguments):
        return self.keep(address, self.client.get(address, *arguments))

    def post(self, address, data):
        return self.keep(address, self.client.post(address, data))

    def follow(self, *starts):
        """Open `starts` and all that they lead to."""
        waiting, met = list(starts), set(starts)
        while waiting:
            assert len(met) < MOST_PAGES, sorted(met)[-20:]
            address = waiting.pop()
            response = self.get(address)
            found = re.findall(r'(?:href|src|action)="([^"]+)"', self.answers[-1][1])
            if "json" in response.get("Content-Type", ""):
                found = re.findall(r'"(/[^"]*|http://testserver[^"]*)"', self.answers[-1][1])
            for link in map(unescape, found):
                target = urlsplit(urljoin(f"http://testserver{address}", link))
                relative = target.path + (f"?{target.query}" if target.query else "")
                if target.netloc == "testserver" and not SKIPPED.search(relative):
                    self.addresses.add(relative)
                    if relative not in met and not sorting_or_filtering(target.query):
                        met.add(relative)
                        waiting.append(relative)


def sorting_or_filtering(query):
    """Whether an address is a list again, in another order or a part of it: there are too many."""
    return bool(re.search(r"(^|&)(o|all|request_id|at__\w+)=", query)) or query.count("&") > 0


API = (
    "members",
    "transfers",
    "enterprises",
    "organizations",
    "community-general-branches",
    "instructors",
    "designations",
    "areas",
    "applications",
)


def search(visitor, text):
    """What the search of the register shows, but for the field in which `text` stands again."""
    response = visitor.client.post("/admin/search/", {"text": text})
    shown = response.content.decode().replace(f'value="{text}"', "")
    visitor.answers.append(("/admin/search/", shown))
    return shown


def use_the_site(visitor):
    visitor.follow("/", "/admin/")
    for text in (*NAMES, *NUMBERS):
        search(visitor, text)
    for name in NAMES:
        visitor.get("/admin/members/member/", {"q": name})
        visitor.get("/api/v1/members/", {"search": name})
    for path_ in ("/nowhere/", "/admin/members/member/999999/change/", "/broken/", "/api/v1/members/?no=1"):
        visitor.get(path_)
    for name in API:
        visitor.follow(f"/api/v1/{name}/")
    visitor.get("/api/v1/members/M1/")
    for name in ("coverage", "coverage/by-area", "series", "gaps", "bulletin", "definitions", "applications"):
        visitor.get(f"/api/v1/statistics/{name}/")


def enter_and_refuse(visitor, member):
    """An organizer changes the number, is refused once, finds by number, reveals."""
    address = f"/admin/members/member/{member.pk}/change/"
    data = filled_in(visitor.get(address))
    assert visitor.post(address, data | {"id_number": "330304195703097310"}).status_code == 200
    assert visitor.post(address, data | {"id_number": CHANGED, "name": NAMES[1]}).status_code == 302
    visitor.post("/admin/members/member/find/", {"number": CHANGED})
    visitor.post("/admin/members/member/find/", {"number": REFUSED})
    visitor.get("/admin/members/member/", {"q": CHANGED})
    answer = visitor.client.post(
        f"/admin/members/member/{member.pk}/reveal/id_number/", {"reason": "档案核对需要"}
    )
    assert CHANGED in answer.content.decode()


def sheets(tmp_path):
    """A file that is taken and two that are refused, CSV and XLSX."""
    header = ["党员编号", "姓名", "身份证号", "手机"]
    rows = [header, ["M2", NAMES[2], IMPORTED, PHONES["new"]]]
    twice = [header, ["M3", NAMES[2], REFUSED, PHONES["new"]], ["M4", NAMES[1], REFUSED, "x" * 99]]
    for name, content in (
        ("bad.csv", csv_text(twice).encode()), ("bad.xlsx", xlsx(twice)), ("good.csv", csv_text(rows).encode()),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        yield tmp_path / name


def database():
    """All that the database holds: every row of every table, and on SQLite every byte of its files."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, " ".join(map(str, row))
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        for file in Path(name).parent.glob(f"{Path(name).name}*"):
            yield file.name, file.read_bytes().decode("latin-1")


def files_of(folder):
    for file in folder.rglob("*"):
        if file.is_file():
            yield str(file), f"{file} {file.read_bytes().decode(errors='replace')}"


def leaks(texts, words):
    return sorted({(place, word) for place, text in texts for word in words if word in text})


def test_known_values_come_out_nowhere_else(area, log, tmp_path, caplog):
    member = Member.objects.get()
    said = io.StringIO()
    for sheet in sheets(tmp_path):
        try:
            call_command("import_data", "members", str(sheet), stdout=said, stderr=said)
        except SystemExit:
            said.write("refused\n")
    assert said.getvalue().count("refused") == 2
    assert Member.objects.count() == 2

    visitors = {who: Visitor(None if who == ANONYMOUS else user_with(who, area)) for who in VISITORS}
    enter_and_refuse(visitors[Role.ORGANIZER], member)
    for visitor in visitors.values():
        use_the_site(visitor)
    for role in Role:
        client = token_client(user_with(role, area))
        answers = [(f"token of {role}", client.get(f"/api/v1/{name}/").content.decode()) for name in API]
        assert (
            leaks(answers, NUMBERS if role in (Role.ADMINISTRATOR, Role.ORGANIZER) else NUMBERS + NAMES[:2])
            == []
        )

    opened = {role: len(visitor.answers) for role, visitor in visitors.items()}
    assert opened[Role.ORGANIZER] > 60, opened
    assert NAMES[1] in search(visitors[Role.ORGANIZER], CHANGED)
    assert any("/history/" in address for address, _text in visitors[Role.ORGANIZER].answers)
    assert any(NAMES[1] in text for _address, text in visitors[Role.ORGANIZER].answers)
    assert "ValueError" in log.getvalue()
    assert AccessEntry.objects.filter(event=Event.REVEALED).count() == 1

    found = {"said by the import": leaks([("", said.getvalue())], NUMBERS + NAMES)}
    application = Application.objects.get()
    code, link = access_code(application), link_token(application)
    found["database"] = leaks(database(), [*NUMBERS, code, link])
    found["log"] = leaks([("", log.getvalue())], NUMBERS + NAMES)
    found["files"] = leaks(
        [*files_of(tmp_path / "cache"), *files_of(tmp_path / "temporary")], NUMBERS + NAMES
    )
    for role, visitor in visitors.items():
        found[f"answers to {role}"] = leaks(visitor.answers, [*NUMBERS, code, link])
        made = [(address, unquote(address)) for address in visitor.addresses]
        found[f"addresses for {role}"] = leaks(made, NUMBERS)
        if role in WITHOUT_NAMES:
            found[f"names in answers to {role}"] = leaks(visitor.answers, NAMES[:2])
            found[f"names in addresses for {role}"] = leaks(made, NAMES[:2])
    assert {place: words for place, words in found.items() if words} == {}
