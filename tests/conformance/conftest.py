"""What tests against other people's programs share."""

import pytest

from support.chromium import chromium, founded
from support.goverify import build


@pytest.fixture(scope="session")
def goverify(tmp_path_factory):
    return build(tmp_path_factory.mktemp("goverify"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return founded(tmp_path_factory.mktemp("signed") / "town")
