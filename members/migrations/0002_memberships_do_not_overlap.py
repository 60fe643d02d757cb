from django.db import migrations

from orgs.periods import forbid_overlap


class Migration(migrations.Migration):
    """A member belongs to one organization at a time."""

    dependencies = [
        ("members", "0001_initial"),
        ("orgs", "0002_periods_do_not_overlap"),  # brings PostgreSQL's btree_gist
    ]

    operations = [forbid_overlap("members.Membership", ["member"])]
