from django.db import migrations

from secrecy.statistics import keep_out_of_statistics


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_policy_numbers")]

    operations = [keep_out_of_statistics("orgs.Enterprise"), keep_out_of_statistics("orgs.Instructor")]
