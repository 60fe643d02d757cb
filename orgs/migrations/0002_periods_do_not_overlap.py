from django.db import migrations

from orgs.periods import forbid_overlap


class Migration(migrations.Migration):
    """Periods of one key never overlap; test_periods asserts that each constraint stands."""

    dependencies = [("orgs", "0001_initial")]

    operations = [
        forbid_overlap("orgs.EnterpriseArea", ["enterprise"]),
        forbid_overlap("orgs.AboveScale", ["enterprise"]),
        forbid_overlap("orgs.OrganizationKind", ["organization"]),
        forbid_overlap("orgs.OrganizationArea", ["organization"]),
        forbid_overlap("orgs.Coverage", ["organization", "enterprise"]),
        forbid_overlap("orgs.Instructor", ["name", "enterprise"]),
        forbid_overlap("orgs.Designation", ["enterprise", "title", "level"]),
        forbid_overlap("orgs.PolicyNumber", ["policy"]),
    ]
