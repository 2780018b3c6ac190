// Asks this browser to take notices, and tells the server where to send them. Needs a press, as browsers want it.
(() => {
  const button = document.querySelector("[data-push]");
  if (!button || !("PushManager" in window) || !("serviceWorker" in navigator)) return button?.parentElement.remove();
  const said = document.querySelector("[data-push-said]");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const late = new Promise((_, refuse) => setTimeout(refuse, 8000)); // a worker that never comes says nothing
      const worker = await Promise.race([navigator.serviceWorker.ready, late]);
      const subscription = await worker.pushManager.subscribe({
        userVisibleOnly: true, applicationServerKey: bytes(button.dataset.push),
      });
      const answer = await fetch(button.dataset.pushTo, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
        body: JSON.stringify(subscription),
      });
      if (!answer.ok) throw new Error(answer.status);
      location.reload();
    } catch {
      said.textContent = button.dataset.pushRefused;
      said.hidden = false;
      button.disabled = false;
    }
  });
})();
