"""Witnesses and mirrors: publication waits for them, they sign nothing twice, and a lying log leaves evidence."""

import _thread
import base64
import errno
import hashlib
import json
import os
import shutil
import threading
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from enduse.errors import ConflictError, MalformedError, RecordError, SignatureError, UnknownError
from enduse.messages import Message
from enduse.record import checkpoint as checkpoints
from enduse.record import evidence, note, policy, standing, tree
from enduse.record import proof as proofs
from enduse.record.cosign import Answer, CosignRequest, HTTPCosigner, ask, parse_request
from enduse.record.evidence import ContradictionError
from enduse.record.log import Log
from enduse.record.mirror import Mirror
from enduse.record.server import WitnessServer
from enduse.record.store import NewEntry
from enduse.record.tiles import FolderSource
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.record.witness import Witness, open_signer
from enduse.terms.ed25519 import SigningKey

ORIGIN = "record.example/w"
KEY = SigningKey.from_seed(b"p" * 32).public
NAMES = ("state-a", "state-b", "state-c", "agency-d", "agency-e")


def new(number, text="statement"):
    body = f"{text} {number}".encode()
    return NewEntry(body, hashlib.sha256(body).digest(), KEY, number + 1)


def describe(entry):
    return hashlib.sha256(entry).digest(), KEY, int(entry.split()[-1]) + 1


def signer(name):
    return note.Signer(f"{name}.example", SigningKey.from_seed(name.encode().ljust(32, b".")), note.COSIGNATURE_V1)


def rules(log, names=NAMES):
    lines = [f"log {log.verifier.vkey}"]
    lines += [f"witness {name} {signer(name).verifier.vkey}" for name in names]
    lines += ["group states 2 state-a state-b state-c", "group agencies any agency-d agency-e"]
    lines += ["group both all states agencies", "quorum both"]
    return policy.parse("\n".join(lines))


@pytest.fixture
def log(tmp_path):
    with Log.create(tmp_path / "log", ORIGIN, SigningKey.from_seed(b"l" * 32)) as log:
        log.append([new(n) for n in range(10)])
        yield log


@pytest.fixture
def witnesses(tmp_path, log):
    made = {name: Witness(tmp_path / f"{name}.db", signer(name), {ORIGIN: log.verifier}) for name in NAMES}
    yield made
    for witness in made.values():
        witness.close()


class Dead:
    def add_checkpoint(self, request):
        del request
        raise RecordError("the witness cannot be reached")


def test_publication_waits_for_the_quorum_and_says_for_whom(log, witnesses):
    asked = rules(log)
    some = {"state-a": witnesses["state-a"], "state-b": Dead(), "agency-d": witnesses["agency-d"]}
    waiting = log.publish(asked, some)
    assert not waiting.published
    assert waiting.cosigned == ("agency-d", "state-a")
    assert tuple(map(str, waiting.waits_for)) == (
        "both: 2 of 2 needed, 1 more of states",
        "states: 2 of 3 needed, 1 more of state-b, state-c",
    )
    assert [problem.source for problem in waiting.problems] == ["state-b"]
    assert log.checkpoint is None, "nothing is out before the quorum is complete"
    log.append([new(10)])
    done = log.publish(asked, witnesses)
    assert done.published
    assert done.waits_for == ()
    assert asked.satisfied(checkpoints.open_checkpoint(done.checkpoint, log.verifier, asked.verifiers).cosigned)
    assert verify(log.folder, trust=Trust(policy=asked)).ok
    found = proofs.verify(proofs.parse(log.prove(3).encode()), new(3).entry, Trust(policy=asked))
    assert len(found.cosigned) >= 3
    assert log.publish(asked, {}).published, "what is complete is not asked for again"


