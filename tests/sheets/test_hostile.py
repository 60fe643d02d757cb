"""Files that are made to harm are refused within two seconds of the processor and 200 megabytes of the process.

Each is read in a process of its own, forked from one that has loaded the site.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from tests.sheets.hostile import FIRST, HOSTILE, SHEET, STRINGS, TEXT_CELLS, book, noise, sheet, strings

# No database is asked.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 2
MOST_MEGABYTES = 200

READ = """
import json, os, resource, sys, time
import django
django.setup()
from sheets.problems import Unreadable
from sheets.reading import read_table

def read(path):
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    start, said, rows = time.process_time(), "", 0
    try:
        with open(path, "rb") as file:
            for _row in read_table(file).rows:
                rows += 1
    except Unreadable as error:
        said = str(error)
    seconds = time.process_time() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"said": said, "rows": rows, "seconds": seconds, "megabytes": megabytes}), flush=True)

for path in sys.stdin:
    child = os.fork()
    if not child:
        try:
            read(path.rstrip())
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    if status:
        print(json.dumps({"said": f"it ended with {status}"}), flush=True)
"""


@pytest.fixture(scope="module")
def read():
    """Reads a file of these bytes in a new process, and tells what came of it."""
    reader = subprocess.Popen(
        [sys.executable, "-c", READ], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def read_(content):
        with NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            reader.stdin.write(f"{file.name}\n")
            reader.stdin.flush()
            return json.loads(reader.stdout.readline())

    yield read_
    reader.communicate()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_harms_is_refused_in_little_time_and_memory(read, name):
    make, message = HOSTILE[name]
    result = read(make())

    assert result["said"].startswith("line "), result
    assert message in result["said"]
    assert result["seconds"] < MOST_SECONDS, result
    assert result["megabytes"] < MOST_MEGABYTES, result


@pytest.mark.parametrize(
    "content",
    [
        book(),
        book(FIRST.replace(' r="1"', "").replace(' r="A1"', "")),
        book(**{SHEET: sheet(FIRST).replace("<sheetData", '<dimension ref="A1:XFD1048576"/><sheetData')}),
        book(TEXT_CELLS, **{STRINGS: strings("short", noise("ab", 30_000))}),
        book("".join(f'<row r="{n}"><c r="G{n}"><v>1</v></c></row>' for n in range(1, 20_001))),
    ],
    ids=["plain", "without places", "said to be large", "one long text", "one column far to the right"],
)
def test_a_file_that_only_looks_so_is_read(read, content):
    result = read(content)

    assert result["said"] == ""
    assert result["rows"] >= 1
