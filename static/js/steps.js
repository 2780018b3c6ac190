// Turns a form whose fieldsets carry data-step into one question a screen. Without it the form is one plain page.
(() => {
  const words = document.documentElement.lang === "en" ? ["Back", "Next"] : ["Quay lại", "Tiếp"];
  for (const form of document.querySelectorAll("form[data-steps]")) {
    const steps = [...form.querySelectorAll("[data-step]")];
    if (steps.length < 2) continue;
    const bar = document.createElement("div");
    bar.className = "stepbar";
    bar.setAttribute("aria-hidden", "true");
    bar.append(...steps.map(() => document.createElement("i")));
    form.prepend(bar);
    const button = (text, kind) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.className = `button ${kind}`;
      return made;
    };
    let at = Math.max(0, steps.findIndex((part) => part.querySelector(".error")));
    const show = (next, move = true) => {
      at = next;
      steps.forEach((part, n) => { part.hidden = n !== at; });
      [...bar.children].forEach((mark, n) => mark.classList.toggle("on", n <= at));
      if (move) {
        const first = steps[at].querySelector("legend, label, h2");
        scrollTo({ top: 0 });
        if (first) { first.tabIndex = -1; first.focus({ preventScroll: true }); }
      }
    };
    steps.forEach((part, n) => {
      const row = document.createElement("div");
      row.className = "row between step-buttons";
      if (n) {
        const back = button(words[0], "");
        back.addEventListener("click", () => show(n - 1));
        row.append(back);
      }
      if (n < steps.length - 1) {
        const next = button(words[1], "button-main button-big");
        next.addEventListener("click", () => {
          const bad = [...part.querySelectorAll("input, select, textarea")].find((field) => !field.checkValidity());
          if (bad) { bad.reportValidity(); return; }
          show(n + 1);
        });
        row.append(next);
      }
      if (row.children.length) part.append(row);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input:not([type=file])") && at < steps.length - 1) {
        event.preventDefault();
        steps[at].querySelector(".step-buttons .button-main")?.click();
      }
    });
    show(at, false);
  }
})();
