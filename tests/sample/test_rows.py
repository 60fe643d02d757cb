"""The rows of the sample register: names, histories, always the same."""

import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.db.models import F, Q
from PIL import Image

from members.models import Member
from orgs.credit_codes import credit_code
from orgs.models import (
    Area,
    Coverage,
    Enterprise,
    Initiative,
    Instructor,
    Kind,
    Organization,
    OrganizationKind,
    Practice,
    PracticePicture,
)
from sample import REPORT_DAY
from tests.sample.describing import described, told
from tests.sample.loaded import MODELS, LoadedSample, periods_in

# The sample is the same on every database; test_figures.py and test_load_sample.py load it into each.
pytestmark = pytest.mark.sqlite


class TheRowsOfTheSample(LoadedSample):
    def test_credit_codes_are_valid_and_of_the_unassigned_county(self):
        for code in Enterprise.objects.values_list("uscc", flat=True):
            assert credit_code(code) == code
            assert code[2:8] == "330399"

    def test_only_the_two_named_companies_are_not_marked_as_made_up(self):
        real = set(Enterprise.objects.exclude(name__startswith="温州拟").values_list("name", flat=True))
        assert real == {"浙江万超电器有限公司", "金洲集团有限公司"}

    def test_names_come_once(self):
        for model in (Enterprise, Organization, Area):
            names = list(model.objects.values_list("name", flat=True))
            assert len(names) == len(set(names)), model
        people = list(Member.objects.values_list("name", "birth_date"))
        assert len(people) == len(set(people))

    def test_areas_have_names_in_both_languages(self):
        for area in Area.objects.all():
            assert area.name_en.isascii()
            assert not area.name.isascii()
        assert Area.objects.get(code="330304002").name_en == "Wutian"

    def test_every_area_lies_in_the_longest_other_code(self):
        assert Area.objects.rebuild_tree() == 0

    def test_wanchao_asked_for_a_branch_in_shanghai(self):
        branch = Organization.objects.get(place="上海市")
        assert branch.initiated_by == Initiative.ENTERPRISE
        [coverage] = branch.coverage.all()
        assert coverage.enterprise.name == "浙江万超电器有限公司"
        assert branch in Organization.objects.in_force_on(REPORT_DAY)
        assert coverage.enterprise.coverage.on(REPORT_DAY).count() == 2

    def test_the_practices_of_the_report_are_told(self):
        assert Practice.objects.count() == 3
        assert Practice.objects.public_on(REPORT_DAY).count() == 3
        assert not Practice.objects.public_on(REPORT_DAY - timedelta(days=1))
        assert Practice.objects.get(enterprise__name="金洲集团有限公司").day == REPORT_DAY
        told_in_english = " ".join(Practice.objects.values_list("text", flat=True))
        for words in (
            "internal withdrawal system",
            "2 million yuan",
            "Wenzhou University",
            "mutual aid association",
        ):
            assert words in told_in_english

    def test_one_practice_has_a_drawing(self):
        picture = PracticePicture.objects.get()
        assert picture.practice.title == "全市首家职工自办互助会"
        with Image.open(BytesIO(picture.jpeg)) as drawing:
            assert (drawing.format, drawing.size) == ("JPEG", (1200, 800))

    def test_instructors_say_how_many_days_they_give(self):
        assert set(Instructor.objects.values_list("days_per_month", flat=True)) == {2, 3, 4}

    def test_a_joint_branch_went_on_as_a_branch_and_enterprises_parted_from_others(self):
        kinds = periods_in(OrganizationKind.objects.all(), key=["organization", "kind"])
        joint = {organization for organization, kind in kinds if kind == Kind.JOINT_BRANCH}
        assert {kind for organization, kind in kinds if organization in joint} == {
            Kind.JOINT_BRANCH,
            Kind.BRANCH,
        }
        closed = Q(valid_to=F("enterprise__closed_on"), enterprise__closed_on__isnull=False)
        parted = Coverage.objects.filter(organization__in=joint, valid_to__isnull=False).exclude(closed)
        assert parted.filter(valid_to__lt=REPORT_DAY).count() == 4
        assert parted.filter(valid_to__gt=REPORT_DAY).count() == 10

    def test_every_row_would_pass_the_checks_of_a_form(self):
        for model in MODELS:
            keys = [field.name for field in model._meta.fields if field.is_relation]
            for row in model.objects.all():
                row.clean_fields(exclude=keys)

    def test_every_row_has_one_history_row_that_says_sample(self):
        for model in MODELS:
            assert model.history.count() == model.objects.count() > 0, model
            assert set(model.history.values_list("history_change_reason", "history_type")) == {
                ("sample", "+")
            }

    def test_names_are_found_by_pinyin(self):
        assert Enterprise.objects.filter(name_pinyin__contains="wanchao").count() == 1
        for model in (Area, Instructor, Member, Organization):
            assert not model.objects.filter(name_pinyin="").exists()

    def test_it_is_always_the_same(self):
        stored = []
        for model in MODELS:
            keys = [field.name for field in model._meta.fields if field.is_relation]
            stored += [described(row) for row in model.objects.select_related(*keys)]
        in_memory = told()
        # Another process, whose sets and dictionaries of strings have another order.
        script = (
            "import django; django.setup()\n"
            "from hashlib import sha256\nfrom tests.sample.describing import told\n"
            "print(sha256(repr(told()).encode()).hexdigest())"
        )
        elsewhere = subprocess.run(
            [sys.executable, "-c", script],
            check=True, capture_output=True, text=True,
            env={"PYTHONHASHSEED": "5", "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert sorted(stored) == in_memory
        assert elsewhere.stdout.strip() == sha256(repr(in_memory).encode()).hexdigest()
