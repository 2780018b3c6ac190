// Shrinks a photo on the phone before it travels: 2 MB become about 90 KB, and the place it was taken is gone.
// The longest side becomes 1280 (960 if that is still over 300 KB). If anything fails the original is sent.
(() => {
  const shrink = async (file, side, quality) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff"; // what is see-through in a PNG would be black in a JPEG
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail()), "image/jpeg", quality));
  };
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.type !== "file" || input.files.length !== 1 || !/image/.test(input.accept)) return;
    const file = input.files[0];
    const show = document.querySelector(`[data-photo-of="${input.id}"]`);
    try {
      let small = await shrink(file, 1280, 0.8);
      if (small.size > 300000) small = await shrink(file, 960, 0.7);
      if (small.size < file.size) {
        const bag = new DataTransfer();
        bag.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
        input.files = bag.files;
      }
    } catch { /* the server cleans it as well */ }
    if (show) {
      show.src = URL.createObjectURL(input.files[0]);
      show.hidden = false;
    }
  });
})();
