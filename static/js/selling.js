// Listing goods: reads the price back while it is typed, and lets a picture stand for name, kind and unit.
// Without it the form works as it is.
(() => {
  const worth = { k: 1e3, nghin: 1e3, ngan: 1e3, tr: 1e6, trieu: 1e6 };

  // Whole đồng of "35000", "35.000", "35k" or "1tr2"; 0 if it is not clear. What counts is how the server reads it.
  const read = (text) => {
    const said = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/đ/g, "d").replace(/\s+/g, "").replace(/(₫|vnd|dong|d)$/, "");
    if (/^\d{1,13}$/.test(said)) return Number(said);
    if (/^\d{1,3}([.,])\d{3}(\1\d{3})*$/.test(said)) return Number(said.replace(/\D/g, ""));
    const [, number, word, rest] = /^(\d{1,6}(?:[.,]\d{1,3})?)(k|nghin|ngan|trieu|tr)(\d{1,3})?$/.exec(said) || [];
    if (!number || (rest && /[.,]/.test(number))) return 0;
    return Number(number.replace(",", ".")) * worth[word] + (rest ? (Number(rest) * worth[word]) / 10 ** rest.length : 0);
  };
  const show = (amount) => {
    const digits = Math.round(amount).toString();
    return document.documentElement.lang === "en"
      ? `₫${digits.replace(/\B(?=(\d{3})+$)/g, ",")}`
      : `${digits.replace(/\B(?=(\d{3})+$)/g, ".")}\u00a0₫`;
  };

  for (const price of document.querySelectorAll("[data-dong]")) {
    const said = document.querySelector("[data-said]"), unit = price.form.elements.unit, hint = said.textContent;
    const tell = () => {
      const amount = read(price.value), word = unit.selectedOptions[0].textContent;
      said.textContent = amount
        ? said.dataset.said.replace("{price}", show(amount)).replace("{ten}", show(amount * 10)).replaceAll("{unit}", word)
        : hint;
    };
    price.addEventListener("input", tell);
    unit.addEventListener("change", tell);
    tell();
  }

  // Reads the price of one kg or litre back where the content of a pack is said.
  const base = document.querySelector("[data-base]");
  if (base) {
    const { price, net_quantity: content, net_unit: measure } = base.closest("form").elements;
    const parts = { gram: [1000, base.dataset.kg], kg: [1, base.dataset.kg], ml: [1000, base.dataset.lit], lit: [1, base.dataset.lit] };
    const tell = () => {
      const [factor, word] = parts[measure.value] || [0, ""];
      const amount = (read(price.value) / Number(content.value.replace(",", "."))) * factor;
      base.hidden = !(amount > 0 && Number.isFinite(amount));
      base.textContent = base.dataset.base.replace("{price}", show(amount)).replace("{unit}", word);
    };
    for (const field of [price, content, measure]) field.addEventListener("input", tell);
    tell();
  }

  // Asks only what matters for the kind that was chosen. What has an answer stays in sight.
  const asked = [...document.querySelectorAll("[data-asked]")];
  const ask = () => {
    const kind = document.querySelector("input[name=category]:checked");
    const wanted = kind ? kind.dataset.asks.split(" ") : [];
    for (const part of asked) {
      const said = [...part.querySelectorAll("input, select")].some((field) => field.value) || part.querySelector(".error");
      part.hidden = !said && !wanted.includes(part.dataset.asked);
    }
  };
  if (asked.length) {
    for (const kind of document.querySelectorAll("input[name=category]")) kind.addEventListener("change", ask);
    ask();
  }

  for (const part of document.querySelectorAll("[data-preorder]")) {
    const box = part.querySelector("[name=preorder]"), rest = part.querySelector("[data-if-preorder]");
    const tell = () => { rest.hidden = !box.checked; };
    box.addEventListener("change", tell);
    tell();
  }

  for (const tile of document.querySelectorAll("input[name=common]")) {
    tile.addEventListener("change", () => {
      const { title, unit, category } = tile.form.elements;
      title.value = tile.dataset.title;
      unit.value = tile.dataset.unit;
      unit.dispatchEvent(new Event("change"));
      for (const kind of category) kind.checked = kind.value === tile.dataset.category;
      ask();
    });
  }
})();
