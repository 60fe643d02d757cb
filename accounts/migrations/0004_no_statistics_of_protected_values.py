from django.db import migrations

from secrecy.statistics import keep_out_of_statistics


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_second_factor_and_failed_tries")]

    operations = [keep_out_of_statistics("accounts.Authenticator")]
