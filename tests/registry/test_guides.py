"""The guides say what the pages say: their pictures and links are there, and their words are those of the site."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.contrib import admin
from django.utils.text import capfirst

from tests.registry.test_documentation import ROOT

# No database is asked.
pytestmark = pytest.mark.sqlite

GUIDES = ROOT / "docs" / "guides"
ROLES = ("organizer", "reviewer", "enterprise", "analyst")
DOCUMENTS = [ROOT / "README.md", *sorted(GUIDES.glob("*.md"))]
PICTURES = ROOT / "docs" / "images"
CATALOGUES = [
    ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po",
    Path(admin.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po",
]


def links(document):
    """The files and addresses to which `document` leads, pictures included."""
    text = document.read_text()
    return re.findall(r"\]\(([^)#]+)", text) + re.findall(r'<img src="([^"]+)"', text)


def words_of_pages(guide):
    """What stands in bold in a guide, but for the sentence that says so."""
    return re.findall(r"\*\*([^*]+)\*\*", guide.read_text().replace("**bold**", "").replace("**粗体**", ""))


@pytest.fixture(scope="module")
def translations():
    """The Chinese of each English text of the site, as it is and with a capital."""
    found = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file):
                if isinstance(message.id, str):
                    for english in {message.id, capfirst(message.id)}:
                        found.setdefault(english, set()).add(message.string)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_guide_leads_to_is_there(document):
    local = [link for link in links(document) if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_every_picture_is_shown():
    shown = {Path(link).name for document in DOCUMENTS for link in links(document)}
    assert {path.name for path in PICTURES.iterdir()} <= shown


@pytest.mark.parametrize("picture", sorted(PICTURES.iterdir()), ids=lambda path: path.name)
def test_a_picture_is_small(picture):
    assert picture.stat().st_size < 150_000


@pytest.mark.parametrize("role", ROLES)
def test_a_guide_names_what_stands_on_the_pages_in_both_languages_alike(role, translations):
    english = words_of_pages(GUIDES / f"{role}.md")
    chinese = words_of_pages(GUIDES / f"{role}.zh.md")
    assert english
    assert [word for word in english if word not in translations] == []
    unsaid = set(chinese)
    for word in english:
        assert translations[word] & set(chinese), f"{word} is not in the Chinese guide"
        unsaid -= translations[word]
    assert unsaid == set()