def test_a_witness_that_cannot_write_refuses_nothing_and_what_is_recorded_waits_for_it(log, witnesses):
    asked = rules(log)
    assert log.publish(asked, witnesses).published
    before = log.checkpoint
    log.append([new(10)])
    for name in ("state-a", "state-b"):
        witnesses[name]._db.execute("PRAGMA query_only = ON")
    waiting = log.publish(asked, witnesses)
    assert (waiting.published, log.checkpoint, log.size, log.pending) == (False, before, 11, waiting.checkpoint)
    assert {(problem.source, problem.code) for problem in waiting.problems} == {
        ("state-a", "record.cosigner_fails"),
        ("state-b", "record.cosigner_fails"),
    }
    assert verify(log.folder, trust=Trust(policy=asked)).unpublished == 1
    witnesses["state-b"]._db.execute("PRAGMA query_only = OFF")
    done = log.publish(asked, witnesses)
    assert (done.published, done.size) == (True, 11)


def test_a_proof_that_our_own_disk_does_not_give_is_no_silence_of_a_witness(log, witnesses, monkeypatch):
    asked = rules(log)
    assert log.publish(asked, witnesses).published
    log.append([new(10)])

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(log.folder / "tiles"))

    monkeypatch.setattr(log, "prove_consistency", full)
    begun = time.monotonic()
    waiting = log.publish(asked, witnesses, timeout_s=5.0)
    assert time.monotonic() - begun < 4, "nobody is waited for"
    assert {problem.code for problem in waiting.problems} == {"system.disk_full"}
    monkeypatch.undo()
    assert log.publish(asked, witnesses).published


def test_where_the_system_gives_no_thread_what_is_recorded_waits(log, witnesses, monkeypatch):
    """It was a traceback, "can't start new thread", after the statements were recorded."""
    asked = rules(log)

    def refused(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refused)
    waiting = log.publish(asked, witnesses)
    assert not waiting.published
    assert {problem.code for problem in waiting.problems} == {"system.no_thread"}
    monkeypatch.undo()
    assert log.publish(asked, witnesses).published


def test_nobody_waits_for_ever_for_a_thread_that_ended_before_it_began(log, witnesses, monkeypatch):
    """Where the system had no memory for a thread that it had given, starting it never came back."""
    monkeypatch.setattr(_thread, "start_new_thread", lambda *_: 0)
    monkeypatch.setattr(standing, "LONGEST_S", 0.01)
    asked = standing.ask(
        log.store, log.verifier, None, dict.fromkeys(("one", "two"), FolderSource(log.folder)), log.folder
    )
    assert not asked.known
    assert [(problem.code, problem.source) for problem in asked.silent] == [
        ("record.no_answer_in_time", "one"),
        ("record.no_answer_in_time", "two"),
    ]


def test_the_policy_is_kept_with_the_record_and_obeyed_by_every_publication(log, witnesses):
    """As any command publishes that knows of no policy: it used to put an uncosigned checkpoint in place of this one."""
    asked = rules(log)
    assert log.publish(asked, witnesses).published
    before = log.checkpoint
    log.append([new(10)])
    with Log.open(log.folder) as again:
        waiting = again.publish(cosigners={})
        assert not waiting.published
        assert str(waiting.waits_for[0]) == "both: 2 of 2 needed, 2 more of states, agencies"
        assert again.checkpoint == before, "what was cosigned still stands"
        assert verify(log.folder, trust=Trust(policy=asked)).ok
        done = again.publish(cosigners=witnesses)
    assert (done.published, done.size) == (True, 11)
    assert len(done.cosigned) >= 3


