/* What every page does where scripts run; each of them works without. */
"use strict";
(() => {
  const html = document.documentElement;
  const { say, part, button } = outbox;
  const said = document.getElementById("said");

  /* A form that is on its way is not pressed again; the browser has taken its answers by the time this runs. */
  function wake() {
    for (const one of document.querySelectorAll("button[data-sending]")) {
      one.disabled = false;
      delete one.dataset.sending;
    }
  }
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    setTimeout(() => {
      for (const one of event.target.querySelectorAll("button:not(:disabled)")) {
        one.disabled = true;
        one.dataset.sending = "";
      }
    });
    setTimeout(wake, 15000);
  });
  window.addEventListener("pageshow", wake);

  /* Lost and found, in words. */
  const lostLine = part("p", say("没有信号。您填的都还在。", "The connection is lost. What you typed is still here."), { className: "note warm" });
  lostLine.setAttribute("role", "status");
  window.addEventListener("offline", () => said.before(lostLine));
  window.addEventListener("online", () => {
    lostLine.remove();
    outbox.deliver();
  });

  const dropAsk = (cache) => Promise.all(["/kept/ask", "/kept/for"].map((path) => cache.delete(path)));

  /* Whoever signs out is asked what becomes of what was not sent. */
  async function leave(form) {
    await outbox.forget();
    await dropAsk(await caches.open("pages"));
    form.submit();
  }
  async function askBeforeLeaving(form) {
    const waits = await outbox.mine();
    if (!waits.length) return leave(form);
    const box = part("section", "", { className: "note warm", id: "leaving", tabIndex: -1 });
    const number = waits.length;
    box.append(
      part("h2", say("还有没发出去的，要退出吗？", "Something is not sent yet. Sign out?")),
      part("p", say(`${number}件事还没有发出去。退出会从这台手机上删掉。`, number === 1 ? "One request is not sent yet. Signing out deletes it from this phone." : `${number} requests are not sent yet. Signing out deletes them from this phone.`)),
      button(say("先不退出", "Stay signed in"), () => box.remove(), false),
      button(say("删掉并退出", "Delete and sign out"), () => leave(form)),
    );
    document.getElementById("leaving")?.remove();
    said.before(box);
    box.focus();
  }
  document.addEventListener(
    "submit",
    (event) => {
      if (new URL(event.target.action).pathname !== "/sign-out") return;
      event.preventDefault();
      askBeforeLeaving(event.target).catch(() => event.target.submit());
    },
    true,
  );

  /* The pages that open without signal are kept for whoever is signed in, in their language and size, anew each day. */
  async function keep() {
    if (html.dataset.kept !== undefined) return;
    const cache = await caches.open("pages");
    const wanted = [outbox.owners[0], html.lang, html.className, new Date().toDateString()].join("|");
    const noted = await cache.match("/kept/for");
    if (noted && (await noted.text()) === wanted) return;
    await dropAsk(cache);
    for (const name of ["home", "no-signal", "not-sent", "ask"]) {
      if (name === "ask" && !outbox.owners.length) continue;
      const answer = await fetch(`/kept/${name}`);
      if (answer.ok && !answer.redirected) await cache.put(`/kept/${name}`, answer);
    }
    await cache.put("/kept/for", new Response(wanted));
  }

  const onceMore = document.getElementById("once-more");
  if (onceMore) onceMore.href = location.href;
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/worker.js").then(keep).catch(() => {});
  }
  outbox.deliver().catch(() => {});
})();
