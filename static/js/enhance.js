// Makes pages smoother; every page works without it. A form with data-swap is sent by fetch and the HTML that comes
// back replaces the named part; on any trouble it is sent the plain way.
(() => {
  const doc = document, root = doc.documentElement;
  const all = (selector, from = doc) => [...from.querySelectorAll(selector)];
  const say = (text) => { const live = doc.getElementById("noi"); if (live) live.textContent = text; };
  root.classList.add("js");

  const kept = localStorage.getItem("theme");
  if (kept) root.dataset.theme = kept;

  const number = (text) => parseFloat(String(text).replace(",", ".")) || 0;
  const step = (box, way) => {
    const input = box.querySelector("input"), by = number(input.dataset.step) || 1, least = number(input.dataset.min) || by;
    const next = Math.max(least, Math.round((number(input.value) + way * by) * 1000) / 1000);
    input.value = String(next).replace(".", root.lang === "en" ? "." : ",");
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const fill = (part, html) => { part.innerHTML = html; ready(part); };

  const actions = {
    async copy(button) {
      try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
      const before = button.innerHTML;
      button.textContent = root.lang === "en" ? "Copied" : "Đã chép";
      say(button.textContent);
      setTimeout(() => { button.innerHTML = before; }, 2000);
    },
    async share(button) {
      const data = { title: button.dataset.title || doc.title, url: button.dataset.share || location.href };
      if (navigator.share) { navigator.share(data).catch(() => {}); return; }
      button.dataset.copy = data.url;
      actions.copy(button);
    },
    theme() {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      localStorage.setItem("theme", root.dataset.theme);
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

  doc.addEventListener("change", (event) => {
    if (event.target.closest("[data-send-on-change]")) event.target.form?.requestSubmit();
  });

  doc.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; } // a second tap
    if (!form.dataset.swap) {
      if (form.method === "post") { form.dataset.sent = "1"; setTimeout(() => delete form.dataset.sent, 8000); }
      return;
    }
    event.preventDefault();
    const part = doc.querySelector(form.dataset.swap);
    try {
      const body = new FormData(form, event.submitter);
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } });
      if (answer.status >= 500) throw new Error("server");
      if (answer.redirected || !part) { location.href = answer.url; return; }
      fill(part, await answer.text());
      fragments(doc);
      if (form.dataset.said) say(form.dataset.said);
    } catch { form.dataset.sent = "1"; form.submit(); }
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

  // The parts of a page that belong to one visitor are fetched, so that the page itself can be anybody's
  const fragments = (from) => {
    const asked = {}; // the basket stands at the top and at the foot: one question for both
    all("[data-fragment]", from).forEach(async (part) => {
      const at = part.dataset.fragment;
      asked[at] ??= fetch(at, { headers: { "X-Part": "1" } }).then((answer) => (answer.ok ? answer.text() : null));
      try {
        const html = await asked[at];
        if (html !== null) part.innerHTML = html;
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

  const ready = (from) => {
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
