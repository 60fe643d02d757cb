from django.db import migrations

from orgs.periods import forbid_overlap


class Migration(migrations.Migration):
    """A member has one standing and one post of an organization at a time; an organization has one secretary."""

    dependencies = [("members", "0004_life")]

    operations = [
        forbid_overlap("members.Standing", ["member"]),
        forbid_overlap("members.Post", ["organization", "member"]),
        forbid_overlap(
            "members.Post", ["organization"], only={"role": "secretary"}, name="has_one_secretary_at_a_time"
        ),
    ]
