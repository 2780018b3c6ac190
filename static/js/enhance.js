// Makes pages smoother; every page works without it. A form with data-swap is sent by fetch and the HTML that comes
// back replaces the named part; on any trouble it is sent the plain way.
(() => {
  const doc = document, root = doc.documentElement;
  const all = (selector, from = doc) => [...from.querySelectorAll(selector)];
  const say = (text) => { const live = doc.getElementById("noi"); if (live) live.textContent = text; };
  root.classList.add("js");

  // Some phones keep nothing for us; the choice then lasts for one page
  const theme = (chosen) => {
    try { if (chosen) localStorage.theme = chosen; else chosen = localStorage.theme; } catch { /* closed */ }
    if (chosen) root.dataset.theme = chosen;
  };
  theme();

  const number = (text) => parseFloat(String(text).replace(",", ".")) || 0;
  const step = (box, way) => {
    const input = box.querySelector("input"), by = number(input.dataset.step) || 1, least = number(input.dataset.min) || by;
    const next = Math.max(least, Math.round((number(input.value) + way * by) * 1000) / 1000);
    input.value = String(next).replace(".", root.lang === "en" ? "." : ",");
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const fill = (part, html) => { part.innerHTML = html; ready(part); };

  // Without https there is no clipboard to write to, but what is selected can be copied
  const copySelected = (text) => {
    const field = doc.body.appendChild(doc.createElement("textarea"));
    field.value = text;
    field.select();
    const done = doc.execCommand("copy");
    field.remove();
    return done;
  };

  const labels = new WeakMap(); // what stood on a button before it said "copied"

  const actions = {
    async copy(button, text = button.dataset.copy) {
      try { await navigator.clipboard.writeText(text); } catch { if (!copySelected(text)) return; }
      if (labels.has(button)) return;
      labels.set(button, button.innerHTML);
      button.textContent = root.lang === "en" ? "Copied" : "Đã chép";
      say(button.textContent);
      setTimeout(() => { button.innerHTML = labels.get(button); labels.delete(button); }, 2000);
    },
    async share(button) {
      const url = button.dataset.share || location.href;
      try { await navigator.share({ title: button.dataset.title || doc.title, url }); }
      catch (error) { if (error.name !== "AbortError") actions.copy(button, url); } // not: closed by the person
    },
    theme() {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      theme(dark ? "light" : "dark");
    },
  };

  doc.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    let hit;
    if ((hit = on("[data-copy]"))) actions.copy(hit);
    else if ((hit = on("[data-share]"))) actions.share(hit);
    else if (on("[data-theme-switch]")) actions.theme();
    else if (on("[data-print]")) print();
    else if ((hit = on("[data-less]"))) step(hit.parentNode, -1);
    else if ((hit = on("[data-more]"))) step(hit.parentNode, 1);
    else if ((hit = on("[data-film]"))) { // the first word to the film's host is this tap
      event.preventDefault();
      const frame = doc.createElement("iframe");
      Object.assign(frame, { src: hit.dataset.film, title: hit.title, allow: "fullscreen; encrypted-media; autoplay" });
      const box = doc.createElement("div");
      box.className = hit.className;
      box.append(frame);
      hit.replaceWith(box);
    }
  });

  const dong = (sum) => (root.lang === "en" ? `₫${sum.toLocaleString("en")}` : `${sum.toLocaleString("vi")}\u00a0₫`);

  doc.addEventListener("change", async ({ target }) => {
    if (target.closest("[data-send-on-change]")) target.form?.requestSubmit();
    if (target.dataset.fee) { // the sum follows what is ticked
      const box = target.closest("[data-sum]");
      const sum = all(":checked[data-fee]", box).reduce((so_far, tick) => so_far + Number(tick.dataset.fee), Number(box.dataset.sum));
      box.querySelector("[data-total]").textContent = dong(sum);
    }
    const again = target.dataset.fee && target.closest("[data-again]"); // one shop's tick changes another one's fee
    const part = again ? again.parentNode : target.dataset.leads && doc.querySelector(`[data-follow="${target.dataset.leads}"]`);
    if (part) { // a part that depends on an answer is asked for again
      const from = again ? all(":checked", again).reduce((so_far, tick) => `${so_far}&${tick.name}=${encodeURIComponent(tick.value)}`, again.dataset.again)
        : `${part.dataset.from}?${part.dataset.follow}=${encodeURIComponent(target.value)}`;
      try {
        const answer = await fetch(from);
        if (answer.ok) fill(part, await answer.text());
        if (again) doc.getElementById(target.id)?.focus({ preventScroll: true });
      } catch { /* the server asks when the form is sent */ }
    }
  });

  doc.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.dataset.sent) { event.preventDefault(); return; } // a second tap
    if (form.getAttribute("method") !== "post") return;
    form.dataset.sent = "1";
    if (!form.dataset.swap) { setTimeout(() => delete form.dataset.sent, 8000); return; }
    event.preventDefault();
    try {
      const body = new FormData(form);
      if (button?.name) body.append(button.name, button.value);
      const address = form.getAttribute("action") || location.href; // a field may be called "action"
      const answer = await fetch(address, { method: "POST", body, headers: { "X-Part": "1" } });
      const part = doc.querySelector(form.dataset.swap);
      if (answer.redirected || !part) { location.href = answer.url; return; }
      // 422 is the same part with what is wrong; every other refusal is a page of its own
      if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
      fill(part, await answer.text());
      fragments(doc);
      if (form.dataset.said) say(form.dataset.said);
      delete form.dataset.sent;
    } catch {
      delete form.dataset.sent;
      delete form.dataset.swap;
      form.requestSubmit(button); // with the button that was pressed: it may carry a value
    }
  });

  // A page that comes back by the back button is as it was left: buttons locked, the cart's number old
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    all("[data-sent]").forEach((form) => delete form.dataset.sent);
    fragments(doc);
  });

  // Options for a list, asked for while the person types
  let asked;
  doc.addEventListener("input", (event) => {
    const list = event.target.list;
    if (!list || !list.dataset.suggest || event.inputType === "insertReplacementText") return;
    clearTimeout(asked);
    asked = setTimeout(async () => {
      try {
        const answer = await fetch(`${list.dataset.suggest}?q=${encodeURIComponent(event.target.value)}`);
        if (answer.ok) list.innerHTML = await answer.text();
      } catch { /* the server reads what was typed anyway */ }
    }, 200);
  });

  // The parts of a page that belong to one visitor are fetched, so that the page itself can be anybody's.
  // The cart's number stands on a page twice and travels once.
  const fragments = (from) => {
    const parts = all("[data-fragment]", from);
    new Set(parts.map((part) => part.dataset.fragment)).forEach(async (address) => {
      try {
        const answer = await fetch(address, { headers: { "X-Part": "1" } });
        if (!answer.ok) return;
        const html = await answer.text();
        parts.filter((part) => part.dataset.fragment === address).forEach((part) => { part.innerHTML = html; });
      } catch { /* the page is complete without it */ }
    });
  };

  // Looks again, less and less often, until the answer says that there is nothing more to wait for
  const poll = (part, wait = 4000) => setTimeout(async () => {
    try {
      if (!doc.hidden) {
        const answer = await fetch(part.dataset.poll, { headers: { "X-Part": "1" } });
        const html = answer.ok ? await answer.text() : "";
        if (html && html.includes("data-done")) { fill(part, html); part.scrollIntoView({ block: "nearest" }); say(part.textContent.trim()); return; }
      }
    } catch { /* no signal: later */ }
    poll(part, Math.min(wait * 1.3, 30000));
  }, wait);

  // How long something is still kept for the visitor, beside the time that stands there anyway
  const tick = () => all("[data-until]").forEach((clock) => {
    const left = Math.max(0, Math.floor((new Date(clock.dataset.until) - Date.now()) / 60000));
    clock.textContent = clock.dataset.words.replace("{h}", Math.floor(left / 60)).replace("{m}", left % 60);
  });
  setInterval(tick, 20000);

  const ready = (from) => {
    tick();
    all("[data-stepper]", from).forEach((box) => box.classList.add("on"));
    fragments(from);
    all("[data-poll]", from).forEach((part) => poll(part));
    const wide = matchMedia("(min-width: 56rem)").matches;
    if (wide) all("details.filters", from).forEach((box) => { box.open = true; });
    const trouble = from.querySelector("[data-focus]");
    if (trouble) trouble.focus();
  };
  ready(doc);

  if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/sw.js").catch(() => {});
})();
