from django.db import migrations

from secrecy.statistics import keep_out_of_statistics


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_sent_mails")]

    operations = [keep_out_of_statistics("applications.Application")]
