// Reads a VietQR out of a photo into the text field beside it, where the browser can. Without it the text is pasted.
(() => {
  const box = document.querySelector("[data-scan]");
  if (!box || !("BarcodeDetector" in window)) return;
  const file = box.querySelector("input"), said = box.querySelector("[data-scan-said]"), text = file.form.elements.qr;
  box.hidden = false;
  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    said.textContent = "";
    try {
      const picture = await createImageBitmap(file.files[0]);
      const [code] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
      if (code) text.value = code.rawValue;
      said.textContent = code ? said.dataset.done : said.dataset.none;
    } catch {
      said.textContent = said.dataset.none;
    }
  });
})();
