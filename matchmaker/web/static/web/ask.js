/* "I want help" on one page: kept while it is typed, put into the outbox, and sent from there. */
"use strict";
(() => {
  const form = document.querySelector("form[data-outbox]");
  const place = document.getElementById("faults");
  const { say, part } = outbox;
  if (!form || !outbox.owners.length) return;
  const send = form.querySelector("button.full");
  const typed = () => [...new FormData(form)].filter(([name]) => !["token", "csrfmiddlewaretoken"].includes(name)).map(([name, value]) => [name, String(value)]);
  const label = () => form.querySelector("[name=service_type]:checked")?.closest("label").innerText.trim() || say("我想请人帮忙", "I want help");
  const row = (state) => ({ key: form.elements.token.value, owner: outbox.owners[0], typed: typed(), label: label(), state });
  let later = 0;
  let handedIn = false;

  function fill(pairs) {
    for (const box of form.elements) if (box.type === "radio" || box.type === "checkbox") box.checked = false;
    for (const [name, value] of pairs) {
      const found = form.elements[name];
      for (const box of found instanceof RadioNodeList ? found : [found].filter(Boolean)) {
        if (box.type === "radio" || box.type === "checkbox") box.checked ||= box.value === value;
        else box.value = value;
      }
    }
    for (const more of form.querySelectorAll("details")) more.open = [...more.querySelectorAll("input")].some((box) => box.value);
  }

  function tell(faults) {
    const box = part("div", part("h2", say("请看一下这里", "Please look at this")), { className: "error-summary", tabIndex: -1 });
    box.setAttribute("role", "alert");
    const list = part("ul", "");
    for (const fault of faults) {
      const colon = !fault.label || /[？?]$/.test(fault.label) ? " " : say("：", ": ");
      const text = (fault.label + colon + fault.sentence).trim();
      list.append(part("li", fault.id ? part("a", text, { href: `#${fault.id}` }) : text));
    }
    box.append(list);
    place.replaceChildren(box);
    box.focus();
  }

  function missing() {
    /* What can be seen without asking the server; it looks at everything again. */
    const given = new FormData(form);
    const isOpen = ({ dataset: { wanted, or, only } }) => {
      const [name, values] = (only || "").split("=");
      return (!only || values.split(" ").includes(given.get(name))) && !given.get(wanted) && !given.get(or || wanted);
    };
    const open = [...form.querySelectorAll("[data-wanted]")].filter(isOpen);
    return open.map(({ dataset }) => ({ id: dataset.first, label: dataset.label, sentence: dataset.sentence }));
  }

  async function keepDraft() {
    clearTimeout(later);
    if (!handedIn) await outbox.put(row("draft"));
  }

  function hold(key) {
    /* One tab writes one request: whether this tab is the one. It lets go when it is closed. */
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((done) => {
      navigator.locks.request(`draft ${key}`, { ifAvailable: true }, (lock) => {
        done(lock !== null);
        return lock && new Promise(() => {});
      });
    });
  }

  async function begin() {
    const wished = location.hash.slice(1);
    const open = (await outbox.mine()).filter(({ key, state }) => state !== "waiting" && (!wished || key === wished));
    for (const found of wished ? open : open.filter(({ state }) => state === "draft")) {
      if (!(await hold(found.key))) continue;
      form.elements.token.value = found.key;
      fill(found.typed);
      if (found.faults) tell(found.faults);
      return;
    }
    form.elements.token.value ||= outbox.newKey();
    await hold(form.elements.token.value);
  }

  function writeOn() {
    handedIn = false;
    send.disabled = false;
    send.textContent = say("好了", "Done");
  }

  function sendUnkept() {
    /* The phone keeps nothing, it is full perhaps: the form goes out like any other, or the page says so. */
    if (document.documentElement.dataset.kept === undefined) return form.submit();
    writeOn();
    tell([{ id: "", label: "", sentence: say("这台手机存不下，现在也没有信号。请记下您写的，有信号时再打开这一页来写。", "This phone has no room to keep it, and there is no signal now. Please note down what you wrote, and open this page again once there is signal.") }]);
  }

  async function handIn() {
    const faults = missing();
    if (faults.length) return tell(faults);
    handedIn = true;
    clearTimeout(later);
    send.disabled = true;
    send.textContent = say("正在发送……", "Sending …");
    const asked = row("waiting");
    try {
      await outbox.put(asked);
    } catch {
      return sendUnkept();
    }
    const sent = (await outbox.deliver()).find(({ key }) => key === asked.key);
    if (sent) return location.assign(sent.address);
    const now = (await outbox.all()).find(({ key }) => key === asked.key);
    if (!now) return location.assign("/mine"); /* another tab has sent it */
    if (now.state === "mend") {
      writeOn();
      return tell(now.faults);
    }
    const done = part("h1", say("写好了，等着发出", "Written down, waiting to be sent"), { tabIndex: -1 });
    form.replaceWith(part("p", say("可以关掉这一页。回到这里，有信号就发，只发一次。", "You may close this page. Come back here, and it is sent once there is signal, once only.")));
    place.closest("main").querySelectorAll("h1, .note, #faults, p:not(:last-child)").forEach((one) => one.remove());
    document.getElementById("main").prepend(done);
    done.focus();
    await outbox.show();
  }

  form.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(keepDraft, 300);
  });
  window.addEventListener("pagehide", () => later && keepDraft());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!handedIn) handIn();
  });
  window.addEventListener("hashchange", () => /^#[0-9a-f]{32}$/.test(location.hash) && location.reload());
  begin().then(outbox.show);
})();
