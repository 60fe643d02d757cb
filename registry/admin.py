"""What the admin does not show: tasks are looked after by whoever runs the site."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)
