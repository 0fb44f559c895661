"""Cases of every kind of signature with their verdict: written to `conformance/signatures.json`, for clients in any language.

    PYTHONPATH=tests python -m support.signature_cases    writes the file anew

The private keys are hashes of words and the signatures deterministic, so the file is the same each time it is written.
"""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256, sha512
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from nacl import bindings

from enduse.terms import p256, webauthn
from enduse.terms.ed25519 import SigningKey
from support.signing import PAGE, Authenticator, P256Key

FILE = Path(__file__).parents[2] / "conformance" / "signatures.json"
MESSAGE = b"DSSEv1 37 application/vnd.enduse.statement+json 12 ten pallets."
OTHER = b"DSSEv1 37 application/vnd.enduse.statement+json 12 two pallets."
CHALLENGE = urlsafe_b64encode(sha256(MESSAGE).digest()).rstrip(b"=").decode()

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = b"\x01" + bytes(31)
ORDER_TWO = (2**255 - 20).to_bytes(32, "little")
ORDER_EIGHT = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")


def seed(word):
    return SigningKey.from_seed(sha256(word.encode()).digest())


def client_data(rest="", *, kind="webauthn.get", challenge=CHALLENGE, origin=PAGE):
    return f'{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{rest}}}'.encode()


def taken_client_data():
    """What a browser writes down, by the browser that does."""
    longest = "".join(f',"a{n}":"{"x" * 250}"' for n in range(3))
    fill = 1_024 - len(client_data(longest + ',"b":""'))
    return {
        "as Safari": client_data(),
        "as Firefox": client_data(',"crossOrigin":false'),
        "as Chromium": client_data(
            ',"crossOrigin":false,"other_keys_can_be_added_here":"do not compare clientDataJSON against a template."'
        ),
        "as Chromium on Android": client_data(
            ',"crossOrigin":false,"androidPackageName":"com.android.chrome","more":true'
        ),
        "1,024 bytes": client_data(f'{longest},"b":"{"y" * fill}"'),
        "a name of 64 and a value of 256": client_data(f',"{"n" * 64}":"{"v" * 256}"'),
    }


def refused_client_data():
    """Client data that two readers could read apart, or that are of another page, purpose or message."""
    order = {"challenge": CHALLENGE, "origin": PAGE, "type": "webauthn.get"}
    sign_in = urlsafe_b64encode(sha256(b"sign in").digest()).rstrip(b"=").decode()
    return {
        "from within another page": client_data(',"crossOrigin":true'),
        "another page above": client_data(',"crossOrigin":false,"topOrigin":"https://elsewhere.example"'),
        "another page above alone": client_data(',"topOrigin":"https://elsewhere.example"'),
        "crossOrigin twice": client_data(',"crossOrigin":false,"crossOrigin":false'),
        "crossOrigin not first": client_data(',"a":"1","crossOrigin":false'),
        "a second challenge": client_data(f',"challenge":"{CHALLENGE}"'),
        "a name twice": client_data(',"a":"1","a":"2"'),
        "a name of 65": client_data(f',"{"n" * 65}":true'),
        "an empty name": client_data(',"":true'),
        "a name with a hyphen": client_data(',"a-b":true'),
        "an escape": client_data(',"a":"\\u0041"'),
        "a number": client_data(',"a":1'),
        "null": client_data(',"a":null'),
        "an object": client_data(',"a":{}'),
        "a value of 257": client_data(f',"a":"{"x" * 257}"'),
        "a value that is not ASCII": client_data(',"a":"é"'),
        "a control character": client_data(',"a":"\x7f"'),
        "made, not used": client_data(kind="webauthn.create"),
        "a payment": client_data(kind="payment.get"),
        "a padded challenge": client_data(challenge=CHALLENGE + "="),
        "a challenge cut short": client_data(challenge=CHALLENGE[:-1]),
        "a challenge with stray bits": client_data(challenge=CHALLENGE[:-1] + chr(ord(CHALLENGE[-1]) + 1)),
        "a sign-in": client_data(challenge=sign_in),
        "another host": client_data(origin="https://enduse.example"),
        "an escaped origin": client_data(origin=PAGE.replace("/", "\\/")),
        "no TLS": client_data(origin=PAGE.replace("https", "http")),
        "a line end after it": client_data() + b"\n",
        "a brace after it": client_data() + b"}",
        "a blank before it": b" " + client_data(),
        "blanks within": client_data().replace(b",", b", "),
        "a byte order mark": b"\xef\xbb\xbf" + client_data(),
        "UTF-16": client_data().decode().encode("utf-16-le"),
        "another order": json.dumps(order, separators=(",", ":")).encode(),
        "more than 1,024 bytes": client_data("".join(f',"a{n}":"{"x" * 250}"' for n in range(4))),
        "nothing": b"",
    }


