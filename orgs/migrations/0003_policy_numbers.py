from datetime import date
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from record.history import sign

CONSTITUTION = "党章第三十条 Party Constitution, Art. 30"
BRANCH_WORK = "中国共产党支部工作条例（试行）2018 Regulations on the Work of Party Branches"
TERMS_2018 = "中央办公厅《关于党的基层组织任期的意见》2018 Opinion on terms of primary organizations"
MEMBERS = "中国共产党党员教育管理工作条例 2019 Regulations on the Education and Management of Party Members"
ADMISSION = "发展党员工作细则（二手资料）Rules on Admitting Party Members (secondary source)"
REPORT_2008 = "瓯海区委组织部 2008-06-19 district report, formation rule"
SECONDARY = "二手资料，对界限说法不一 secondary sources, which disagree on the boundary"
STATISTICS = "国家统计局规模以上工业统计范围 National Bureau of Statistics, scope of above-scale industry"

# The first day that the register knows these rules for; what held before was not checked.
PARTY_CONSTITUTION_1982 = date(1982, 9, 6)

# policy, value, from, until, source
NUMBERS: list[tuple[str, str, date, date | None, str]] = [
    ("own_organization_full_members", "3", PARTY_CONSTITUTION_1982, None, CONSTITUTION),
    ("instructor_full_members", "2", PARTY_CONSTITUTION_1982, None, REPORT_2008),
    ("joint_full_members", "1", PARTY_CONSTITUTION_1982, None, REPORT_2008),
    ("joint_branch_units", "5", date(2018, 10, 28), None, f"{BRANCH_WORK}, Art. 5"),
    ("branch_members", "50", PARTY_CONSTITUTION_1982, None, SECONDARY),
    ("committee_members", "100", PARTY_CONSTITUTION_1982, None, SECONDARY),
    ("branch_committee_full_members", "7", date(2018, 10, 28), None, BRANCH_WORK),
    ("committee_term_years", "5", date(2018, 7, 1), None, TERMS_2018),
    ("branch_term_years", "3", date(2018, 7, 1), None, TERMS_2018),
    ("community_term_years", "5", date(2018, 7, 1), None, TERMS_2018),
    ("decision_months", "1", date(2018, 10, 28), None, BRANCH_WORK),
    ("probation_years", "1", PARTY_CONSTITUTION_1982, None, "党章第七条 Party Constitution, Art. 7"),
    ("talk_months", "1", date(2014, 5, 28), None, ADMISSION),
    ("activist_years", "1", date(2014, 5, 28), None, ADMISSION),
    ("admission_approval_months", "3", date(2014, 5, 28), None, ADMISSION),
    ("transfer_letter_months", "3", date(2019, 5, 6), None, MEMBERS),
    ("away_months", "6", date(2019, 5, 6), None, MEMBERS),
    ("lost_contact_months", "6", date(2019, 5, 6), None, MEMBERS),
    ("lost_contact_removal_years", "2", date(2019, 5, 6), None, MEMBERS),
    ("above_scale_revenue", "5000000", date(1998, 1, 1), date(2011, 1, 1), STATISTICS),
    ("above_scale_revenue", "20000000", date(2011, 1, 1), None, STATISTICS),
]


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    model: Any = apps.get_model("orgs", "PolicyNumber")
    history: Any = apps.get_model("orgs", "HistoricalPolicyNumber")
    now = timezone.now()
    for policy, value, valid_from, valid_to, source in NUMBERS:
        fields = {
            "policy": policy, "value": value, "valid_from": valid_from, "valid_to": valid_to, "source": source,
        }  # fmt: skip
        row = model.objects.create(**fields)
        entry = history(id=row.pk, history_date=now, history_type="+", **fields)
        sign(entry)
        entry.save()


def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    model: Any = apps.get_model("orgs", "PolicyNumber")
    model.objects.all().delete()  # what is recorded of them stays


class Migration(migrations.Migration):
    """The numbers of policy that the register's rules ask for; organizers change them in the admin."""

    dependencies = [("orgs", "0002_periods_do_not_overlap")]

    operations = [migrations.RunPython(add, remove)]
