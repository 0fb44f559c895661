// The page around signing.js: opens the light copy, makes keys, shows in words what is to be signed, signs it, gives it back as a file.
// Whatever it shows is put in as text, never as markup; nothing is fetched, and nothing is signed that was not shown.
(() => {
  // An envelope in its one form whose signature is empty; null is anything else.
  function waiting(line) {
    const { payload, signatures: [{ keyid }] } = JSON.parse(line);
    const form = `{"payload":"${payload}","payloadType":"${enduse.TYPE}","signatures":[{"keyid":"${keyid}","sig":""}]}`;
    return form === line ? { key: keyid, ...decoded(payload) } : null;
  }

  const CLASS = "urn:enduse:class:";
  const element = (id) => document.getElementById(id);
  const state = { language: "en", light: null, keys: [], asked: [], told: "" };
  const say = (code, more = "") => WORDS[state.language].say[code] + more;
  const named = (id) => { const names = state.light?.names[id]; return names && (names[state.language] ?? Object.values(names)[0]); };
  const grouped = (name) => name.match(/.{4}/g).join(" ");

  // Bytes as words that can be spoken (proquints), as the command line shows them.
  function spoken(hex) {
    const consonants = "bdfghjklmnprstvz", vowels = "aiou";
    return hex.match(/.{4}/g).map((pair) => {
      const bits = parseInt(pair, 16);
      return consonants[bits >> 12] + vowels[bits >> 10 & 3] + consonants[bits >> 6 & 15] + vowels[bits >> 4 & 3] + consonants[bits & 15];
    }).join(" ");
  }

  // What shows nothing, or turns the direction of what follows, is shown by its number: it would let a text read as another one.
  const visible = (text) => String(text).replace(/[\u00ad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff]/g, (each) => `[U+${each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);

  function made(tag, text = "", of = null, kind = "") {
    const found = document.createElement(tag);
    if (text) found.append(Object.assign(document.createElement("bdi"), { textContent: visible(text) }));
    if (kind) found.className = kind;
    of?.append(found);
    return found;
  }

  // Of a name that stands twice in one part of a text every reader keeps its own: whoever signs would see one, and sign both.
  function once(text) {
    const open = [], words = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g) ?? [];
    words.forEach((word, at) => {
      if (word === "{" || word === "[") open.push(new Set());
      else if (word === "}" || word === "]") open.pop();
      else if (words[at + 1] === ":") {
        const name = JSON.parse(word), there = open.at(-1);
        if (there.has(name)) throw new Error(say("twice", ` ${name}`));
        there.add(name);
      }
    });
  }

  const parsed = (text) => JSON.parse(text, (name, each) => {
    if (name === "event" && typeof each === "string") event(each);
    return each;
  });

  // The goods event that a statement carries as text, its numbers with the digits they are written with; null is a text that is none.
  function event(text) {
    try { JSON.parse(text); } catch { return null; }
    once(text);
    return parsed(text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (word) => word.startsWith('"') ? word : `"${word}"`));
  }

  // A text that was encoded by our rules reads back to the same text: nothing stands twice in it, and nothing is hidden.
  function decoded(encoded) {
    const payload = Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
    const statement = parsed(text);
    if (JSON.stringify(statement) !== text) throw new Error(say("not_ours"));
    return { text, statement };
  }

  function founding(light) {
    const extra = light.founding.split("\n").find((line) => line.startsWith("extra ")).slice(6);
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(JSON.parse(atob(extra)).payload), (each) => each.charCodeAt(0))));
  }

  async function opened(file) {
    const text = await file.text();
    if (text.startsWith("{\n") || text.startsWith("{ ")) return openLight(text);
    if (!state.light) throw new Error(say("light_first"));
    const asked = [];
    for (const line of text.split("\n").filter((each) => each.trim())) {
      const waits = waiting(line);
      if (!waits) throw new Error(say("not_ours"));
      waits.id = enduse.hex(await enduse.sha256(enduse.encode(waits.text)));
      if (waits.statement.programme !== state.light.programme) throw new Error(say("other_programme", ` ${waits.statement.programme}`));
      asked.push(waits);
    }
    state.asked = asked;
  }

  async function openLight(text) {
    const light = JSON.parse(text);
    once(text);
    if (light.format !== "enduse light copy v1") throw new Error(say("not_ours"));
    const first = founding(light);
    const site = (first.body.signing ?? []).find((each) => each.origins.includes(location.origin));
    state.light = { programme: first.programme, founder: first.body.public_key, site, names: light.names, parties: light.known.party };
    state.asked = [];
    await foundKeys();
  }

  async function foundKeys() {
    state.keys = [];
    for (const name of await enduse.names()) {
      const [programme, party] = name.split("\n");
      if (programme !== state.light.programme) continue;
      const key = await enduse.openKey(name);
      state.keys.push({ key, party, name: await enduse.keyName(key) });
    }
  }

  function offer(of, name, text) {
    const link = made("a", `${say("save")}: ${name}`, of, "save");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    link.download = name;
  }

  async function make(passkey) {
    const party = element("party").value.trim(), { programme, founder, site } = state.light;
    if (!party) throw new Error(say("whose"));
    const name = [programme, party, state.keys.length + 1, crypto.randomUUID()].join("\n");
    let key = null;
    if (passkey) key = await enduse.newPasskey(site.relying_party, party, [-8, -7], site.synced === true, name);
    else try { key = await enduse.newKey(name, "Ed25519"); } catch { key = await enduse.newKey(name, "P-256"); }
    await navigator.storage?.persist?.();
    const request = await enduse.request(key, programme, founder, party);
    await foundKeys();
    offer(element("requests"), `${(await enduse.keyName(key)).slice(0, 8)}.request`, request + "\n");
  }

  function value(of, given) {
    if (Array.isArray(given)) {
      const list = made("ol", "", of);
      given.forEach((each) => value(made("li", "", list), each));
    } else if (given !== null && typeof given === "object") {
      fields(of, given);
    } else if (typeof given === "string" && (named(given) || given.startsWith(CLASS))) {
      const [material, lot] = given.startsWith(CLASS) ? given.slice(CLASS.length).split(":").map(decodeURIComponent) : [given];
      made("strong", [named(material) ?? material, lot].filter(Boolean).join(", "), of);
      made("code", given, of);
    } else {
      const { terms } = WORDS[state.language], term = terms[`act:goods:${given}`] ?? terms[given];
      made("strong", term ?? String(given), of);
      if (term && term !== given) made("code", String(given), of);
    }
  }

  // Which terms an event's names have is the same in every event; it stands in the exact text.
  function fields(of, { "@context": _terms, ...given }) {
    const list = made("dl", "", of);
    for (const [name, each] of Object.entries(given)) {
      const label = WORDS[state.language].fields[name], head = made("dt", label ?? name, list);
      if (label) made("code", name, head);
      value(made("dd", "", list), (name === "event" && typeof each === "string" && event(each)) || each);
    }
  }

  function shown(waits, of) {
    const card = made("article", "", of), { statement } = waits;
    const { programme, ...rest } = statement;
    made("h3", WORDS[state.language].terms[`act:${statement.kind}`] ?? statement.kind, card);
    fields(card, { ...rest, programme });
    made("p", `${say("compare")} ${spoken(waits.id.slice(0, 32))}`, card, "spoken");
    const exact = made("details", "", card);
    made("summary", say("exact"), exact);
    made("pre", waits.text, exact).dir = "ltr";
    const mine = state.keys.find((each) => each.name === waits.key);
    if (!mine) made("p", `${say("no_key")} ${grouped(waits.key)}`, card, "wrong");
    else if (mine.party !== statement.party) made("p", say("other_party"), card, "wrong");
    return mine && mine.party === statement.party ? mine : null;
  }

  async function sign() {
    const lines = [];
    for (const waits of state.asked) {
      const { key } = state.keys.find((each) => each.name === waits.key);
      lines.push(await enduse.envelope(key, waits.text) + "\n");
    }
    element("signed").replaceChildren(made("p", say("bring_back")));
    offer(element("signed"), `signed-${state.asked[0].id.slice(0, 8)}.dsse`, lines.join(""));
  }

  function draw() {
    document.documentElement.lang = state.language;
    document.documentElement.dir = WORDS[state.language].direction;
    for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
    element("wrong").textContent = state.told;
    for (const each of document.querySelectorAll(".later")) each.hidden = !state.light;
    if (!state.light) return;
    element("programme").replaceChildren(made("strong", state.light.programme));
    element("parties").replaceChildren(...state.light.parties.map((id) => {
      const option = document.createElement("option");
      return Object.assign(option, { value: id, label: named(id) ?? id });
    }));
    element("passkey").hidden = !state.light.site;
    element("keys").replaceChildren(...state.keys.map((each) => {
      const item = made("li", named(each.party) ?? each.party);
      made("code", grouped(each.name), item);
      made("span", spoken(each.name), item, "spoken");
      return item;
    }));
    element("asked").replaceChildren();
    const able = state.asked.map((each) => shown(each, element("asked")));
    element("sign").hidden = !able.length || able.includes(null);
  }

  // One thing after the other: an authenticator answers no two at a time, and what is shown is what is signed.
  async function act(step) {
    state.told = "";
    document.body.inert = true;
    try { await step(); } catch (error) { state.told = `${say("failed")} ${error.message}`; }
    document.body.inert = false;
    draw();
    document.body.dataset.done = Number(document.body.dataset.done ?? 0) + 1;
  }

  element("file").addEventListener("change", (event) => act(async () => {
    element("signed").replaceChildren();
    const files = [...event.target.files];
    event.target.value = "";  // a file that was refused and then mended is chosen again
    for (const file of files) await opened(file);
  }));
  element("new").addEventListener("click", () => act(() => make(false)));
  element("passkey").addEventListener("click", () => act(() => make(true)));
  element("sign").addEventListener("click", () => act(sign));
  for (const each of document.querySelectorAll("[data-language]")) {
    each.addEventListener("click", () => act(async () => { state.language = each.dataset.language; }));
  }
  state.language = (navigator.languages ?? []).map((each) => each.slice(0, 2)).find((each) => each in WORDS) ?? "en";
  draw();
})();
