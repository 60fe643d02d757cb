"""What holds for the text of every page that links lead to in the sample register, without a browser.

A page speaks one language: no English on a Chinese page and no Chinese on an English one, but what the register
holds. And whoever has a keyboard alone comes past the menus, in the order of the page.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from applications.models import Application, State
from orgs.models import Enterprise
from sheets.models import ColumnChoice, Import
from sheets.models import State as ImportState
from tests.factories.orgs import credit_code
from tests.factories.tasks import run_tasks
from tests.sample.loaded import LoadedSample
from tests.sheets.files import csv_text

# Which language a page speaks depends on no database.
pytestmark = pytest.mark.sqlite

LANGUAGES = [code for code, _name in settings.LANGUAGES]
OF_DJANGO = {"auth", "contenttypes", "sessions"}
"""Apps whose rows are English words of Django's, which no page shows as they are."""
NO_PAGE = re.compile(r"/api/v1/|/admin/logout/|/admin/jsi18n/|\.(csv|xlsx|docx|pdf|json)$|/picture/|/files/")
SPOKEN = ("alt", "aria-label", "data-heading", "placeholder", "title")
SKIPPED_TO = {"#content", "#content-start"}
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
CHINESE = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
MASKED = "**"

ENGLISH_IN_CHINESE = frozenset("API CSV JPEG JSON LDAP MB PDF PNG TOTP WebP Word XLSX docx".split()) | {
    "uscc", "name", "revenue",  # columns of a file, called as they are
    "sample",  # the reason of what the sample register did
    "True", "False",  # the icons of Django's admin
}  # fmt: skip
CHINESE_IN_ENGLISH = frozenset({"统一社会信用代码", "企业名称", "主营业务收入"})
"""Columns of a file, called as they are."""


@dataclass(frozen=True)
class Said:
    """A text of a page, and the language that the page says it to be in; None: a script, or a sign."""

    text: str
    language: str | None


class Page(HTMLParser):
    """What a page says, where it links to, and its elements that the keyboard is to reach out of order."""

    def __init__(self, html):
        super().__init__()
        self.said, self.links, self.out_of_order, self._open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if int(given.get("tabindex") or 0) > 0:
            self.out_of_order.append(self.get_starttag_text())
        around = self._open[-1][1] if self._open else None
        language = None if tag in {"script", "style", "code"} else given.get("lang", around)
        texts = [given[name] for name in SPOKEN if given.get(name)]
        if tag == "input" and given.get("type") == "submit":
            texts.append(given["value"])
        self.said += [Said(text, language) for text in texts]
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if self._open and text.strip():
            self.said.append(Said(" ".join(text.split()), self._open[-1][1]))


class EveryPage(LoadedSample):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.held = "\n".join(cls.texts_of_the_register())
        cls.words = ENGLISH_IN_CHINESE.union(ENGLISH.findall(cls.held))

    @staticmethod
    def texts_of_the_register():
        """Whatever somebody wrote; the code of a choice is no text, and its label is no data."""
        for model in apps.get_models():
            if model._meta.app_label in OF_DJANGO or hasattr(model, "instance_type"):  # of histories
                continue
            names = [field.attname for field in model._meta.concrete_fields if not field.choices]
            for row in model._base_manager.values_list(*names):
                yield from (str(value) for value in row if value and value is not True)

    @staticmethod
    def of_drafts():
        """Pages that the record of changes links to, and that show a draft to nobody but its applicant."""
        drafts = Application.objects.filter(state=State.DRAFT)
        return {reverse("admin:applications_application_history", args=[draft.pk]) for draft in drafts}

    def pages(self, language):
        """Every page that links lead the administrator to, one of each kind of record or check, by address."""
        self.client.force_login(User.objects.get(username="administrator"))
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        waiting, known, found = ["/", "/dashboard/", "/admin/"], self.of_drafts(), {}
        while waiting:
            address = waiting.pop()
            kind = re.sub(r"/[0-9a-f-]{36}/|/\d+/", "/1/", re.sub(r"/checks/[^/]+/", "/checks/one/", address))
            if not known.isdisjoint({address, kind}) or NO_PAGE.search(address):
                continue
            known.add(kind)
            answer = self.client.get(address, follow=True)
            assert answer.status_code == 200, address
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue
            found[address] = page = Page(answer.content.decode())
            links = (urlsplit(urldefrag(urljoin(address, link)).url) for link in page.links)
            waiting += [link.path for link in links if not link.netloc]
        return found

    def foreign(self, said):
        """The words of `said` that are of the other language, and not of the register."""
        if said.language is None or MASKED in said.text:
            return []
        if said.language.startswith("zh"):
            return [word for word in ENGLISH.findall(said.text) if word not in self.words]
        words = CHINESE.findall(said.text)
        return [word for word in words if word not in CHINESE_IN_ENGLISH and word not in self.held]

    def test_speaks_one_language_and_is_used_by_the_keyboard(self):
        for language in LANGUAGES:
            pages = self.pages(language)
            assert len(pages) > 100
            mixed = {
                (said.text, " ".join(words)): address
                for address, page in pages.items()
                for said in page.said
                if (words := self.foreign(said))
            }
            assert mixed == {}
            assert {address for address, page in pages.items() if page.out_of_order} == set()
            assert {address for address, page in pages.items() if page.links[0] not in SKIPPED_TO} == set()

    def import_pages(self, language):
        """The pages of an import on its way: columns, what is wrong, what it would do, does, did, and its undo."""
        self.client.force_login(User.objects.get(username="administrator"))
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        first = Enterprise.objects.order_by("uscc").first()
        named = ["uscc", "name", "registered_on", "ownership"]
        header, state, private = ["uscc", "name", "day", "ownership"], "state", "private"
        if language != "en":
            header, state, private = ["统一社会信用代码", "企业名称", "日期", "经济类型"], "国有", "私营"
        rows = [
            header,
            [first.uscc, first.name, "2001-02-03", state],
            [credit_code(1), first.name, "2008-02-30", private],
            [credit_code(2), first.name, "2008-02-29", private],
        ]
        file = SimpleUploadedFile("list.csv", csv_text(rows).encode())
        answer = self.client.post(
            reverse("admin:sheets_import_add"), {"resource": "enterprises", "file": file}
        )
        address = reverse("admin:sheets_import_change", args=[Import.objects.latest("pk").pk])
        yield self.client.get(answer.url)
        chosen = {f"column_{place}": name for place, name in enumerate(named)}
        yield self.client.post(f"{address}columns/", chosen, follow=True)
        yield self.client.post(f"{address}leave-out/", follow=True)
        found = Import.objects.latest("pk")
        assert found.state == ImportState.CHECKED
        yield self.client.post(f"{address}confirm/", {"seen": found.seen}, follow=True)
        run_tasks()
        yield self.client.get(address)
        yield self.client.get(f"{address}undo/")
        yield self.client.post(f"{address}undo/", follow=True)
        run_tasks()
        yield self.client.get(address)
        assert Import.objects.latest("pk").state == ImportState.UNDONE

    def test_imports_speak_one_language_on_their_way(self):
        self.words = self.words | {"list", "csv"}
        for language in LANGUAGES:
            ColumnChoice.objects.all().delete()
            for answer in self.import_pages(language):
                assert answer.status_code == 200
                said = Page(answer.content.decode()).said
                assert {text.text: words for text in said if (words := self.foreign(text))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_stand_in_threes(language):
    with translation.override(language):
        assert Template("{{ members }}").render(Context({"members": 1_670_000})) == "1,670,000"
