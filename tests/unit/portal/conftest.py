"""A small programme whose founding names the portal's page, with somebody of the keeper at its desk."""

import pytest
from litestar.testing import TestClient

from conftest import Small
from enduse.portal.desk_postgres import DeskDatabase
from enduse.portal.desk_store import DeskFile
from enduse.statements.key import SigningPage
from support.desk import ORIGIN, Clock, Visitor, desk_of, enrolled, opened, passkey


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock, kept_in, request):
    in_database = kept_in == "postgres"
    with (
        DeskDatabase(request.getfixturevalue("server"), str(tmp_path), clock)
        if in_database
        else DeskFile(tmp_path / "portal.sqlite", clock)
    ) as kept:
        yield kept


@pytest.fixture(scope="module")
def desk_folder(tmp_path_factory):
    page = SigningPage(relying_party="localhost", origins=(ORIGIN,))
    small = Small(tmp_path_factory.mktemp("desk") / "town", signing=(page,))
    small.intake.book.log.publish()
    small.intake.close()
    return small.folder


@pytest.fixture(scope="module")
def app(desk_folder):
    with TestClient(opened(desk_folder)) as client:
        yield client.app


@pytest.fixture(scope="module")
def desk(app):
    return desk_of(type("Client", (), {"app": app}))


@pytest.fixture(scope="module")
def keeper(app, desk):
    """Somebody of the keeper, signed in by the first link."""
    visitor = Visitor(app)
    answer = visitor.join(desk.first_link(), passkey("keeper"))
    assert answer.status_code == 303, answer.text
    return visitor


@pytest.fixture(scope="module")
def donor(app, desk, keeper):
    """Somebody of the donor with a key that signs."""
    visitor = Visitor(app)
    assert visitor.join(keeper.link(party="donor", label="desk"), passkey("donor"), "donor").status_code == 303
    return visitor


@pytest.fixture(scope="module")
def signing(desk, donor):
    device = passkey("donor signs")
    enrolled(desk, donor, device, "donor")
    return device
