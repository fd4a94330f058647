/* Without signal the pages open from what was kept; with signal everything comes from the server.
   VERSION and FILES stand above: this file is served by a view that knows them. */
"use strict";
const SILENT = [502, 503, 504]; /* a proxy speaks, the server behind it does not */
const CHANGES_WHO = /^\/(sign-in|sign-out|sample|join|leave|come-back)\b/;

self.addEventListener("install", (event) => {
  const files = FILES.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (![VERSION, "pages"].includes(name)) await caches.delete(name);
    await dropAsk();
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(request.method === "POST" ? posted(request, pathname, search) : opened(request, pathname));
  else if (request.method === "GET" && FILES.includes(pathname)) event.respondWith(file(request));
});

async function file(request) {
  return (await caches.match(request, { cacheName: VERSION })) || fetch(request);
}

async function heard(request) {
  const answer = await fetch(request);
  if (SILENT.includes(answer.status)) throw new TypeError("no server behind the proxy");
  return answer;
}

async function dropAsk() {
  /* The one page that is somebody's; the next page that is opened keeps all anew. */
  const pages = await caches.open("pages");
  await Promise.all([pages.delete("/kept/ask"), pages.delete("/kept/for")]);
}

const kept = (name) => caches.match(`/kept/${name}`, { cacheName: "pages" });

async function opened(request, pathname) {
  try {
    return await heard(request);
  } catch {
    const name = pathname === "/" ? "home" : /^\/ask(\/|$)/.test(pathname) ? "ask" : "no-signal";
    return (await kept(name)) || (await kept("no-signal")) || Response.error();
  }
}

async function posted(request, pathname, search) {
  const again = request.clone();
  if (CHANGES_WHO.test(pathname)) await dropAsk();
  try {
    return await heard(request);
  } catch {
    return notSent(again, pathname + search);
  }
}

async function notSent(request, address) {
  /* The page that holds what was typed, to be sent again; a form's own key goes with it. A page cannot fill in a file:
     it names the file that was chosen and has a box for it. */
  const page = await kept("not-sent");
  if (!page) return Response.error();
  const html = await page.text();
  const given = [...(await request.formData())];
  const piece = (id) => (html.match(new RegExp(`<template id="${id}">(.*?)</template>`, "s")) || ["", ""])[1];
  const box = ([name, value]) => typeof value === "string"
    ? `<input type="hidden" name="${safe(name)}" value="${safe(value)}">`
    : piece("file").replace("<!--chosen-->", () => safe(value.name)).replace('name="file"', () => `name="${safe(name)}"`);
  const packed = given.some(([, value]) => typeof value !== "string") ? ' enctype="multipart/form-data"' : "";
  const form = `<form method="post" action="${safe(address)}"${packed}>${given.map(box).join("")}${piece("again")}</form>`;
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": page.headers.get("Content-Security-Policy") };
  return new Response(html.replace("<!--typed-->", () => form), { status: 503, headers });
}

function safe(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
