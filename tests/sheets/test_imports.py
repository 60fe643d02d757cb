"""An import in the admin, step by step: what it finds, what it writes, what stops it."""

import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from orgs.models import Enterprise
from sheets import imports
from sheets.models import Import, Part, SealedPart, State
from sheets.parts import kept_json
from sheets.resources import RESOURCES
from tests.factories.accounts import user_with
from tests.factories.orgs import AreaFactory, EnterpriseFactory
from tests.sheets.files import as_bytes

pytestmark = pytest.mark.django_db