def _scalars(word):
    # Private scalar and point of a key of ours, to make what no library makes.
    seed_bytes = sha256(word.encode()).digest()
    clamped = bytearray(sha512(seed_bytes).digest()[:32])
    clamped[0] &= 248
    clamped[31] = clamped[31] & 127 | 64
    return int.from_bytes(clamped, "little"), seed(word).public


def _base(scalar):
    return bindings.crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little"))


def _hashed(*parts):
    return int.from_bytes(sha512(b"".join(parts)).digest(), "little") % ED25519_ORDER


def _ed25519_cases():
    key, (scalar, point) = seed("device"), _scalars("device")
    signature = key.sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little")
    yield "its own", key.public, MESSAGE, signature, True
    yield "another message", key.public, OTHER, signature, False
    yield "another key", seed("another").public, MESSAGE, signature, False
    yield (
        "S not below the order",
        key.public,
        MESSAGE,
        signature[:32] + (s + ED25519_ORDER).to_bytes(32, "little"),
        False,
    )
    yield "R of small order", key.public, MESSAGE, IDENTITY + _answer(IDENTITY, point, MESSAGE, scalar), False
    one = _base(1) + (1).to_bytes(32, "little")
    yield "a key of order one, under which this fits any message", IDENTITY, MESSAGE, one, False
    for r in range(1, 64):
        found = _base(r)
        if _hashed(found, ORDER_TWO, MESSAGE) % 2 == 0:
            yield "a key of order two", ORDER_TWO, MESSAGE, found + r.to_bytes(32, "little"), False
            break
    mixed = bindings.crypto_core_ed25519_add(point, ORDER_EIGHT)
    for r in range(1, 512):
        found = _base(r)
        if _hashed(found, mixed, MESSAGE) % 8 == 0:
            yield "a key of mixed order", mixed, MESSAGE, found + _answer(found, mixed, MESSAGE, scalar, r), False
            break
    noncanonical = (2**255 - 18).to_bytes(32, "little")
    yield "a key that is not canonical", noncanonical, MESSAGE, one, False
    yield "a key that is no point", b"\x02" + bytes(31), MESSAGE, signature, False
    yield "a key cut short", key.public[:-1], MESSAGE, signature, False


def _answer(found, public, message, scalar, r=0):
    return ((r + _hashed(found, public, message) * scalar) % ED25519_ORDER).to_bytes(32, "little")


def _p256_cases():
    key = P256Key("token")
    signature = key.sign(MESSAGE)
    r, s = signature[:32], int.from_bytes(signature[32:])
    yield "its own", key.public, MESSAGE, signature, True
    yield "another message", key.public, OTHER, signature, False
    yield "another key", P256Key("another").public, MESSAGE, signature, False
    yield "the higher s", key.public, MESSAGE, r + (p256.ORDER - s).to_bytes(32), False
    yield "DER", key.public, MESSAGE, encode_dss_signature(int.from_bytes(r), s), False
    yield "r is 0", key.public, MESSAGE, bytes(32) + signature[32:], False
    yield "s is 0", key.public, MESSAGE, r + bytes(32), False
    yield "r is the order", key.public, MESSAGE, p256.ORDER.to_bytes(32) + signature[32:], False
    yield "a key with the tag of another form", b"\x04" + key.public[1:], MESSAGE, signature, False
    yield "the other point of this x", bytes([key.public[0] ^ 1]) + key.public[1:], MESSAGE, signature, False
    yield "a key not below p", b"\x02" + b"\xff" * 32, MESSAGE, signature, False
    yield "a key not on the curve", b"\x02" + bytes(31) + b"\x07", MESSAGE, signature, False
    yield "a key without tag", key.public[1:], MESSAGE, signature, False
    yield "a key too long", key.public + b"\0", MESSAGE, signature, False


