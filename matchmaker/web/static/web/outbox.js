/* What was written without signal: it waits in this browser, is shown as waiting, and is sent once.

   A request is {key, owner, typed, label, state, faults}. The state is "draft" while it is written, "waiting" until the
   server answered, "mend" where the server could not take it as it is. `key` goes with it however often it is sent, and
   the server opens one need for it. It is sent for nobody but its owner. */
"use strict";
const outbox = (() => {
  const html = document.documentElement;
  const english = html.lang === "en";
  const say = (zh, en) => (english ? en : zh);
  const owners = (html.dataset.owner || "").split(" ").filter(Boolean);
  const AGAIN_SECONDS = 10;
  const PATIENCE_SECONDS = 30;
  let lost = html.dataset.kept !== undefined;
  let signedOut = false;
  let sending = false;
  let sent = [];
  let next = 0;

  const opened = () =>
    new Promise((done, failed) => {
      const asked = indexedDB.open("matchmaker", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "key" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });

  async function rows(mode, work) {
    const database = await opened();
    try {
      return await new Promise((done, failed) => {
        const transaction = database.transaction("outbox", mode);
        const asked = work(transaction.objectStore("outbox"));
        transaction.oncomplete = () => done(asked.result);
        transaction.onerror = transaction.onabort = () => failed(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  const all = () => rows("readonly", (store) => store.getAll());
  const put = (row) => rows("readwrite", (store) => store.put(row));
  const take = (key) => rows("readwrite", (store) => store.delete(key));
  const isMine = (row) => owners.includes(row.owner);
  const mine = async () => (await all()).filter(isMine);

  async function asked(path, body) {
    /* The server's answer, or null where none came: no signal, or something that is not our server. */
    try {
      const answer = await fetch(path, {
        method: body ? "POST" : "GET",
        body,
        headers: { Accept: "application/json" },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_SECONDS * 1000),
      });
      if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) return null;
      return { status: answer.status, told: await answer.json() };
    } catch {
      return null;
    }
  }

  async function sendOne(row, who) {
    /* Whether the next may be tried. */
    const body = new URLSearchParams(row.typed);
    body.set("token", row.key);
    body.set("owner", row.owner);
    body.set("csrfmiddlewaretoken", who.csrf);
    const answer = await asked("/waiting/ask", body);
    lost = answer === null;
    if (answer && answer.status === 200) {
      await take(row.key);
      sent.push({ ...answer.told, key: row.key });
    } else if (answer && answer.status === 422) {
      await put({ ...row, state: "mend", faults: answer.told.faults });
    } else if (answer && answer.status === 401) {
      signedOut = true;
    }
    return answer !== null && answer.status !== 401;
  }

  async function sendAll() {
    const waiting = (await all()).filter((row) => row.state === "waiting");
    if (!waiting.length) return;
    sending = true;
    await show();
    const who = await asked("/waiting");
    lost = who === null;
    signedOut = who !== null && !who.told.owners.length;
    for (const row of who === null ? [] : waiting) {
      if (who.told.owners.includes(row.owner) && !(await sendOne(row, who.told))) break;
    }
  }

  async function deliver() {
    /* One tab sends at a time, and reads what waits once it is its turn. */
    clearTimeout(next);
    try {
      await (navigator.locks ? navigator.locks.request("outbox", sendAll) : sendAll());
    } finally {
      sending = false;
    }
    /* Of somebody else nothing is tried again: it waits for their sign-in, which opens another page. */
    const isTriedAgain = (row) => row.state === "waiting" && (isMine(row) || (lost && !owners.length));
    if ((lost || !signedOut) && (await all()).some(isTriedAgain)) next = setTimeout(deliver, AGAIN_SECONDS * 1000);
    await show();
    return sent;
  }

  function part(name, text, more = {}) {
    const made = Object.assign(document.createElement(name), more);
    if (text) made.append(text);
    return made;
  }

  function button(text, act, plain = true) {
    const made = part("button", text, { type: "button", className: plain ? "button plain" : "button" });
    made.addEventListener("click", () => {
      made.disabled = true;
      act();
    });
    return made;
  }

  function line(row) {
    const item = part("li", "");
    const words = {
      draft: say("还没写完", "not finished"),
      waiting: sending ? say("正在发送……", "being sent …") : say("等着发出", "waiting to be sent"),
      mend: say("等您改一改", "waiting for your correction"),
    };
    item.append(part("strong", row.label), ` ${words[row.state]} `);
    const tools = part("span", "", { className: "tools" });
    if (row.state !== "waiting") {
      const text = row.state === "mend" ? say("改一改", "Correct it") : say("接着写", "Go on writing");
      tools.append(part("a", text, { href: `/ask/in-one#${row.key}`, className: "button plain" }));
    }
    tools.append(button(say("不发了", "Do not send it"), () => take(row.key).then(show)));
    item.append(tools);
    return item;
  }

  const count = (number, zh, one, many) => say(`${number}${zh}`, number === 1 ? one : `${number} ${many}`);

  function headline(waiting) {
    if (sending) return say("正在发送……", "Sending …");
    if (signedOut && waiting)
      return say("您已经退出登录。登录以后就发，写的都还在。", "You are signed out. It is sent once you sign in; nothing is lost.");
    const told = count(waiting, "件事等着发出。", "One request waits to be sent.", "requests wait to be sent.");
    if (!lost) return told;
    return told + say("现在没有信号，有信号就自动发。", " The connection is lost; it is sent when there is signal.");
  }

  async function show() {
    const place = document.getElementById("said");
    if (!place) return;
    const here = document.querySelector("form[data-outbox]");
    const written = here ? here.elements.token.value : "";
    const found = (await all()).filter((row) => row.key !== written || row.state === "waiting");
    const own = found.filter(isMine);
    const waiting = found.filter((row) => row.state === "waiting");
    const box = part("div", "", { className: "note warm waiting" });
    for (const one of sent)
      box.append(part("p", part("a", `${say("发出去了，编号", "Sent. Its number is")} ${one.number}`, { href: one.address })));
    if (waiting.some(isMine) || (waiting.length && !owners.length)) box.append(part("p", headline((owners.length ? own : found).filter((row) => row.state === "waiting").length)));
    else if (waiting.length)
      box.append(part("p", say("这台手机上还有别人没发出去的事，要本人登录才会发。", "Somebody else's request waits on this phone. It is sent only when they sign in.")));
    if (own.length) {
      const list = part("ul", "");
      list.append(...own.map(line));
      box.append(list);
      if (own.some((row) => row.state === "waiting") && !sending && !signedOut)
        box.append(button(say("现在就发", "Send it now"), deliver, false));
    }
    if (signedOut && waiting.length)
      box.append(part("a", say("登录", "Sign in"), { href: "/sign-in?next=/mine", className: "button" }));
    place.replaceChildren(...(box.children.length ? [box] : []));
  }

  async function forget() {
    for (const row of await mine()) await take(row.key);
  }

  return { say, owners, all, mine, put, take, deliver, show, forget, part, button, newKey: () => crypto.randomUUID().replaceAll("-", "") };
})();
