from django.db import migrations, models

import orgs.credit_codes


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0008_policy_numbers_of_work"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalarea",
            name="code",
            field=models.CharField(max_length=12, verbose_name="division code"),
        ),
        migrations.AlterField(
            model_name="historicalarea",
            name="name_pinyin",
            field=models.CharField(editable=False, max_length=400),
        ),
        migrations.AlterField(
            model_name="historicalenterprise",
            name="name_pinyin",
            field=models.CharField(editable=False, max_length=400),
        ),
        migrations.AlterField(
            model_name="historicalenterprise",
            name="uscc",
            field=models.CharField(
                max_length=18,
                validators=[orgs.credit_codes.validate_credit_code],
                verbose_name="unified social credit code",
            ),
        ),
        migrations.AlterField(
            model_name="historicalinstructor",
            name="name_pinyin",
            field=models.CharField(editable=False, max_length=400),
        ),
        migrations.AlterField(
            model_name="historicalorganization",
            name="code",
            field=models.CharField(max_length=30, verbose_name="organization code"),
        ),
        migrations.AlterField(
            model_name="historicalorganization",
            name="name_pinyin",
            field=models.CharField(editable=False, max_length=400),
        ),
    ]
