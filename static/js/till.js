// The till of a market stall: number pad, QR in place, what the bank tells with sound and speech, and sales kept on the
// phone while there is no signal. The page works without it. Only the bank's notice makes a sound, never a person's word.
const doc = document, root = doc.documentElement;
const find = (selector, from = doc) => from.querySelector(selector);
const state = find("[data-words]"), words = state.dataset, form = find("[data-till]"), sold = find("[data-sold]");
const kept = (name, value) => { // some phones keep nothing for us
  try { if (value !== undefined) localStorage[name] = value; return localStorage[name] || ""; } catch { return value || ""; }
};
const shop = words.shop ? kept("tillShop", words.shop) : kept("tillShop");
const dong = (sum) => (root.lang === "en" ? `₫${sum.toLocaleString("en")}` : `${sum.toLocaleString("vi")}\u00a0₫`);
const say = (text) => { find("#noi").textContent = text; };
const tell = (text) => { const at = find("[data-told]", state); at.textContent = text; at.hidden = !text; };
const fresh = () => (crypto.randomUUID ? crypto.randomUUID()
  : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16)));

// --- sound: armed by the first tap, as browsers ask ------------------------------------------------------------------
const loud = () => kept("tillSound") !== "off";
let audio;
const arm = () => {
  const Kind = window.AudioContext || window.webkitAudioContext;
  if (audio || !loud() || !Kind) return;
  audio = new Kind();
  audio.resume();
  if (window.speechSynthesis) speechSynthesis.speak(new SpeechSynthesisUtterance(""));
};
const beep = (pitch, after) => {
  const tone = audio.createOscillator(), gain = audio.createGain(), at = audio.currentTime + after;
  tone.frequency.value = pitch;
  gain.gain.setValueAtTime(0.4, at);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
  tone.connect(gain).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.3);
};
const ring = (amount) => {
  if (!loud() || !audio) return;
  beep(880, 0);
  beep(1318, 0.2);
  if (!window.speechSynthesis) return;
  const speech = new SpeechSynthesisUtterance(words.speak.replace("{n}", amount)); // the voice reads the number
  speech.lang = root.lang === "en" ? "en" : "vi-VN";
  setTimeout(() => speechSynthesis.speak(speech), 600);
};
const showSound = () => { const at = find("[data-sound]"); if (at) at.setAttribute("aria-pressed", String(loud())); };

// --- what is looked at again and again -------------------------------------------------------------------------------
const lookers = new Map(); // part: look now
const watch = (part) => {
  if (!part || !part.dataset.watch) return;
  let wait = 3000, last = Date.now(), timer;
  const look = async () => {
    clearTimeout(timer);
    last = Date.now();
    try {
      const answer = doc.hidden ? null : await fetch(part.dataset.watch, { headers: { "X-Part": "1" } });
      const html = answer && answer.status === 200 && !answer.redirected ? await answer.text() : "";
      if (html && part.isConnected) { change(part, html); return; }
    } catch { /* no signal: later */ }
    if (!part.isConnected) { lookers.delete(part); return; }
    wait = Math.min(wait * 1.15, 10000);
    timer = setTimeout(look, wait);
  };
  lookers.set(part, (now) => { // a tap asks no oftener than the clock does
    if (now || Date.now() - last > 3000) { wait = 3000; look(); }
  });
  timer = setTimeout(look, wait);
};
const change = (part, html) => {
  lookers.delete(part);
  const box = doc.createElement("div");
  box.innerHTML = html;
  const next = box.firstElementChild;
  part.replaceWith(next);
  watch(next);
  if ("heard" in next.dataset) told(next); else shown(next);
};
const told = (part) => { // bank lines; the sale that is on the screen says it itself
  for (const line of part.querySelectorAll("[data-came]")) {
    ring(line.dataset.came);
    const sale = line.dataset.of && find(`[data-sale="${line.dataset.of}"]`);
    if (!sale) continue;
    line.remove();
    lookers.get(sale)?.(true);
  }
};
const shown = (sale) => {
  if (sale.dataset.day && find("[data-day-sum]")) find("[data-day-sum]").textContent = sale.dataset.day;
  say((find(".till-came", sale) || find(".price, .row", sale)).textContent.trim());
  if (!sale.dataset.came) return;
  const heard = find("[data-heard]");
  if (heard) lookers.get(heard)?.(true); else ring(sale.dataset.came);
};

