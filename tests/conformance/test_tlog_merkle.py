"""Merkle proofs against vectors this project did not write: transparency-dev/merkle (333 proofs and a reference tree)."""

import base64
import json
import os
from pathlib import Path

import pytest

from enduse.errors import RecordError
from enduse.record import tree

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tlog" / "merkle"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"LOUD: no tlog vectors at {DATA}; set ENDUSE_TEST_DATA")

# Where we differ from upstream on purpose: we refuse hashes that are not 32 bytes long, upstream does not look.
STRICTER: dict[str, str] = {}


def cases(kind):
    return [pytest.param(path, id=str(path.relative_to(DATA))) for path in sorted((DATA / kind).rglob("*.json"))]


def hashes(values):
    return [base64.b64decode(value) for value in values or ()]


def judge(path, check):
    name = str(path.relative_to(DATA))
    vector = json.loads(path.read_text())
    decoded = {
        key: base64.b64decode(vector[key] or "") for key in ("root", "leafHash", "root1", "root2") if key in vector
    }
    want_refused = vector["wantErr"] or name in STRICTER
    if want_refused:
        with pytest.raises(RecordError):
            check({**vector, **decoded, "proof": hashes(vector["proof"])})
    else:
        check({**vector, **decoded, "proof": hashes(vector["proof"])})


@pytest.mark.parametrize("path", cases("inclusion"))
def test_inclusion(path):
    judge(path, lambda v: tree.verify_inclusion(v["leafIdx"], v["treeSize"], v["leafHash"], v["proof"], v["root"]))


@pytest.mark.parametrize("path", cases("consistency"))
def test_consistency(path):
    judge(path, lambda v: tree.verify_consistency(v["size1"], v["size2"], v["proof"], v["root1"], v["root2"]))


@pytest.mark.parametrize("path", cases("subtreeinclusion"))
def test_subtree_inclusion(path):
    judge(
        path,
        lambda v: tree.verify_subtree_inclusion(
            v["leafIdx"], v["start"], v["end"], v["leafHash"], v["proof"], v["root"]
        ),
    )


@pytest.mark.parametrize("path", cases("subtreeconsistency"))
def test_subtree_consistency(path):
    judge(
        path,
        lambda v: tree.verify_subtree_consistency(v["start"], v["end"], v["size"], v["proof"], v["root1"], v["root2"]),
    )


def test_the_number_of_vectors_is_what_was_counted():
    found = {kind: len(cases(kind)) for kind in ("inclusion", "consistency", "subtreeinclusion", "subtreeconsistency")}
    assert found == {"inclusion": 68, "consistency": 63, "subtreeinclusion": 136, "subtreeconsistency": 66}


def test_reference_tree():
    reference = json.loads((DATA / "reference_tree.json").read_text())
    leaves = [tree.leaf_hash(bytes.fromhex(value)) for value in reference["leaf_inputs_hex"]]
    levels = reference["node_hashes_hex_by_level"]
    node = tree.node_reader(leaves)
    for level, row in enumerate(levels):
        for index, value in enumerate(row):
            if (index + 1) << level <= len(leaves):
                assert node(level, index).hex() == value
    assert [tree.root(leaves[:size]).hex() for size in range(9)] == reference["root_hashes_hex_by_size"]
