"""The notebook of the analyst's guide runs as it stands, against the sample register."""

import json
import subprocess
import sys

import pytest

from tests.browser.journeys.site import environment
from tests.registry.test_server import ROOT

# It asks a server with a database of its own, in SQLite.
pytestmark = pytest.mark.sqlite

NOTEBOOK = json.loads((ROOT / "docs" / "guides" / "analyst.ipynb").read_text())
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def test_it_is_kept_without_outputs():
    assert [cell["outputs"] for cell in CODE] == [[]] * len(CODE)


def test_it_pulls_the_figures_of_the_report_their_series_and_the_gaps(site, site_folder, monkeypatch):
    made = subprocess.run(
        [sys.executable, "manage.py", "create_token", "analyst"],
        cwd=ROOT, env=environment(site_folder), check=True, capture_output=True, text=True,
    )  # fmt: skip
    monkeypatch.setenv("REGISTER", site)
    monkeypatch.setenv("TOKEN", made.stdout.strip())
    names = {}
    for cell in CODE:
        exec("".join(cell["source"]), names)

    assert names["coverage"]["summary"] == "223 organizations, 199 standalone, 24 joint"
    assert names["coverage"]["members.total"] == 1670
    assert names["by_area"]["area.name"].notna().sum() == 12
    assert list(names["organizations"].index) == [
        f"{year}-Q{n}" for year in (2007, 2008) for n in (1, 2, 3, 4)
    ]
    assert set(names["gaps"]["mode"]) == {"instructor", "community"}
