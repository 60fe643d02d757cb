"""Static files that come with installed packages."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.sqlite  # no database is asked


def test_echarts_is_the_file_that_apache_released():
    released = (
        "e84270bd0cd5bdf60fefc26d00c2a391cb2e81f4d26a7a9ee16185a54773a3cf"  # 5.5.1, dist/echarts.min.js
    )

    found = Path(finders.find("echarts/echarts.min.js"))

    assert sha256(found.read_bytes()).hexdigest() == released
