from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_no_statistics_of_protected_values"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalapplication",
            name="reference",
            field=models.CharField(editable=False, max_length=20, null=True, verbose_name="reference number"),
        ),
    ]