// --- sales kept on the phone -----------------------------------------------------------------------------------------
const open = () => new Promise((done, fail) => {
  const asked = indexedDB.open("till", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("sales", { keyPath: "uuid" });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
const run = async (mode, ask) => {
  const db = await open();
  try {
    return await new Promise((done, fail) => {
      const work = db.transaction("sales", mode, { durability: "strict" }); // on the disk before we say so
      const asked = ask(work.objectStore("sales"));
      work.oncomplete = () => done(asked.result);
      work.onerror = work.onabort = () => fail(work.error);
    });
  } finally { db.close(); }
};
const mine = async () => (await run("readonly", (sales) => sales.getAll())).filter((sale) => sale.shop === shop);
const showQueue = async () => {
  const sales = await mine().catch(() => []), refused = sales.filter((sale) => sale.why).length;
  const waits = sales.length - refused, at = find("[data-queue]", state);
  at.textContent = [waits && words.waits.replace("{n}", waits), refused && words.refused.replace("{n}", refused)].filter(Boolean).join(". ");
  at.hidden = !sales.length;
};
const keep = async (how, amount) => {
  const { key, note } = form.elements;
  try {
    await run("readwrite", (sales) => sales.put({ uuid: key.value, shop, how, amount, note: note.value, at: Date.now() }));
  } catch { tell(words.broken); return; }
  navigator.storage?.persist?.();
  const done = doc.createElement("p");
  done.className = "note note-good";
  done.textContent = words.kept.replace("{n}", dong(amount));
  sold.replaceChildren(done);
  say(done.textContent);
  again();
  await showQueue();
  later(0);
};
const cookie = (name) => doc.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1] || "";
const WAITS = [5e3, 3e4, 12e4, 6e5];
let timer;
const later = (turn) => { clearTimeout(timer); timer = setTimeout(() => send(turn + 1), WAITS[Math.min(turn, 3)]); };
const push = async (tried) => { // true while there may be more
  const batch = (await mine()).filter((sale) => !tried.has(sale.uuid)).slice(0, 50);
  if (!batch.length) return false;
  const answer = await fetch(words.push, {
    method: "POST", body: JSON.stringify({ sales: batch }),
    headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
  });
  if (answer.redirected) { tell(words.login); throw new Error("login"); }
  if (!answer.ok) throw new Error(answer.status);
  for (const { uuid, answer: said, why } of (await answer.json()).answers) {
    const sale = batch.find((one) => one.uuid === uuid);
    if (!sale) continue;
    tried.add(uuid);
    // leaves the phone only when the server has it
    if (said === "created" || said === "duplicate") await run("readwrite", (sales) => sales.delete(uuid));
    else await run("readwrite", (sales) => sales.put({ ...sale, why: why || said }));
  }
  for (const sale of batch) tried.add(sale.uuid);
  return true;
};
const send = async (turn = 0) => {
  const work = async () => { const tried = new Set(); while (await push(tried)); };
  try {
    if (!navigator.onLine) throw new Error("away");
    await (navigator.locks ? navigator.locks.request("till", work) : work()); // one page at a time
  } catch { if ((await mine().catch(() => [])).length) later(turn); }
  await showQueue();
};

// --- the pad ---------------------------------------------------------------------------------------------------------
const digits = () => form.elements.amount.value.replace(/\D/g, "").replace(/^0+/, "").slice(0, 9);
const show = (text) => { form.elements.amount.value = text && Number(text).toLocaleString(root.lang === "en" ? "en" : "vi"); };
const again = () => { // the next sale
  form.elements.key.value = fresh();
  form.elements.note.value = "";
  show("");
  form.hidden = false;
};
const plain = (how) => { // what is wrong is said by the page
  const field = doc.createElement("input");
  Object.assign(field, { type: "hidden", name: "how", value: how });
  form.append(field);
  form.submit();
};
let busy = false;
const sell = async (how) => {
  const amount = Number(digits());
  if (busy) return;
  tell("");
  if (amount < 500) { tell(words.none); return; }
  if (!navigator.onLine || !words.shop) { if (how === "stall") tell(words.away); else await keep(how, amount); return; }
  busy = true;
  const body = new FormData(form), stop = new AbortController(), clock = setTimeout(() => stop.abort(), 12000);
  body.set("how", how);
  body.set("amount", String(amount));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" }, signal: stop.signal });
    if (answer.redirected || !answer.ok) { plain(how); return; }
    sold.innerHTML = await answer.text();
    find("[data-left]")?.remove();
    const sale = sold.firstElementChild;
    again();
    form.hidden = Boolean(sale.dataset.watch);
    watch(sale);
    shown(sale);
    scrollTo(0, 0);
  } catch { // the answer may be lost only: kept under the same name it stays one sale
    if (how !== "stall") await keep(how, amount); else { form.elements.key.value = fresh(); tell(words.away); }
  } finally { clearTimeout(clock); busy = false; }
};

if (form) {
  if (!form.elements.key.value) form.elements.key.value = fresh();
  if (matchMedia("(pointer: coarse)").matches) form.elements.amount.readOnly = true; // our keys, not the phone's
  form.elements.amount.addEventListener("input", () => show(digits()));
  show(digits());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation(); // not for enhance.js
    sell(event.submitter?.value || "stall");
  });
}
doc.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  arm();
  lookers.forEach((look) => look(false));
  const key = on("[data-key]")?.dataset.key;
  if (key) show(key === "x" ? digits().slice(0, -1) : (digits() + key).slice(0, 9));
  else if (on("[data-sound]")) { kept("tillSound", loud() ? "off" : "on"); showSound(); arm(); }
  else if (form && on("[data-next]")) { event.preventDefault(); sold.replaceChildren(); again(); }
});
doc.addEventListener("visibilitychange", () => { if (!doc.hidden) { lookers.forEach((look) => look(true)); send(); } });
addEventListener("online", async () => {
  tell("");
  await send();
  if (form && !words.shop && !digits()) location.reload(); // the till itself, with what came
});

showSound();
doc.querySelectorAll("[data-watch]").forEach(watch);
if (words.shop && navigator.serviceWorker) navigator.serviceWorker.ready.then((worker) => worker.active.postMessage("till"));
if (shop) send();
