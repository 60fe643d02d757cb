from django.db import migrations, models


class Migration(migrations.Migration):
    """Changes nothing in the database: only where a form shows that a number is taken."""

    dependencies = [("members", "0002_memberships_do_not_overlap")]

    operations = [
        migrations.AlterConstraint(
            model_name="member",
            name="member_identity_number_is_unique",
            constraint=models.UniqueConstraint(
                fields=["id_number"],
                condition=~models.Q(id_number=""),
                name="member_identity_number_is_unique",
                violation_error_code="unique",
                violation_error_message="Another member has this identity number.",
            ),
        ),
    ]
