"""What is measured on one database, and against which targets."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.databases import Databases
from bench.server import EMPTY, Browser, compare, run_step, served
from bench.table import Cell, Results, Row, at_most, for_information

COVERAGE = "/api/v1/statistics/coverage/?as_of=2019-06-30"
COVERAGE_OF_DISTRICT = f"{COVERAGE}&area=330301"
LIST = "/api/v1/enterprises/?page_size=100"
CHANGE_LIST = "/admin/orgs/enterprise/"
BY_AREA = "/api/v1/statistics/coverage/by-area/?level=community&as_of=2019-06-30"
SERIES = "/api/v1/statistics/series/?from=2000-01-01&to=2019-12-31&interval=month"
GAPS = "/api/v1/statistics/gaps/?as_of=2019-06-30&scale=all"
WORK_LIST = "/dashboard/work/"

MOST_STATEMENTS = 8
LEAST_SHARE_OF_COPY = 0.25
MOST_MEGABYTES = 300
MOST_SECONDS_OF_DRY_RUN = 10


@dataclass(frozen=True)
class Sizes:
    """How many enterprises the registers have; the targets are meant for 100,000 in the largest."""

    largest: int

    @property
    def middle(self) -> int:
        """A tenth of the largest."""
        return self.largest // 10

    @property
    def small(self) -> int:
        """A hundredth of the largest: the floor of the admin's list."""
        return self.largest // 100

    @property
    def district(self) -> int:
        """One district alone."""
        return min(2000, self.largest // 5)


class _World:
    """A register that is served."""

    def __init__(self, port: int, made: dict[str, Any]) -> None:
        self.anonymous = Browser(port)
        self.with_token = Browser(port, {"Authorization": f"Token {made['token']}"})
        self.signed_in = Browser(port, {"Cookie": f"sessionid={made['session']}"})
        self.deep: str = made["deep"]
        self.statements: list[int] = made["statements"]


def measure(system: Databases, sizes: Sizes, folder: Path) -> Results:
    """Every row of the table on `system`; files go into `folder`."""
    _say(system, "tables")
    system.create("empty")
    run_step(system.url("empty"), "migrate")
    results: Results = {}
    with ExitStack() as stack:
        _say(system, f"register of one district, {sizes.district} enterprises")
        district = stack.enter_context(_world(system, "district", sizes.district, members=5))
        results |= _district(district, sizes)
        _say(system, f"register of {sizes.small} enterprises")
        small = stack.enter_context(_world(system, "small", sizes.small))
        _say(system, f"register of {sizes.middle} enterprises")
        middle = stack.enter_context(_world(system, "middle", sizes.middle))
        results |= _middle(middle, sizes)
        _say(system, f"register of {sizes.largest} enterprises")
        largest = stack.enter_context(_world(system, "largest", sizes.largest))
        results |= _largest(largest, sizes)
        results |= _change_list(small, largest, sizes)
        results = _statements([district, small, middle, largest]) | results
    return results | _imports(system, sizes, folder)


def _say(system: Databases, what: str) -> None:
    print(f"{system.label}: {what}", file=sys.stderr, flush=True)


@contextmanager
def _world(system: Databases, name: str, enterprises: int, members: int = 10) -> Iterator[_World]:
    system.create(name, like="empty")
    url = system.url(name)
    made = run_step(url, "register", enterprises, members, COVERAGE, COVERAGE_OF_DISTRICT)
    with served(url) as port:
        yield _World(port, made)


def _told(milliseconds: float) -> str:
    """Three digits that count."""
    return f"{milliseconds:,.0f}" if milliseconds >= 100 else f"{milliseconds:.3g}"


def _milliseconds(*seconds: float) -> str:
    return " ({} ms)".format(" against ".join(_told(second * 1000) for second in seconds))


def _statements(worlds: list[_World]) -> Results:
    row = Row(
        "SQL statements of a coverage request, whole register or one district",
        "every size",
        f"constant, at most {MOST_STATEMENTS}",
    )
    whole, of_district = (set(counts) for counts in zip(*(world.statements for world in worlds), strict=True))
    constant = len(whole) == len(of_district) == 1
    counts = (", ".join(map(str, sorted(found))) for found in (whole, of_district))
    return {row: Cell(" or ".join(counts), constant and max(whole | of_district) <= MOST_STATEMENTS)}


def _against_empty(browser: Browser, path: str, limit: float | None) -> Cell:
    return _against(EMPTY, browser, path, limit)


def _against_one_day(browser: Browser, path: str, limit: float | None) -> Cell:
    return _against(COVERAGE, browser, path, limit)


def _against(floor: str, browser: Browser, path: str, limit: float | None) -> Cell:
    least, asked = compare((browser, floor), (browser, path))
    detail = _milliseconds(asked, least)
    return for_information(asked / least, detail) if limit is None else at_most(asked / least, limit, detail)


def _district(world: _World, sizes: Sizes) -> Results:
    row = Row(
        "coverage request against the empty JSON view",
        f"a district: {sizes.district:,} enterprises, {sizes.district * 5:,} members",
        "at most 6x",
    )
    return {row: _against_empty(world.anonymous, COVERAGE_OF_DISTRICT, 6)}


def _middle(world: _World, sizes: Sizes) -> Results:
    within = Row("the same, one district of several", f"{sizes.middle:,}")
    whole = Row("the same, whole register", f"{sizes.middle:,}", "at most 30x")
    return {
        within: _against_empty(world.anonymous, COVERAGE_OF_DISTRICT, None),
        whole: _against_empty(world.anonymous, COVERAGE, 30),
        **_through_time(world, f"{sizes.middle:,}"),
    }


def _through_time(world: _World, at: str) -> Results:
    """Many figures at once, against those of one day; and what they leave to be done."""
    return {
        Row("coverage by area, every community, against one day's figures", at): _against_one_day(
            world.anonymous, BY_AREA, None
        ),
        Row("monthly series of 20 years against one day's figures", at, "at most 3x"): _against_one_day(
            world.anonymous, SERIES, 3
        ),
        Row("first page of the gaps, all enterprises, against the empty JSON view", at): _against_empty(
            world.with_token, GAPS, None
        ),
        Row("work list, first page, against the empty JSON view", at): _against_empty(
            world.signed_in, WORK_LIST, None
        ),
    }


def _largest(world: _World, sizes: Sizes) -> Results:
    at = f"{sizes.largest:,}"
    browser = world.with_token
    first, deep = f"{LIST}&cursor=", f"{LIST}&cursor={world.deep}"
    times = compare((browser, first), (browser, deep))
    return {
        Row("the same, whole register", at): _against_empty(world.anonymous, COVERAGE, None),
        Row("list of 100 enterprises against the empty JSON view", at, "at most 8x"): _against_empty(
            browser, LIST, 8
        ),
        Row("the same by cursor", at): _against_empty(browser, first, None),
        Row("deep page by cursor against the first", at, "at most 1.3x"): at_most(
            times[1] / times[0], 1.3, _milliseconds(times[1], times[0])
        ),
        **_through_time(world, at),
    }


def _change_list(small: _World, largest: _World, sizes: Sizes) -> Results:
    row = Row(
        f"admin change list of enterprises, first page, against its own time at {sizes.small:,}",
        f"{sizes.largest:,}",
        "at most 2x",
    )
    before, now = compare((small.signed_in, CHANGE_LIST), (largest.signed_in, CHANGE_LIST))
    return {row: at_most(now / before, 2, _milliseconds(now, before))}


def _imports(system: Databases, sizes: Sizes, folder: Path) -> Results:
    csv, xlsx = folder / "enterprises.csv", folder / "enterprises.xlsx"
    rows = sizes.largest
    at = f"{rows:,} rows"
    system.create("areas", like="empty")
    run_step(system.url("areas"), "sheets", csv, xlsx, rows)
    created = f"created {rows}, updated 0, unchanged 0"

    def into_empty(name: str, file: Path, *options: str) -> Any:
        _say(system, f"import of {rows} new enterprises: {name}")
        system.create(name, like="areas")
        return _import(system.url(name), file, created, *options)

    dry = into_empty("dry_run", csv, "--dry-run")
    sheet = into_empty("xlsx", xlsx)
    new = into_empty("csv", csv)
    _say(system, "the same once more")
    again = _import(system.url("csv"), csv, f"created 0, updated 0, unchanged {rows}")
    return {
        **_against_copy(system, new["seconds"], rows, at),
        Row("its memory", at, f"under {MOST_MEGABYTES} MB"): _memory(dry, new, again),
        Row("the same, all present and unchanged, against the time of creating", at, "at most 1x"): at_most(
            again["seconds"] / new["seconds"], 1, _seconds(again, new)
        ),
        Row("the same rows as XLSX against CSV", at, "at most 1.5x"): at_most(
            sheet["seconds"] / new["seconds"], 1.5, _seconds(sheet, new)
        ),
        Row("its memory from XLSX", at): Cell(f"{sheet['megabytes']:.0f} MB"),
        Row(
            "`import_data enterprises --dry-run`, new rows", at, f"at most {MOST_SECONDS_OF_DRY_RUN} s"
        ): Cell(f"{dry['seconds']:.3g} s", dry["seconds"] <= MOST_SECONDS_OF_DRY_RUN),
    }


def _against_copy(system: Databases, seconds: float, rows: int, at: str) -> Results:
    """Against the rows of enterprises alone, as the target says, and against all rows that were written."""
    floor = run_step(system.url("csv"), "floor")
    share = floor["seconds"] / seconds
    rates = f" ({rows / seconds:,.0f} against {rows / floor['seconds']:,.0f} rows/s)"
    judged = system.label == "PostgreSQL"  # the table names its COPY
    results = {
        Row(
            "`import_data enterprises`, new rows, with history, against COPY (SQLite: executemany) of these rows",
            at,
            f"at least {LEAST_SHARE_OF_COPY} of its rate",
        ): Cell(f"{share:.2g}{rates}", share >= LEAST_SHARE_OF_COPY if judged else None)
    }
    if "seconds_of_all" in floor:
        row = Row("the same, against COPY of all rows that it writes, those of periods and history too", at)
        results[row] = Cell(f"{floor['seconds_of_all'] / seconds:.2g} ({floor['seconds_of_all']:.3g} s)")
    return results


def _memory(*imports: Any) -> Cell:
    megabytes = max(done["megabytes"] for done in imports)
    return Cell(f"{megabytes:.0f} MB", megabytes < MOST_MEGABYTES)


def _seconds(one: Any, other: Any) -> str:
    return f" ({one['seconds']:.3g} s against {other['seconds']:.3g} s)"


def _import(url: str, file: Path, expected: str, *options: str) -> Any:
    done = run_step(url, "import_data", file, *options)
    if done["summary"] != expected:
        raise RuntimeError(f"The import says: {done['summary']}")
    return done
