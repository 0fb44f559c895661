"""The formats by themselves: trees against the definition in RFC 6962, tile paths, bundles, policies, sources."""

import base64
import contextlib
import hashlib
import http.server
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import EnduseError, LimitError, MalformedError, RecordError, SignatureError, UnknownError
from enduse.messages import Message
from enduse.record import checkpoint, files, note, policy, tiles, tree
from enduse.record.trust import Trust
from enduse.terms.ed25519 import SigningKey

LEAVES = [tree.leaf_hash(b"%d" % n) for n in range(300)]


def by_definition(leaves):
    """MTH of RFC 6962, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


class TestTree:
    @given(st.integers(0, 300))
    def test_roots_are_those_of_the_definition(self, size):
        assert tree.root(LEAVES[:size]) == by_definition(LEAVES[:size])

    @given(st.data())
    def test_proofs_hold_and_hold_for_nothing_else(self, data):
        size = data.draw(st.integers(1, 300))
        index = data.draw(st.integers(0, size - 1))
        old = data.draw(st.integers(1, size))
        node = tree.node_reader(LEAVES)
        root, old_root = tree.root(LEAVES[:size]), tree.root(LEAVES[:old])
        path = tree.inclusion_proof(index, size, node)
        tree.verify_inclusion(index, size, LEAVES[index], path, root)
        other = data.draw(st.integers(0, 300).filter(lambda n: n != index))
        with pytest.raises(RecordError):
            tree.verify_inclusion(other, size, LEAVES[index], path, root)
        with pytest.raises(RecordError):
            tree.verify_inclusion(index, size, LEAVES[(index + 1) % 300], path, root)
        path = tree.consistency_proof(old, size, node)
        tree.verify_consistency(old, size, path, old_root, root)
        if old < size:
            with pytest.raises(RecordError):
                tree.verify_consistency(old, size, path, tree.root(LEAVES[1 : old + 1]), root)
            with pytest.raises(RecordError):
                tree.verify_consistency(old, size, [*path, bytes(32)], old_root, root)

    @given(st.integers(0, 300))
    def test_a_range_resumes_from_its_bytes(self, size):
        first = tree.CompactRange()
        first.extend(LEAVES[:size])
        again = tree.CompactRange.decode(size, first.encode())
        again.extend(LEAVES[size:])
        assert (again.size, again.root()) == (300, tree.root(LEAVES))

    def test_what_is_no_tree_is_refused(self):
        for size, data in ((1, b""), (0, bytes(32)), (3, bytes(32)), (1, bytes(31)), (-1, b"")):
            with pytest.raises(RecordError):
                tree.CompactRange.decode(size, data)
        node = tree.node_reader(LEAVES)
        for index, size in ((0, 0), (5, 5), (-1, 5)):
            with pytest.raises(RecordError):
                tree.inclusion_proof(index, size, node)
        for old, size in ((0, 5), (6, 5), (-1, 5)):
            with pytest.raises(RecordError):
                tree.consistency_proof(old, size, node)


class TestTiles:
    @given(st.one_of(st.just("entries"), st.integers(0, 63)), st.integers(0, 10**12), st.integers(1, 256))
    def test_a_path_is_read_as_it_was_written(self, level, number, width):
        assert tiles.parse_tile_path(tiles.tile_path(level, number, width)) == (level, number, width)

    def test_the_example_of_the_specification(self):
        assert tiles.tile_path(0, 1234067) == "tile/0/x001/x234/067"
        assert tiles.tile_path("entries", 0, 8) == "tile/entries/000.p/8"

    @pytest.mark.parametrize(
        "path",
        [
            "tile/0/1",
            "tile/00/000",
            "tile/0/x000/000",
            "tile/0/001/002",
            "tile/64/000",
            "tile/0/000.p/0",
            "tile/0/000.p/257",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/../000",
            "checkpoint",
        ],
    )
    def test_another_path_is_none(self, path):
        with pytest.raises(MalformedError):
            tiles.parse_tile_path(path)

    @given(st.lists(st.binary(max_size=40), max_size=256))
    def test_bundles(self, entries):
        data = tiles.encode_bundle(entries)
        assert tiles.decode_bundle(data, len(entries)) == entries
        for wrong in (data + b"\x00", data[:-1]):
            if wrong != data:
                with pytest.raises(MalformedError):
                    tiles.decode_bundle(wrong, len(entries))

    def test_bundle_limits(self):
        with pytest.raises(LimitError):
            tiles.encode_bundle([b""] * 257)
        with pytest.raises(LimitError):
            tiles.encode_bundle([bytes(65_536)])

    def test_a_server_that_sends_too_much_or_nothing(self):
        class Bad(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                if "short" in self.path:
                    self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"x" * (10 if "short" in self.path else tiles.BUNDLE_BYTES_MAX + 2))

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Bad)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            source = tiles.HTTPSource(f"http://127.0.0.1:{server.server_port}")
            with pytest.raises(LimitError):
                source.read("long")
            with pytest.raises(UnknownError):
                source.read("short")
        finally:
            server.shutdown()
            server.server_close()
        with pytest.raises(UnknownError):
            source.read("gone")
        with pytest.raises(UnknownError, match="not an http"):
            tiles.HTTPSource("file:///etc")


class TestCheckpoint:
    @pytest.mark.parametrize("size", ["", "01", "+1", "1 ", "1_0", "٣", "-0", "9223372036854775808", "1" * 5000])
    def test_sizes_that_are_none(self, size):
        with pytest.raises(MalformedError):
            checkpoint.parse(f"origin\n{size}\n{'A' * 43}=\n")

    def test_an_empty_tree_has_one_root(self):
        with pytest.raises(MalformedError, match="empty tree"):
            checkpoint.parse(f"origin\n0\n{'A' * 43}=\n")

    @given(st.binary(max_size=300))
    def test_bytes_from_outside_never_raise_another_error(self, data):
        for read in (note.parse, lambda raw: note.Verifier.parse(raw.decode("latin-1"))):
            with contextlib.suppress(EnduseError):
                read(data)


def vkey(name):
    key = SigningKey.from_seed(hashlib.sha256(name.encode()).digest())
    return note.Verifier(f"{name}.example", note.COSIGNATURE_V1, key.public)


class TestPolicy:
    def text(self, *lines):
        names = [f"w{n}" for n in range(5)]
        return "\n".join([*(f"witness {name} {vkey(name).vkey}" for name in names), *lines])

    def test_two_of_three_states_and_any_agency(self):
        read = policy.parse(self.text("group s 2 w0 w1 w2", "group a any w3 w4", "group both all s a", "quorum both"))
        holds = {("w0", "w1", "w3"), ("w1", "w2", "w4"), ("w0", "w1", "w2", "w3", "w4")}
        fails = {(), ("w0", "w1", "w2"), ("w0", "w3", "w4"), ("w3", "w4")}
        for have in holds:
            assert read.satisfied(map(vkey, have))
        for have in fails:
            assert not read.satisfied(map(vkey, have))
        assert tuple(map(str, read.waits_for([vkey("w0"), vkey("w3")]))) == (
            "both: 2 of 2 needed, 1 more of s",
            "s: 2 of 3 needed, 1 more of w1, w2",
        )
        assert read.names([vkey("w0"), vkey("stranger")]) == {"w0"}

    def test_one_witness_or_none(self):
        assert policy.parse(self.text("quorum w2")).waits_for([])[0] == Message.of("record.waits_for_one", witness="w2")
        assert policy.parse("quorum none").satisfied([])

    @pytest.mark.parametrize(
        ("lines", "says"),
        [
            (("quorum w0", "quorum w1"), "not a line"),
            (("group g 1 w0 w0", "quorum g"), "member twice"),
            (("group g 1 w0", "group h 1 w0", "quorum h"), "member twice"),
            (("group g 1 h", "group h 1 w0", "quorum g"), "not defined above"),
            (("group g 0 w0", "quorum g"), "not a threshold"),
            (("group g 2 w0", "quorum g"), "not a threshold"),
            (("group g ²", "quorum g"), "not a line"),
            (("group g two w0", "quorum g"), "not a threshold"),
            (("group none 1 w0", "quorum none"), "is taken"),
            (("witness w9 nonsense", "quorum w0"), "three parts"),
            (("log nonsense", "quorum w0"), "three parts"),
            ((f"witness w9 {vkey('w0').vkey}", "quorum w0"), "must not count twice"),
            ((f"log {note.Verifier('l.example', 1, vkey('w0').public_key).vkey}", "quorum w1"), "must not sign twice"),
            (("quorum",), "not a line"),
            ((), "must define a quorum"),
        ],
    )
    def test_what_is_no_policy(self, lines, says):
        with pytest.raises(MalformedError, match=says):
            policy.parse(self.text(*lines))

    def test_forty_witnesses_in_groups_of_groups(self):
        lines = [f"witness n{n} {vkey(f'n{n}').vkey}" for n in range(40)]
        lines += [f"group g{n} any n{2 * n} n{2 * n + 1}" for n in range(20)]
        lines += ["group top 15 " + " ".join(f"g{n}" for n in range(20)), "quorum top"]
        read = policy.parse("\n".join(lines))
        assert read.satisfied([vkey(f"n{2 * n}") for n in range(15)])
        assert not read.satisfied([vkey(f"n{n}") for n in range(28)])
        with pytest.raises(SignatureError, match="does not know the log"):
            read.keys_of("record.example")

    def test_white_space_is_what_the_standard_says_and_nothing_else(self):
        name = "وزير\u00a0مصر"
        read = policy.parse(f"\twitness  {name}\t{vkey('w0').vkey} \nquorum {name}\n")
        assert read.satisfied([vkey("w0")])
        for control in "\r\x0b\x0c\x7f":
            with pytest.raises(MalformedError, match="control"):
                policy.parse(f"quorum none{control}\n")

    def test_a_log_may_have_several_keys(self):
        first, second = (note.Signer("record.example/t", SigningKey.generate()) for _ in range(2))
        rules = policy.parse(f"log {first.verifier.vkey}\nlog {second.verifier.vkey}\nquorum none")
        for signer in (first, second):
            head = checkpoint.Checkpoint("record.example/t", 0, tree.EMPTY_ROOT)
            assert Trust(policy=rules).open(checkpoint.sign(head, signer)).checkpoint == head
        with pytest.raises(MalformedError, match="stands twice"):
            policy.parse(f"log {first.verifier.vkey}\nlog {first.verifier.vkey}\nquorum none")


class TestKeys:
    def test_a_cosigner_states_a_time_and_a_log_does_not(self):
        log = note.Signer("l.example", SigningKey.generate())
        witness = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1)
        for signer, time in ((log, 1), (witness, None)):
            with pytest.raises(MalformedError, match="states"):
                signer.sign("text\n", time)
        with pytest.raises(MalformedError, match="cannot sign"):
            note.Signer("x.example", SigningKey.generate(), 6)

    def test_private_keys_are_read_as_written_and_never_quoted(self):
        signer = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1)
        text = signer.encode()
        assert note.Signer.parse(text).verifier == signer.verifier
        for bad in ("", text[:-8], text.replace("w.example", "v.example"), "PRIVATE+KEY+a+b+AAAA"):
            with pytest.raises(MalformedError) as caught:
                note.Signer.parse(bad)
            assert text[-20:] not in str(caught.value)

    def test_names(self):
        for bad in ("", "two words", "plus+sign", "tab\t", "nul\x00", "no-break\xa0space", "ideographic\u3000space"):
            with pytest.raises(MalformedError):
                note.check_name(bad)
        # What Persian is written with is no white space: others may have it in their names; ours have nothing invisible.
        assert note.check_name("می\u200cشود.example") == "می\u200cشود.example"
        with pytest.raises(MalformedError):
            note.check_name("می\u200cشود.example", own=True)

    @pytest.mark.parametrize("time", [0, 1, 2**63 - 1])
    def test_a_cosignature_states_any_time_there_is(self, time):
        signer = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1)
        text = "record.example/t\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
        data = note.Note(text, (signer.sign(text, time),)).encode()
        assert note.open_note(data, [signer.verifier]).verified == {signer.verifier: time}

    def test_a_time_that_cannot_be_is_refused(self):
        signer = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1)
        signed = note.Note("text\n", (signer.sign("text\n", 2**63),)).encode()
        with pytest.raises(SignatureError, match="a time that cannot be"):
            note.open_note(signed, [signer.verifier])

    def test_signatures_that_cannot_be_checked_here_are_tolerated(self):
        """ML-DSA-44 cosigners (0x06) in notes and policies: known by name, and they count for nobody."""
        public = bytes(range(256)) * 5 + bytes(32)
        identifier = note.key_id("pq.example", note.ML_DSA_44, public)
        vkey = f"pq.example+{identifier.hex()}+{base64.b64encode(bytes([note.ML_DSA_44]) + public).decode()}"
        log = note.Signer("record.example/t", SigningKey.generate())
        hand = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1)
        text = checkpoint.Checkpoint("record.example/t", 0, tree.EMPTY_ROOT).text()
        foreign = note.Signature("pq.example", identifier, bytes(8 + 2_420))
        data = note.Note(text, (log.sign(text), foreign, hand.sign(text, 5))).encode()
        lines = [f"log {log.verifier.vkey}", f"witness pq {vkey}", f"witness w {hand.verifier.vkey}"]
        for rule, holds in (("any", True), ("all", False)):
            rules = policy.parse("\n".join([*lines, f"group g {rule} pq w", "quorum g"]))
            signed = checkpoint.open_checkpoint(data, log.verifier, rules.verifiers)
            assert rules.satisfied(signed.cosigned) is holds
        with pytest.raises(MalformedError):
            note.Verifier.parse(vkey.replace("pq.example", "qp.example"))


class TestNote:
    def test_limits(self):
        with pytest.raises(LimitError):
            note.parse(b"x" * (note.NOTE_BYTES_MAX + 1))
        line = note.Signer("l.example", SigningKey.generate()).sign("text\n").line()
        assert len(note.parse(("text\n\n" + line * 100).encode()).signatures) == 100
        with pytest.raises(LimitError):
            note.parse(("text\n\n" + line * 101).encode())

    def test_the_last_blank_line_parts_text_from_signatures(self):
        signer = note.Signer("l.example", SigningKey.generate())
        text = "one\n\n\N{EM DASH} l.example AAAAAAAA\n\ntwo\n"
        data = note.Note(text, (signer.sign(text),)).encode()
        assert note.open_note(data, [signer.verifier]).note.text == text


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "file"
    files.write(path, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        files.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_one_process_publishes_at_a_time(tmp_path):
    second = files.locked(tmp_path / "lock")
    with files.locked(tmp_path / "lock"), pytest.raises(EnduseError, match="another process"), second:
        pass
