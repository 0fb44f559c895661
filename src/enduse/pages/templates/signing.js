// What a page does with which somebody signs statements in a browser: keys that never leave it, and the bytes that we take.
// No library is needed. The page that loads this shows the whole statement first: WebAuthn shows the site, not what is signed.
// It is one static file, from an origin that the founding names under `signing` and that is not the keeper's.
"use strict";

const enduse = (() => {
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const TYPE = "application/vnd.enduse.statement+json";
  const encode = (text) => new TextEncoder().encode(text);
  const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = (data) => btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  const number = (data) => BigInt("0x" + hex(data));
  const bytes32 = (value) => Uint8Array.from(value.toString(16).padStart(64, "0").match(/../g), (pair) => parseInt(pair, 16));

  // Half of all signatures have the higher of two s; the record takes the lower.
  const lower = (r, s) => joined(bytes32(r), bytes32(s > ORDER / 2n ? ORDER - s : s));

  // An uncompressed point, 04 x y, as 33 bytes.
  const compressed = (point) => joined([2 + (point[64] & 1)], point.slice(1, 33));

  // The two numbers of a DER signature.
  function numbers(der) {
    const first = der.slice(4, 4 + der[3]);
    return [number(first), number(der.slice(6 + der[3]))];
  }

  // What is kept in this browser under a name: a key pair that scripts can use and nobody can take out, or where a passkey is found.
  async function kept(name, found) {
    const database = await new Promise((done, failed) => {
      const asked = indexedDB.open("enduse keys", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("keys");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    const answer = (asked) => new Promise((done, failed) => {
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    try {
      if (found) await answer(database.transaction("keys", "readwrite").objectStore("keys").add(found, name));
      const store = database.transaction("keys").objectStore("keys");
      return await answer(name === undefined ? store.getAllKeys() : store.get(name));
    } finally {
      database.close();
    }
  }

  const names = () => kept();

  async function openKey(name) {
    const pair = await kept(name);
    if (pair.passkey) return passkey(pair.passkey);
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    if (pair.publicKey.algorithm.name === "Ed25519") {
      const sign = async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, message));
      return { publicKey: raw, point: raw, sign };
    }
    const how = { name: "ECDSA", hash: "SHA-256" };
    const sign = async (message) => {
      const made = new Uint8Array(await crypto.subtle.sign(how, pair.privateKey, message));
      return lower(number(made.slice(0, 32)), number(made.slice(32)));
    };
    return { publicKey: compressed(raw), point: compressed(raw), sign };
  }

  // Not every browser that makes an Ed25519 key can keep it, so a key is used only after it was read back.
  async function newKey(name, algorithm) {
    const how = algorithm === "Ed25519" ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256" };
    await kept(name, await crypto.subtle.generateKey(how, false, ["sign", "verify"]));
    return openKey(name);
  }

  // What a passkey of this domain answers to a message; without an `id` whichever the person chooses.
  async function assertion(domain, id, message) {
    const { rawId, response } = await navigator.credentials.get({ publicKey: {
      rpId: domain,
      challenge: await sha256(message),
      allowCredentials: id ? [{ type: "public-key", id }] : [],
      userVerification: "required",
    } });
    const client = new Uint8Array(response.clientDataJSON);
    const given = new Uint8Array(response.signature);
    const inner = given.length === 64 ? given : lower(...numbers(given));  // Ed25519, or the two numbers in DER
    const length = [client.length >> 8, client.length & 255];
    return { id: rawId, signature: joined([1], new Uint8Array(response.authenticatorData), length, client, inner) };
  }

  function passkey({ domain, id, publicKey }) {
    const point = publicKey.slice(1, publicKey[0] === 7 ? 34 : 33);
    const sign = async (message) => (await assertion(domain, id, message)).signature;
    return { id, publicKey, point, sign };
  }

  // A passkey or security key; `algorithms` are COSE's numbers, -8 and -7, and no others are taken. Under a `name` it is found again.
  async function newPasskey(domain, party, algorithms, synced = false, name = "", residentKey = "discouraged") {
    const made = await navigator.credentials.create({ publicKey: {
      rp: { id: domain, name: domain },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: party, displayName: party },
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { userVerification: "required", residentKey },
      attestation: "none",
    } });
    const encoded = new Uint8Array(made.response.getPublicKey());
    const isP256 = made.response.getPublicKeyAlgorithm() === -7;
    const point = isP256 ? compressed(encoded.slice(-65)) : encoded.slice(-32);
    const rules = 1 | (synced ? 2 : 0);
    const publicKey = joined([isP256 ? 7 : 8], point, [rules], encode(`${domain} ${location.origin}`));
    const found = { domain, id: made.rawId, publicKey };
    if (name) await kept(name, { passkey: found });
    return passkey(found);
  }

  async function keyName(key) {
    const signer = key.point.length === 32 ? key.point : await sha256(key.point);
    return hex((await sha256(signer)).slice(0, 16));
  }

  // The request for a key, as `enduse key enrol` reads it; its own signature shows that its holder asks.
  async function request(key, programme, founder, party) {
    const publicKey = hex(key.publicKey);
    const wanted = `enduse key possession v1\n${programme}\n${founder}\n${party}\n${publicKey}\n`;
    const possession = hex(await key.sign(encode(wanted)));
    return JSON.stringify({ party, key: await keyName(key), public_key: publicKey, possession });
  }

  // A statement, as text, in its envelope, as `enduse add` reads it.
  async function envelope(key, statement) {
    const payload = encode(statement);
    const signed = joined(encode(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} `), payload);
    const sig = base64(await key.sign(signed));
    return `{"payload":"${base64(payload)}","payloadType":"${TYPE}","signatures":[{"keyid":"${await keyName(key)}","sig":"${sig}"}]}`;
  }

  return { TYPE, encode, sha256, hex, base64, names, newKey, openKey, assertion, passkey, newPasskey, keyName, request, envelope };
})();
