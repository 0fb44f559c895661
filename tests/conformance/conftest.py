"""What tests against other people's programs share."""

import pytest

from support.goverify import build


@pytest.fixture(scope="session")
def goverify(tmp_path_factory):
    return build(tmp_path_factory.mktemp("goverify"))
