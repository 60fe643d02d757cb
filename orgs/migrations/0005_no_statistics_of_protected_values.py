from django.db import migrations

from secrecy.statistics import keep_out_of_statistics


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_kept_answers")]

    operations = [keep_out_of_statistics("orgs.Enterprise"), keep_out_of_statistics("orgs.Instructor")]
