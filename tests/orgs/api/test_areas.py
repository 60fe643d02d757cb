"""The list of areas."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import Area, Level
from tests.factories.api import keys, signed_in
from tests.factories.orgs import AreaFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/areas/"


@pytest.fixture
def tree():
    for code, name, name_en in [
        ("33", "浙江省", "Zhejiang"),
        ("3303", "温州市", "Wenzhou"),
        ("330304", "瓯海区", "Ouhai"),
        ("330304001", "景山街道", "Jingshan"),
        ("330304001201", "企业社区", ""),
        ("330305", "洞头区", "Dongtou"),
    ]:
        AreaFactory(code=code, name=name, name_en=name_en)
    Area.objects.rebuild_tree()


def test_a_row_has_the_columns_of_the_import(tree):
    answer = signed_in().get(URL, {"level": "district"}).json()

    assert answer["count"] == 2
    assert answer["results"][0] == {
        "code": "330304", "name": "瓯海区", "name_en": "Ouhai", "level": "district", "parent": "3303"
    }  # fmt: skip


def test_the_root_has_no_parent(tree):
    assert signed_in().get(f"{URL}33/").json()["parent"] is None


@pytest.mark.parametrize("level", Level.values)
def test_filter_by_level(tree, level):
    assert set(keys(signed_in().get(URL, {"level": level}), "level")) == {level}


def test_filter_by_area_takes_the_area_and_what_lies_in_it(tree):
    found = keys(signed_in().get(URL, {"area": "330304"}), "code")

    assert found == ["330304", "330304001", "330304001201"]


@pytest.mark.parametrize("words", ["瓯海", "ouhai", "oh", "330304", "海"])
def test_search_by_name_pinyin_and_code(tree, words):
    assert "330304" in keys(signed_in().get(URL, {"search": words, "level": "district"}), "code")
    assert "330305" not in keys(signed_in().get(URL, {"search": words, "level": "district"}), "code")


def test_ordering(tree):
    codes = keys(signed_in().get(URL, {"ordering": "-code"}), "code")

    assert codes == sorted(codes, reverse=True)
    assert len(codes) == 6


@pytest.mark.parametrize("path", ["", "33/"])
def test_areas_are_those_of_today_and_know_no_day(tree, path):
    answer = signed_in().get(URL + path, {"on": "2008-06-19"})

    assert answer.status_code == 400
    assert list(answer.json()) == ["on"]


def test_an_unknown_code_is_404(tree):
    assert signed_in().get(f"{URL}44/").status_code == 404


def test_a_padded_code_is_another_code(tree):
    assert signed_in().get(f"{URL}330304000000/").status_code == 404


@pytest.mark.parametrize("path", ["", "33/"])
def test_one_row_and_three_take_the_same_queries(path, django_assert_num_queries):
    AreaFactory(code="33")
    client = signed_in()
    client.get(URL + path)
    with CaptureQueriesContext(connection) as first:
        assert client.get(URL + path).status_code == 200
    AreaFactory(code="3303"), AreaFactory(code="330304")
    Area.objects.rebuild_tree()

    with django_assert_num_queries(len(first)):
        assert client.get(URL + path).status_code == 200
