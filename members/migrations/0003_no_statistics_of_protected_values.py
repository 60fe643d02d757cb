from django.db import migrations

from secrecy.statistics import keep_out_of_statistics


class Migration(migrations.Migration):
    dependencies = [("members", "0002_memberships_do_not_overlap")]

    operations = [keep_out_of_statistics("members.Member")]
