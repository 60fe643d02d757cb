"""An action that refuses changes nothing."""

from contextlib import contextmanager

import pytest

from tests.factories.rows import all_rows


@contextmanager
def refused(kind):
    """Expect a refusal of `kind` that changes no row; gives what pytest knows of it."""
    before = all_rows()
    with pytest.raises(kind) as refusal:
        yield refusal
    assert all_rows() == before
