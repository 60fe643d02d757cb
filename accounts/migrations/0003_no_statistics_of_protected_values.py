from django.db import migrations

from secrecy.statistics import keep_out_of_statistics


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_initial")]

    operations = [keep_out_of_statistics("accounts.Authenticator")]
