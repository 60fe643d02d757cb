"""Areas: codes, levels, the tree."""

import pytest

from orgs.models import Area
from tests.factories.orgs import AreaFactory
from tests.sheets.files import counts, errors, load

pytestmark = pytest.mark.django_db

HEADER = "code,name,level\n"


def test_the_parent_may_stand_later_in_the_file():
    load("areas", HEADER + "330304001,梧田,subdistrict\n330304,瓯海,district\n33,浙江,province\n")
    parents = {area.code: area.parent and area.parent.code for area in Area.objects.all()}
    assert parents == {"33": None, "330304": "33", "330304001": "330304"}


def test_parents_are_recomputed_after_each_import():
    AreaFactory(code="33")
    AreaFactory(code="330304001")
    load("areas", HEADER + "330304,瓯海,district\n")
    assert Area.objects.get(code="330304001").parent.code == "330304"


def test_a_new_parent_has_a_row_of_history():
    area = AreaFactory(code="330304001")
    load("areas", HEADER + "330304,瓯海,district\n")
    assert [row.parent and row.parent.code for row in area.history.order_by("history_id")] == [None, "330304"]


def test_a_new_parent_alone_does_not_make_a_row_updated():
    load("areas", HEADER + "330304001,梧田,subdistrict\n")
    load("areas", HEADER + "330304,瓯海,district\n")
    assert counts("areas", HEADER + "330304001,梧田,subdistrict\n330304,瓯海,district\n") == (0, 0, 2)


@pytest.mark.parametrize(
    ("code", "level"),
    [("330304000", "district"), ("3303040", "district"), ("33030", "city"), ("33", "city"), ("33030A", "district"),
     ("330304001", "community"), ("３３", "province"), ("1" * 13, "community")],
)  # fmt: skip
def test_a_code_has_the_digits_of_its_level(code, level):
    (error,) = errors("areas", f"{HEADER}{code},x,{level}\n")
    assert error.startswith("line 2: code: ")
    assert error.endswith(f"({code})")


def test_a_changed_name_updates_with_one_row_of_history():
    load("areas", HEADER + "330304,瓯海,district\n330303,龙湾,district\n")
    assert counts("areas", HEADER + "330304,瓯海区,district\n330303,龙湾,district\n") == (0, 1, 1)
    area = Area.objects.get(code="330304")
    assert (area.name, area.name_pinyin) == ("瓯海区", "ouhaiqu ohq")
    assert [row.name for row in area.history.order_by("history_id")] == ["瓯海", "瓯海区"]


def test_the_same_code_twice_is_an_error_of_the_second():
    (error,) = errors("areas", HEADER + "330304,瓯海,district\n3303,温州,city\n330304,瓯海,district\n")
    assert error.startswith("line 4: code: ")
    assert "line 2" in error
    assert error.endswith("(330304)")
