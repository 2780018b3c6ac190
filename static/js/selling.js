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

  for (const tile of document.querySelectorAll("input[name=common]")) {
    tile.addEventListener("change", () => {
      const { title, unit, category } = tile.form.elements;
      title.value = tile.dataset.title;
      unit.value = tile.dataset.unit;
      unit.dispatchEvent(new Event("change"));
      for (const kind of category) kind.checked = kind.value === tile.dataset.category;
    });
  }
})();