@pytest.mark.threat(
    who="keeper",
    tries="changes the policy, or puts another file in its place, so that its witnesses are no longer asked",
    alone="the first checkpoint under another policy must satisfy the old one as well, and no command goes on where the kept file"
    " is not the one by which the last checkpoint was cosigned; what he publishes by another policy than readers hold does not"
    " hold for them",
    needs="the old quorum's cosignatures of the checkpoint at hand, which it gives to any that extends the last; readers without the"
    " old policy notice where the founding names the witnesses",
    seen_by="readers who hold the old policy: `enduse record verify --policy`; everybody, where the founding names witnesses that no"
    " longer sign: `enduse record verify`",
)
def test_a_cosigned_checkpoint_is_never_replaced_by_one_without_its_quorum(log, witnesses):
    asked = rules(log)
    log.publish(asked, witnesses)
    before = log.checkpoint
    log.append([new(10)])
    nobody = policy.parse("quorum none")
    (log.folder / "witnesses.policy").unlink()
    for given in (None, nobody):
        with pytest.raises(ConflictError, match="no policy here asks for them"):
            log.publish(given)
    assert log.checkpoint == before
    other = signer("new-hand")
    # A policy that is put into the place of the kept one, or given where that is gone, has no quorum for what is published.
    swapped = policy.parse(f"log {log.verifier.vkey}\nwitness n {other.verifier.vkey}\nquorum n")
    with pytest.raises(ConflictError, match="no policy here asks for them"):
        log.publish(swapped)
    (log.folder / "witnesses.policy").write_text(swapped.text)
    with pytest.raises(ConflictError, match="no policy here asks for them"):
        log.publish()
    assert log.checkpoint == before
    (log.folder / "witnesses.policy").unlink()
    assert log.publish(asked, witnesses).published, "whoever lost the file gives it again"
    log.append([new(12)])
    # Another policy: the first checkpoint under it satisfies the old one too.
    with closing(Witness(log.folder.parent / "new.db", other, {ORIGIN: log.verifier})) as hand:
        changed = policy.parse(f"log {log.verifier.vkey}\nwitness n {other.verifier.vkey}\nquorum n")
        alone = log.publish(changed, {"n": hand})
        assert (alone.published, alone.cosigned) == (False, ("n",))
        assert log.policy == asked
        done = log.publish(changed, {**witnesses, "n": hand})
        assert done.published
        assert log.policy == changed
        log.append([new(11)])
        assert log.publish(cosigners={"n": hand}).cosigned == ("n",)


def test_cosignatures_that_came_are_kept_while_the_others_are_waited_for(log, witnesses):
    asked = rules(log)
    first = log.publish(asked, {"state-a": witnesses["state-a"]})
    assert (first.published, first.cosigned) == (False, ("state-a",))
    assert log.pending == first.checkpoint
    second = log.publish(asked, {"agency-e": witnesses["agency-e"], "state-c": witnesses["state-c"]})
    assert (second.published, second.cosigned) == (True, ("agency-e", "state-a", "state-c"))
    assert log.pending is None


def test_cosignatures_are_renewed_where_nothing_is_added_and_stragglers_are_taken_in(log, tmp_path):
    now = [1_700_000_000.0]
    hands = {
        name: Witness(tmp_path / f"{name}.db", signer(name), {ORIGIN: log.verifier}, lambda: now[0]) for name in NAMES
    }
    log.clock = lambda: now[0]
    asked = rules(log)

    def cosigned():
        return checkpoints.open_checkpoint(log.checkpoint.data, log.verifier, asked.verifiers).cosigned

    early = {name: hands[name] for name in ("state-a", "state-b", "agency-d")}
    assert log.publish(asked, early).published
    assert len(cosigned()) == 3
    now[0] += 60
    assert log.publish(cosigners=hands).published
    assert len(cosigned()) == 5, "who was away is on it now"
    first = dict(cosigned())
    assert log.publish(cosigners=hands).published
    assert cosigned() == first, "nobody is asked again so soon"
    now[0] += 86_400
    log.publish(cosigners={"state-a": Dead(), **{name: hands[name] for name in ("state-b", "agency-d")}})
    times = {key.name: time for key, time in cosigned().items()}
    assert times["state-b.example"] == times["agency-d.example"] == int(now[0])
    assert times["state-a.example"] == 1_700_000_000, "the old word stands where no new one came"
    assert len(note.parse(log.checkpoint.data).signatures) == 6
    for witness in hands.values():
        witness.close()


def test_a_slow_witness_is_not_waited_for_longer_than_told(log, witnesses):
    asked = rules(log)
    gate = threading.Event()

    class Slow:
        def add_checkpoint(self, request):
            gate.wait(20)
            return witnesses["state-b"].add_checkpoint(request)

    try:
        some = {"state-a": witnesses["state-a"], "state-b": Slow(), "agency-d": witnesses["agency-d"]}
        begun = time.monotonic()
        waiting = log.publish(asked, some, timeout_s=0.3)
        assert time.monotonic() - begun < 10
        assert not waiting.published
        assert [(problem.source, problem.message) for problem in waiting.problems] == [("state-b", "no answer in time")]
        quorum = log.publish(asked, {**some, "state-c": witnesses["state-c"]}, timeout_s=15)
        assert quorum.published, "the others are quorum enough"
    finally:
        gate.set()


