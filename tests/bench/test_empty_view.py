"""The view that requests are held against."""

import pytest
from django.urls import Resolver404, resolve


def test_the_bench_adds_the_empty_view_to_the_site(client, settings):
    settings.ROOT_URLCONF = "bench.urls"
    assert client.get("/bench/empty/").json() == {}
    assert client.get("/healthz").status_code == 200


def test_the_site_itself_does_not_have_it():
    with pytest.raises(Resolver404):
        resolve("/bench/empty/")
