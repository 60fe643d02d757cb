from django.db import migrations

from secrecy.statistics import keep_out_of_statistics


class Migration(migrations.Migration):
    dependencies = [("sheets", "0001_initial")]

    operations = [keep_out_of_statistics("sheets.SealedPart")]
