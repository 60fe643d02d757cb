"""The table that `make bench` prints."""

from bench.table import Cell, Row, at_most, markdown

FIRST, SECOND = Row("a list", "100", "at most 8x"), Row("an import", "100")


def test_a_ratio_tells_whether_it_meets_its_target():
    assert str(at_most(8.0, 8, " (8 against 1 ms)")) == "8.0x (8 against 1 ms), met"
    assert str(at_most(8.1, 8)) == "8.1x, **missed**"
    assert str(at_most(1.25, 1.3)) == "1.25x, met"


def test_a_ratio_is_not_rounded_over_its_target():
    assert not at_most(8.04, 8).met


def test_each_database_has_a_column_and_what_only_one_measured_a_dash():
    table = markdown({"SQLite": {FIRST: Cell("2x", met=True)}, "PostgreSQL": {SECOND: Cell("3 MB")}})

    assert table.splitlines() == [
        "| what | at | target | SQLite | PostgreSQL |",
        "| --- | --- | --- | --- | --- |",
        "| a list | 100 | at most 8x | 2x, met | – |",
        "| an import | 100 | – | – | 3 MB |",
    ]
