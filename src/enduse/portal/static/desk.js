// What pages do with which somebody signs in, makes a key or signs: whatever a form needs of a passkey is put into its fields.
// The words of what is signed stand on the page, made of the very bytes that stand beside them; nothing is fetched.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  const url = (data) => enduse.base64(new Uint8Array(data)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const acts = {
    async "sign-in"({ domain, message }) {
      const { id, signature } = await enduse.assertion(domain, null, enduse.encode(message));
      return { credential: url(id), assertion: enduse.hex(signature) };
    },
    async "new-passkey"({ domain, message, who }) {
      const key = await enduse.newPasskey(domain, who, [-8, -7], true, "", "required");
      const assertion = enduse.hex(await key.sign(enduse.encode(message)));
      return { credential: url(key.id), public_key: enduse.hex(key.publicKey), assertion };
    },
    async "new-key"({ domain, programme, founder, party, synced }) {
      const key = await enduse.newPasskey(domain, party, [-8, -7], synced === "yes");
      return { credential: url(key.id), request: await enduse.request(key, programme, founder, party) };
    },
    async sign({ domain, credential, publicKey, payload }) {
      const key = enduse.passkey({ domain, id: bytes(credential), publicKey: bytes(publicKey) });
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes(payload));
      return { envelope: await enduse.envelope(key, text) };
    },
    async "sign-all"({ payloads, ...form }) {
      const signed = [];
      for (const payload of payloads.split(" ")) signed.push((await acts.sign({ ...form, payload })).envelope);
      return { envelope: signed.join("\n") };
    },
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const told = form.querySelector("[role=alert]");
    if (!window.PublicKeyCredential) continue;
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      told.textContent = "";
      try {
        for (const [name, value] of Object.entries(await acts[form.dataset.passkey](form.dataset))) form.elements[name].value = value;
        form.submit();
      } catch (error) {
        told.textContent = `${form.dataset.failed} (${error.name})`;
        button.disabled = false;
      }
    });
  }
})();
