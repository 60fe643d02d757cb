from datetime import date
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from orgs.periods import forbid_overlap_again
from record.history import sign

BRANCH_WORK = "中国共产党支部工作条例（试行）2018 Regulations on the Work of Party Branches"
ADMISSION = "发展党员工作细则（二手资料）Rules on Admitting Party Members (secondary source)"
ELECTIONS = "中国共产党基层组织选举工作条例 2020 Regulations on Elections of Primary Organizations"

NUMBERS: list[tuple[str, str, date, date | None, str]] = [
    ("branch_committee_least", "3", date(2018, 10, 28), None, BRANCH_WORK),
    ("branch_committee_usual", "5", date(2018, 10, 28), None, BRANCH_WORK),
    ("branch_committee_most", "7", date(2018, 10, 28), None, BRANCH_WORK),
    ("election_shift_years", "1", date(2020, 7, 13), None, ELECTIONS),
    ("admission_approval_most_months", "6", date(2014, 5, 28), None, ADMISSION),
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
    model.objects.filter(policy__in=[number[0] for number in NUMBERS]).delete()


class Migration(migrations.Migration):
    """The numbers of policy that ask about committees, elections and approvals."""

    dependencies = [("orgs", "0005_life")]

    operations = [
        forbid_overlap_again("orgs.PolicyNumber", ["policy"]),
        migrations.RunPython(add, remove),
    ]
