// Keeps the offline page and what it needs. Pages: network first, then the offline page. Nothing personal is kept.
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const NAME = FILES.join(" "); // other files, another cache; the same from every process that serves this

// The till of a market stall works without a signal, on the phones that have opened it: it asks to be kept.
const TILL_AT = "{{ till_at|escapejs }}";
const TILL = [{% for file in till_files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const TILL_NAME = `till ${TILL.join(" ")}`;
const keepTill = () => caches.open(TILL_NAME).then((cache) => cache.addAll(TILL));
const keptTill = () => caches.keys().then((names) => names.some((name) => name.startsWith("till ")));

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES))
    .then(() => keptTill()).then((kept) => kept && keepTill()).then(() => self.skipWaiting()));
});

self.addEventListener("message", (event) => {
  if (event.data === "till") event.waitUntil(keepTill().catch(() => { /* at the next opening */ }));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== NAME && name !== TILL_NAME).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

const away = async (path) => (path.replace(/^\/en\//, "/").startsWith(TILL_AT) && await caches.match(TILL[0])) || caches.match(FILES[0]);

self.addEventListener("fetch", (event) => {
  const request = event.request, path = new URL(request.url).pathname;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => away(path)));
  } else if (FILES.includes(path) || TILL.includes(path)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

// A notice from the shop: {body, url, tag}. Tapping it opens its page, in a window that is there if there is one.
self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification("Chợ Bản", {
    body: said.body || "", tag: said.tag || "", icon: "{{ icon|escapejs }}", data: { url: said.url || "/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, location.origin);
  if (url.origin === location.origin) event.waitUntil(clients.openWindow(url.href));
});