FLAGS = (
    # flags, the user must be verified, the key may be synced, holds
    (0x05, True, False, True),
    (0x01, True, False, False),
    (0x01, False, False, True),
    (0x04, False, False, False),
    (0x0D, True, False, False),
    (0x0D, True, True, True),
    (0x1D, True, True, True),
    (0x15, True, True, False),
    (0x45, True, True, False),
    (0x85, True, True, False),
    (0x07, True, True, False),
    (0x25, True, True, False),
)


def _passkey(inner, **rules):
    key = Authenticator(inner, **rules)
    key.count = 41
    return key


def _passkey_cases(inner):
    def used(client, key=None, flags=0x05, **rules):
        key = key or _passkey(inner, **rules)
        key.flags = flags
        return key.public, MESSAGE, key.sign(MESSAGE, client)

    for name, client in taken_client_data().items():
        yield f"client data {name}", *used(client), True
    for name, client in refused_client_data().items():
        yield f"client data: {name}", *used(client), False
    for flags, verified, synced, holds in FLAGS:
        rules = f"flags {flags:02x}, verified {verified}, may be synced {synced}"
        yield rules, *used(client_data(), None, flags, user_verified=verified, synced=synced), holds
    elsewhere = _passkey(inner)
    elsewhere.domain = "elsewhere.example"
    yield "used for another domain", *used(client_data(), elsewhere), False
    public, message, good = used(client_data())
    yield "another message", public, OTHER, good, False
    yield "the inner signature alone", public, message, good[-64:], False
    yield "another version", public, message, b"\x02" + good[1:], False
    yield "length one too many", public, message, good[:38] + (len(good) - 103).to_bytes(2) + good[40:], False
    yield "a byte after it", public, message, good + b"\0", False
    yield "cut short", public, message, good[:-1], False
    if public[0] == webauthn.ES256:
        higher = (p256.ORDER - int.from_bytes(good[-32:])).to_bytes(32)
        yield "the higher s within", public, message, good[:-32] + higher, False
    size = 1 + len(inner.public)
    for name, key in {
        "another algorithm's number": b"\x06" + public[1:],
        "a point with a changed bit": public[:1] + bytes([public[1] ^ 4]) + public[2:],
        "an unknown rule": public[:size] + b"\x05" + public[size + 1 :],
        "two blanks": public.replace(b" ", b"  "),
        "no TLS": public.replace(b"https", b"http"),
        "a host outside the domain": public.replace(b"sign.enduse", b"sign.other"),
        "a host that only ends like the domain": public.replace(b"sign.enduse", b"signenduse"),
        "a capital": public.replace(b"sign", b"Sign"),
        "a slash after it": public + b"/",
        "an empty port": public + b":",
        "a port of 0": public + b":0",
        "a byte that is not ASCII": public + b"\xff",
        "no place": public[:size],
        "more than 640 bytes": public[: size + 1] + b"a" * 300 + b".b https://" + b"a" * 300 + b".b",
    }.items():
        yield f"key: {name}", key, message, good, False


def _across(signers):
    """Each kind's signature under the key of every other, and the same point as another kind."""
    for name, key in signers.items():
        signature = key.sign(MESSAGE)
        for other, foreign in signers.items():
            if other != name:
                yield f"{name} under {other}", foreign.public, MESSAGE, signature, False
            if len(signature) > 64:
                yield f"the inner signature of {name} under {other}", foreign.public, MESSAGE, signature[-64:], False


def cases():
    """Return every case: kind, name, public key, message, signature, whether it holds."""
    token, device = P256Key("token"), seed("device")
    signers = {
        "Ed25519": device,
        "P-256": token,
        "WebAuthn ES256 of the same point": _passkey(token),
        "WebAuthn EdDSA of the same point": _passkey(device),
        "WebAuthn ES256": _passkey(P256Key("passkey")),
        "WebAuthn EdDSA": _passkey(seed("security key")),
    }
    rooms = {
        "ed25519": _ed25519_cases(),
        "p256": _p256_cases(),
        "webauthn-es256": _passkey_cases(P256Key("passkey")),
        "webauthn-eddsa": _passkey_cases(seed("security key")),
        "across": _across(signers),
    }
    return [(kind, *case) for kind, each in rooms.items() for case in each]


def text():
    """Return the file of the cases."""
    rows = [
        {
            "kind": kind,
            "case": name,
            "public_key": public.hex(),
            "message": message.hex(),
            "signature": signature.hex(),
            "holds": holds,
        }
        for kind, name, public, message, signature, holds in cases()
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