def test_a_checkpoint_without_the_quorum_is_refused_by_readers(log):
    log.publish()
    report = verify(log.folder, trust=Trust(policy=rules(log)))
    assert not report.ok
    assert "cosignatures are missing: both" in str(report.problems[0])
    with pytest.raises(SignatureError, match="missing"):
        proofs.verify(log.prove(0), new(0).entry, Trust(policy=rules(log)))


def test_over_http_with_a_policy_that_names_addresses(log, witnesses):
    servers = [WitnessServer(witnesses[name]) for name in ("state-a", "agency-d")]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        text = "\n".join(
            [
                f"log {log.verifier.vkey}",
                f"witness a {signer('state-a').verifier.vkey} {servers[0].url}",
                f"witness d {signer('agency-d').verifier.vkey} {servers[1].url}/",
                "group both all a d",
                "quorum both",
            ]
        )
        assert log.publish(policy.parse(text)).published
        origin = hashlib.sha256(ORIGIN.encode()).hexdigest()
        with urllib.request.urlopen(f"{servers[0].url}/{origin}/checkpoint") as answer:
            cosigned = checkpoints.open_checkpoint(answer.read(), log.verifier, [signer("state-a").verifier])
        assert cosigned.checkpoint.size == 10
        assert list(cosigned.cosigned) == [signer("state-a").verifier]
        for path, data, status in (("/x", b"", 404), ("/add-checkpoint", b"junk", 400)):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(servers[0].url + path, data)
            assert caught.value.code == status
            caught.value.close()
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            urllib.request.urlopen(servers[0].url + "/nothing/checkpoint")
        caught.value.close()
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
    with pytest.raises(RecordError, match="cannot be reached"):
        HTTPCosigner(servers[0].url, 0.5).add_checkpoint(b"")


def fork(log, tmp_path, at):
    """The operator's second, different record, signed with the same key."""
    other = Log.create(tmp_path / "fork", ORIGIN, SigningKey.from_seed(b"l" * 32))
    other.append([new(n, "statement" if n < at else "another") for n in range(12)])
    return other


def test_two_different_trees_are_never_cosigned_and_leave_evidence(log, witnesses, tmp_path):
    witness = witnesses["state-a"]
    log.publish(rules(log), witnesses)
    with closing(fork(log, tmp_path, 5)) as other:
        other.publish()
        forked = other.checkpoint.data
        refused = other.publish(rules(log), {"state-a": witness})
        assert not refused.published
        assert "does not hold" in refused.problems[0].message
    ((path, said),) = witness.cabinet.read()
    assert str(said) == "record.example/w signed 10 entries, and later 12 that do not begin with them"
    assert forked.split(b"\n")[2] in base64.b64decode(json.loads(path.read_bytes())["shown"][1]["checkpoint"])
    assert checkpoints.open_checkpoint(witness.checkpoint(ORIGIN), log.verifier).checkpoint.size == 10


@pytest.mark.threat(
    who="stranger",
    tries="sends witnesses junk, so that an honest log looks guilty",
    alone="is refused, and nothing is kept against the log",
    needs="nobody: it takes the log's private key",
    seen_by="the witness refuses; `enduse record evidence` shows nothing",
)
def test_a_strangers_junk_proof_is_not_kept_and_the_proof_that_convicts_is(log, witnesses, tmp_path):
    """An honest log was accused by anybody's junk, and its later, true evidence was thrown away as known."""
    witness = witnesses["state-a"]
    log.publish(rules(log), witnesses)
    log.append([new(n) for n in range(10, 13)])
    honest = log.publish(rules(log), {}).checkpoint
    proof = log.prove_consistency(10, 13)
    for junk in ([], [bytes(32)] * len(proof), proof[:-1], [*proof[:-1], bytes(32)], [bytes(32), *proof[1:]]):
        assert witness.add_checkpoint(CosignRequest(10, tuple(junk), honest).encode()).status == 422
    assert witness.cabinet.files() == [], "nothing the log signed contradicts anything it signed"
    with closing(fork(log, tmp_path, 5)) as other:
        other.append([new(n) for n in range(12, 20)])
        forked = other.publish().checkpoint
        convicting = other.prove_consistency(10, 20)
    assert witness.add_checkpoint(CosignRequest(10, tuple(convicting[:-1]), forked).encode()).status == 422
    assert witness.cabinet.files() == []
    assert witness.add_checkpoint(CosignRequest(10, tuple(convicting), forked).encode()).status == 422
    ((path, said),) = witness.cabinet.read()
    assert said.code == "record.two_histories"
    data = path.read_bytes()
    assert evidence.check(data, log.verifier) == said
    assert witness.add_checkpoint(CosignRequest(10, tuple(convicting), forked).encode()).status == 422
    assert witness.cabinet.files() == [path], "once each"
    assert witness.add_checkpoint(CosignRequest(10, tuple(proof), honest).encode()).status == 200


