from django.db import migrations, models


class Migration(migrations.Migration):
    """The choices of a member are kept by the database, as those of the other tables are."""

    dependencies = [("members", "0003_identity_number_is_refused_at_its_field")]

    operations = [
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(sex__in=["", "male", "female"]), name="member_sex_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(ended_reason__in=["", "death", "resignation", "removed", "expelled"]),
                name="member_end_reason_is_known",
            ),
        ),
    ]
