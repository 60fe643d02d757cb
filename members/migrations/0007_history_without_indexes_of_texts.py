from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0006_full_members_by_employer"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalmember",
            name="member_no",
            field=models.CharField(max_length=30, verbose_name="member number"),
        ),
        migrations.AlterField(
            model_name="historicalmember",
            name="name_pinyin",
            field=models.CharField(editable=False, max_length=400),
        ),
    ]