@pytest.mark.parametrize("old", range(1, 18))
def test_two_sizes_and_a_proof_convict_a_forger_and_nobody_else(old):
    log = note.Signer(ORIGIN, SigningKey.from_seed(b"l" * 32))

    def signed(size, root):
        return checkpoints.sign(checkpoints.Checkpoint(ORIGIN, size, root), log)

    for size in range(old, 34):
        true = [tree.leaf_hash(b"%d" % n) for n in range(size)]
        forged = [tree.leaf_hash(b"forged" if n == old // 2 else b"%d" % n) for n in range(size)]
        first = signed(old, tree.root(true[:old]))
        node = tree.node_reader(true)
        assert evidence.from_tiles(first, signed(size, tree.root(true)), log.verifier, node) is None
        data = evidence.from_tiles(first, signed(size, tree.root(forged)), log.verifier, tree.node_reader(forged))
        assert data is not None
        assert evidence.check(data, log.verifier).code in {"record.two_histories", "record.two_roots"}
        if size > old:
            with pytest.raises(RecordError):
                evidence.from_tiles(first, signed(size, tree.root(forged)), log.verifier, node)
            path = tree.consistency_path(old, size, node)
            assert tree.roots_from_consistency(old, size, path) == (tree.root(true[:old]), tree.root(true))
            for wrong in ([bytes(32), *path[1:]], path[:-1], [*path, bytes(32)]):
                with pytest.raises(RecordError):
                    evidence.write(
                        evidence.Shown(first), evidence.Shown(signed(size, tree.root(true))), log.verifier, wrong
                    )


def test_evidence_is_told_aloud_and_never_fills_the_disk(log, tmp_path):
    told: list[tuple[Message, Path]] = []
    (tmp_path / "loud").mkdir()
    witness = Witness(
        tmp_path / "loud" / "w.db", signer("loud"), {ORIGIN: log.verifier}, tell=lambda *said: told.append(said)
    )
    with closing(witness):
        log.publish()
        assert witness.add_checkpoint(b"old 0\n\n" + log.checkpoint.data).status == 200
        liar = note.Signer(ORIGIN, SigningKey.from_seed(b"l" * 32))
        for n in range(120):
            lie = checkpoints.sign(checkpoints.Checkpoint(ORIGIN, 10, n.to_bytes(32, "big")), liar)
            assert witness.add_checkpoint(b"old 10\n\n" + lie).status == 409
    assert len(told) == len(witness.cabinet.files()) == 100
    assert (told[0][0].code, told[0][1]) == ("record.two_roots", witness.cabinet.files()[0])


def test_same_size_and_another_root_is_a_contradiction_by_itself(log, witnesses, tmp_path):
    witness = witnesses["state-a"]
    log.append([new(10), new(11)])
    log.publish(rules(log), witnesses)
    with closing(fork(log, tmp_path, 11)) as other:
        other.publish()
        answer = witness.add_checkpoint(CosignRequest(12, (), other.checkpoint.data).encode())
        assert (answer.status, b"another root" in answer.body) == (409, True)
        assert witness.cabinet.files() != []
        padded = other.checkpoint.data + signer("stranger").sign("x\n", 1).line().encode()
        assert witness.add_checkpoint(CosignRequest(0, (), padded).encode()).status == 409
    ((_, said),) = witness.cabinet.read()
    assert said == Message.of("record.two_roots", log=ORIGIN, size=12)


def test_a_log_that_was_rolled_back_is_told_so(log, witnesses):
    log.append([new(10)])
    log.publish(rules(log), witnesses)
    older = checkpoints.sign(
        checkpoints.Checkpoint(ORIGIN, 10, tree.root(tree.leaf_hash(new(n).entry) for n in range(10))),
        note.Signer(ORIGIN, SigningKey.from_seed(b"l" * 32)),
    )
    with pytest.raises(ConflictError, match="rolled back or forked"):
        ask(witnesses["state-b"], signer("state-b").verifier, older, lambda _: [], 0)


def test_the_state_outlives_the_process_and_a_lost_answer_is_asked_again(log, witnesses, tmp_path):
    log.publish(rules(log), witnesses)
    witnesses["state-a"].close()
    with closing(Witness(tmp_path / "state-a.db", signer("state-a"), {ORIGIN: log.verifier})) as again:
        request = CosignRequest(10, (), log.checkpoint.data).encode()
        assert again.add_checkpoint(request).status == 200
        assert again.add_checkpoint(CosignRequest(0, (), log.checkpoint.data).encode()).status == 409


def test_a_clock_that_goes_back_is_refused(log, tmp_path):
    now = [1_000.0]
    log.publish()
    with closing(Witness(tmp_path / "w.db", signer("w"), {ORIGIN: log.verifier}, lambda: now[0])) as witness:
        assert witness.add_checkpoint(CosignRequest(0, (), log.checkpoint.data).encode()).status == 200
        now[0] = 400.0
        answer = witness.add_checkpoint(CosignRequest(10, (), log.checkpoint.data).encode())
        assert (answer.status, b"clock went back" in answer.body) == (500, True)
        witness.forget_time(ORIGIN)
        assert witness.add_checkpoint(CosignRequest(10, (), log.checkpoint.data).encode()).status == 200


@pytest.mark.threat(
    who="operator",
    tries="stands as a witness over itself, with the log's own key",
    alone="the key is refused",
    needs="a second party that lends it its name and key",
    seen_by="readers who know whose keys a policy names: `enduse record verify --policy`",
)
def test_keys_are_not_reused_for_another_duty(log, tmp_path):
    with pytest.raises(MalformedError, match="0x04"):
        Witness(tmp_path / "w.db", note.Signer("w.example", SigningKey.generate()), {})
    logs_own = note.Signer("w.example", SigningKey.from_seed(b"l" * 32), note.COSIGNATURE_V1)
    with pytest.raises(SignatureError, match="must not be that of a log"):
        Witness(tmp_path / "w.db", logs_own, {ORIGIN: log.verifier})


def test_requests_that_are_none(log, witnesses):
    log.publish()
    good = CosignRequest(0, (), log.checkpoint.data).encode()
    witness = witnesses["state-a"]
    for bad, status in (
        (b"", 400),
        (good.replace(b"old 0", b"old -1"), 400),
        (good.replace(b"old 0", b"old 11"), 400),
        (good.replace(b"old 0\n", b"old 0\nAAAA\n"), 422),
        (good.replace(ORIGIN.encode() + b"\n1", b"elsewhere.example\n1"), 404),
        (good.replace(b"\n10\n", b"\n11\n"), 403),
        (good.replace(b"\n10\n", b"\n10\n\n"), 400),
        (b"\xff" + good, 400),
    ):
        assert witness.add_checkpoint(bad).status == status, bad
    assert witness.checkpoint(ORIGIN) is None
    assert parse_request(good) == CosignRequest(0, (), log.checkpoint.data)


def test_a_cosigner_that_answers_nonsense(log):
    """A failure of its own, status 500, is no nonsense: see the witness that cannot write."""
    log.publish()

    class Liar:
        def __init__(self, answer):
            self.answer = answer

        def add_checkpoint(self, request):
            del request
            return self.answer

    own = signer("state-a")
    stranger = signer("state-b").sign(note.parse(log.checkpoint.data).text, 1).line().encode()
    forged = own.sign("something else\n", 1).line().encode()
    for answer in (
        Answer(200, b""),
        Answer(200, stranger),
        Answer(200, forged),
        Answer(409, b"3\n", "text/x.tlog.size"),
        Answer(403, b"no"),
    ):
        with pytest.raises((SignatureError, MalformedError)):
            ask(Liar(answer), own.verifier, log.checkpoint.data, lambda _: [], 0)


def test_a_mirror_cosigns_only_what_it_holds(log, tmp_path):
    source = FolderSource(log.folder / "tiles")
    with closing(Mirror(tmp_path / "mirror", source, log.verifier, name="state-m.example")) as mirror:
        rule = policy.parse(f"log {log.verifier.vkey}\nwitness m {mirror.signer.verifier.vkey}\nquorum m")
        assert log.publish(rule, {"m": mirror}).published
        log.append([new(n) for n in range(10, 700)])
        server = WitnessServer(mirror.witness, cosigner=mirror)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert log.publish(rule, {"m": HTTPCosigner(server.url)}).published
        server.shutdown()
        server.server_close()
        assert mirror.checkpoint.checkpoint.size == 700
        report = verify(tmp_path / "mirror", trust=Trust(policy=rule), describe=describe)
        assert (report.ok, report.size) == (True, 700)
        assert mirror.follow().checkpoint.size == 700

        log.append([new(n) for n in range(700, 800)])
        bundle = log.folder / "tiles" / "tile" / "entries" / "003.p" / "32"
        log.publish()
        right = bundle.read_bytes()
        bundle.write_bytes(right[:-1] + b"X")
        with pytest.raises(RecordError, match="do not give the root"):
            mirror.follow()
        assert mirror.checkpoint.checkpoint.size == 700
        bundle.write_bytes(right)
        assert mirror.follow().checkpoint.size == 800
    assert verify(tmp_path / "mirror", describe=describe).ok


def test_a_mirror_refuses_a_fork_and_a_rollback(log, tmp_path):
    log.append([new(n) for n in range(10, 12)])
    log.publish()
    with (
        closing(Mirror(tmp_path / "m", FolderSource(log.folder / "tiles"), log.verifier, name="m.example")) as mirror,
        closing(fork(log, tmp_path, 3)) as other,
    ):
        mirror.follow()
        other.publish()
        mirror.source = FolderSource(other.folder / "tiles")
        with pytest.raises(ContradictionError, match="two different roots for 12 entries"):
            mirror.follow()
        other.append([new(n) for n in range(12, 20)])
        other.publish()
        with pytest.raises(ContradictionError, match="and later 20 that do not begin with them"):
            mirror.follow()
        assert len(mirror.witness.cabinet.files()) == 2
        shutil.rmtree(other.folder / "tiles")
    with closing(Log.create(tmp_path / "short", ORIGIN, SigningKey.from_seed(b"l" * 32))) as short:
        short.append([new(0)])
        short.publish()
        source = FolderSource(short.folder / "tiles")
        with (
            closing(Mirror(tmp_path / "m", source, log.verifier)) as again,
            pytest.raises(ConflictError, match="rolled"),
        ):
            again.follow()


def test_a_mirror_is_of_one_log_and_needs_its_key(log, tmp_path):
    source = FolderSource(log.folder / "tiles")
    Mirror(tmp_path / "m", source, log.verifier, name="m.example").close()
    stranger = note.Signer("other.example", SigningKey.generate()).verifier
    with pytest.raises(ConflictError, match="another log"):
        Mirror(tmp_path / "m", source, stranger)
    with pytest.raises(MalformedError, match="no key here"):
        Mirror(tmp_path / "n", source, log.verifier)
    with closing(Mirror(tmp_path / "m", FolderSource(tmp_path / "nowhere"), log.verifier)) as mirror:
        assert mirror.checkpoint is None
        with pytest.raises(UnknownError):
            mirror.follow()


def test_a_key_file_is_made_once_and_private(tmp_path):
    made = open_signer(tmp_path / "keys" / "witness.key", "witness.example")
    assert open_signer(tmp_path / "keys" / "witness.key").verifier == made.verifier
    assert (tmp_path / "keys" / "witness.key").stat().st_mode & 0o777 == 0o600
