from datetime import date
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from orgs.periods import forbid_overlap_again
from record.history import sign

BRANCH_WORK = "中国共产党支部工作条例（试行）2018 Regulations on the Work of Party Branches"
TERMS_2018 = (
    "中央办公厅《关于党的基层组织任期的意见》2018（二手资料）"
    "Opinion on terms of primary organizations (secondary source)"
)
OWN = "本系统工作数字 the register's own working number"

PARTY_CONSTITUTION_1982 = date(1982, 9, 6)
BRANCH_WORK_2018 = date(2018, 10, 28)

# policy, value, from, source
NUMBERS: list[tuple[str, str, date, str]] = [
    ("joint_branch_least_units", "2", BRANCH_WORK_2018, f"{BRANCH_WORK}（推得 inferred）"),
    ("secretaries", "1", BRANCH_WORK_2018, BRANCH_WORK),
    ("few_members_months", "6", BRANCH_WORK_2018, OWN),
    ("term_notice_months", "6", date(2018, 7, 1), TERMS_2018),
    ("probation_notice_months", "1", PARTY_CONSTITUTION_1982, OWN),
]


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    model: Any = apps.get_model("orgs", "PolicyNumber")
    history: Any = apps.get_model("orgs", "HistoricalPolicyNumber")
    now = timezone.now()
    for policy, value, valid_from, source in NUMBERS:
        fields = {
            "policy": policy, "value": value, "valid_from": valid_from, "valid_to": None, "source": source,
        }  # fmt: skip
        row = model.objects.create(**fields)
        entry = history(id=row.pk, history_date=now, history_type="+", **fields)
        sign(entry)
        entry.save()


def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    model: Any = apps.get_model("orgs", "PolicyNumber")
    model.objects.filter(policy__in=[number[0] for number in NUMBERS]).delete()


class Migration(migrations.Migration):
    """The numbers by which the work list asks, beside those that other rules ask by."""

    dependencies = [("orgs", "0007_working_numbers")]

    operations = [
        forbid_overlap_again("orgs.PolicyNumber", ["policy"]),
        migrations.RunPython(add, remove),
    ]
