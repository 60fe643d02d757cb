"""The Chinese catalogue: whole, exact in its placeholders, and holding what the source says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils import translation

# No database is asked.
pytestmark = pytest.mark.sqlite

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
ENGLISH, CHINESE = re.compile(r"[A-Za-z]{2}"), re.compile(r"[\u3400-\u9fff]")
CALLED_ALIKE = {"JPEG", "PDF", "PNG", "Word"}
"""What Chinese calls by its English name."""
NOT_SOURCE = (".*", "__pycache__", "tests", "bench", "docs", "data", "static", "staticfiles", "tmp")


def messages(path):
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def texts(value):
    return value if isinstance(value, tuple) else (value,)


@pytest.fixture(scope="module")
def translated():
    return messages(settings.BASE_DIR / CATALOGUE)


def test_every_text_is_translated(translated):
    assert translated
    assert [message.id for message in translated if message.fuzzy or not all(texts(message.string))] == []


def test_no_text_is_left_in_english(translated):
    def is_english(text):
        return ENGLISH.search(PLACEHOLDER.sub("", text)) and not CHINESE.search(text)

    assert [message.id for message in translated if any(map(is_english, texts(message.string)))] == []


def test_every_choice_and_every_table_of_the_record_is_called_in_chinese():
    models = [
        model
        for model in apps.get_models()
        if Path(apps.get_app_config(model._meta.app_label).path).parent == settings.BASE_DIR
    ]
    with translation.override("zh-hans"):
        choices = {
            str(label)
            for model in models
            for field in model._meta.fields
            for _value, label in field.flatchoices
        }
        tables = {
            str(name)
            for model in models
            if hasattr(model, "history")
            for name in (model._meta.verbose_name, model._meta.verbose_name_plural)
        }

    assert {name for name in choices | tables if not CHINESE.search(name)} == CALLED_ALIKE


def test_placeholders_are_those_of_the_english_text(translated):
    def differ(message):
        # Chinese has one form; the English plural has all placeholders.
        english, chinese = texts(message.id)[-1], texts(message.string)[0]
        return sorted(set(PLACEHOLDER.findall(english))) != sorted(set(PLACEHOLDER.findall(chinese)))

    assert [message.id for message in translated if differ(message)] == []


def test_line_breaks_and_outer_spaces_are_kept_where_they_join_texts(translated):
    def differ(message):
        return texts(message.id)[0].endswith("\n") != texts(message.string)[0].endswith("\n")

    assert [message.id for message in translated if differ(message)] == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_the_catalogue_has_the_texts_of_the_source_and_no_others(translated, tmp_path):
    copy = tmp_path / "source"
    shutil.copytree(settings.BASE_DIR, copy, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-obsolete"],
        cwd=copy,
        env={"PATH": os.environ["PATH"], "DEBUG": "1", "DATABASE_URL": "sqlite://:memory:"},
        check=True,
        capture_output=True,
    )

    def keys(found):
        return {(message.context, message.id) for message in found}

    assert keys(messages(copy / CATALOGUE)) == keys(translated)
