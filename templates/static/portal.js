// What every page does: warn before the session ends, keep typed words, say whether they are saved.
"use strict";
(() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const page = document.documentElement.lang || "en";
  const language = page === "en" ? "en-GB" : page;
  const clock = (moment) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(moment);

  // The session ------------------------------------------------------------

  const dialog = document.getElementById("time-out");
  const skew = meta("session-now") ? Date.parse(meta("session-now")) - Date.now() : 0;
  const otherTabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  let idleUntil = Date.parse(meta("session-idle-until"));
  let absoluteUntil = Date.parse(meta("session-absolute-until"));
  let warned = "";

  function lasts(state) {
    idleUntil = Date.parse(state.idle_until);
    absoluteUntil = Date.parse(state.absolute_until);
    warned = "";
    dialog.close();
  }

  function useToken(token) {
    document.querySelectorAll('input[name="csrf_token"]').forEach((field) => { field.value = token; });
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
  }

  function warn(kind, until) {
    if (warned === kind) return;
    warned = kind;
    dialog.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !part.dataset.when.split(" ").includes(kind); });
    dialog.querySelector("[data-failed]").hidden = true;
    dialog.querySelector("[data-time]").textContent = clock(until - skew);
    if (!dialog.open) dialog.showModal();
  }

  function watch() {
    const now = Date.now() + skew;
    const early = Number(meta("session-warn-minutes") || 5) * 60000;
    if (now >= Math.min(idleUntil, absoluteUntil)) warn("ended", now);
    else if (absoluteUntil - now <= early) warn("absolute", absoluteUntil);
    else if (idleUntil - now <= early) warn("idle", idleUntil);
  }

  async function goOn() {
    try {
      const ended = warned === "ended";
      const token = document.querySelector('input[name="csrf_token"]').value;
      const answer = ended
        ? await fetch(dialog.dataset.state, { headers: { Accept: "application/json" } })
        : await fetch(dialog.dataset.goOn, { method: "POST", headers: { Accept: "application/json", "X-CSRF-Token": token } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const state = await answer.json();
      if (state.csrf_token) useToken(state.csrf_token);
      lasts(state);
      otherTabs?.postMessage(state);
    } catch {
      dialog.querySelector("[data-failed]").hidden = false;
    }
  }

  if (dialog && idleUntil) {
    dialog.querySelector('[data-act="go-on"]').addEventListener("click", goOn);
    dialog.querySelector('[data-act="close"]').addEventListener("click", () => dialog.close());
    otherTabs?.addEventListener("message", (event) => { if (event.data.csrf_token) useToken(event.data.csrf_token); lasts(event.data); });
    setInterval(watch, 1000);
    watch();
  }

  // Typed words, kept in this tab until they are saved ------------------------

  const drawer = `kept:${meta("person")}:`;
  const place = (form) => drawer + form.dataset.keep;
  const kind = (form, name) => { const found = form.elements[name]; return (found instanceof RadioNodeList ? found[0] : found)?.type; };
  const words = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !name.startsWith("__") && !["hidden", "password"].includes(kind(form, name)));

  function keep(form) {
    try { sessionStorage.setItem(place(form), JSON.stringify({ at: Date.now(), words: words(form) })); } catch { /* a full drawer must not stop the typing */ }
  }

  function emptyDrawers(mine) {
    Object.keys(sessionStorage).filter((key) => key.startsWith("kept:") && (mine || !key.startsWith(drawer))).forEach((key) => sessionStorage.removeItem(key));
  }

  function putBack(form, kept) {
    const seen = {};
    form.querySelectorAll('[type="checkbox"], [type="radio"]').forEach((box) => { box.checked = kept.some(([name, value]) => name === box.name && value === box.value); });
    const homeless = kept.filter(([name, value]) => {
      const fields = [...form.elements].filter((field) => field.name === name);
      if (fields.some((field) => field.type === "checkbox" || field.type === "radio")) return false;
      const field = fields[(seen[name] = (seen[name] ?? -1) + 1)];
      if (field) field.value = value;
      return !field && value.trim();
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
    form.dispatchEvent(new Event("change", { bubbles: true }));
    return homeless;
  }

  // The server saves neither the blanks around an answer nor the order of rows, and it writes
  // numbers its own way: 30000, 30,000.00 and EUR 30,000 are one amount.
  const decimal = ["de", "es"].includes(page.slice(0, 2)) ? "," : ".";
  function plain(value) {
    const text = value.replace(/\r\n?/g, "\n").trim();
    const figure = text.normalize("NFKC").replace(/^[A-Z]{3}\s*(?=\d)|\s*[A-Z]{3}$|[€£$¥₩₹%]/g, "").replace(/[\s'’]/g, "");
    const [whole, rest = "", more] = figure.split(decimal);
    if (!/^[\d.,]*\d[\d.,]*$/.test(figure) || more !== undefined) return text;
    return `${whole.replace(/\D/g, "").replace(/^0+(?=\d)/, "")}.${rest.replace(/0+$/, "")}`;
  }
  const bare = (typed) => JSON.stringify(typed.map(([name, value]) => [name, plain(value)]).sort());

  function offer(form) {
    const kept = JSON.parse(sessionStorage.getItem(place(form)) ?? "null");
    const template = form.querySelector("template[data-kept-notice]");
    if (!kept || !template) return;
    if (bare(kept.words) === bare(words(form))) { sessionStorage.removeItem(place(form)); return; }
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-kept-at]").textContent = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(kept.at);
    notice.querySelector('[data-kept="restore"]').addEventListener("click", () => {
      const homeless = putBack(form, kept.words);
      if (!homeless.length) { notice.remove(); return; }
      notice.querySelector("[data-kept-rest]").hidden = false;
      notice.querySelector("[data-kept-rest]").open = true;
      notice.querySelector("[data-kept-list]").replaceChildren(...homeless.map(([, value]) => Object.assign(document.createElement("li"), { textContent: value })));
    });
    notice.querySelector('[data-kept="discard"]').addEventListener("click", () => { sessionStorage.removeItem(place(form)); notice.remove(); });
    form.prepend(notice);
  }

  // A page that says something good after a form was sent says that its words are saved.
  function forgetSent() {
    const sent = sessionStorage.getItem("kept-sent");
    sessionStorage.removeItem("kept-sent");
    if (sent && document.querySelector(".flashes .notice-good") && !document.querySelector("[data-problem]")) sessionStorage.removeItem(sent);
  }

  emptyDrawers(false);
  forgetSent();
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    let soon = 0;
    offer(form);
    form.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(() => { soon = 0; keep(form); }, 300); });
    window.addEventListener("pagehide", () => { if (soon) keep(form); });
  });

  // Saving as one types ---------------------------------------------------------

  const saving = (event) => event.target.closest?.("form[data-autosave]");
  const edits = new WeakMap();
  const retries = new WeakMap();

  function say(form, state, text) {
    const line = form.querySelector("[data-save-status]");
    if (!line) return;
    line.dataset.is = state;
    line.textContent = text ?? line.dataset[state];
  }

  function failed(form, again) {
    const line = form.querySelector("[data-save-status]");
    say(form, "failed", line?.dataset[again ? (navigator.onLine ? "failed" : "offline") : "refused"]);
    clearTimeout(retries.get(form));
    if (again) retries.set(form, setTimeout(() => form.dispatchEvent(new Event("autosave")), 15000));
  }

  document.addEventListener("input", (event) => { const form = saving(event); if (form) edits.set(form, (edits.get(form) ?? 0) + 1); });
  document.addEventListener("htmx:config:request", (event) => {
    const form = saving(event);
    if (!form) return;
    const body = event.detail.ctx.request.body;
    [...body].forEach(([name, value]) => { if (value instanceof File) body.delete(name); });
  });
  document.addEventListener("htmx:before:request", (event) => {
    const form = saving(event);
    if (!form) return;
    event.detail.ctx.edit = edits.get(form) ?? 0;
    clearTimeout(retries.get(form));
    say(form, "saving");
  });
  document.addEventListener("htmx:after:request", (event) => {
    const form = saving(event);
    const { response, edit } = event.detail.ctx;
    if (!form || response.status >= 400) return;
    if (response.raw.redirected) { failed(form, false); return; }
    // What this window has saved is what it goes on from; what others changed alone is merged.
    const base = response.headers.get("Section-Base");
    if (base && form.elements.base) form.elements.base.value = base;
    const total = response.headers.get("Running-Total");
    const running = form.querySelector("[data-running-total]");
    if (total && running) running.textContent = decodeURIComponent(total);
    const line = form.querySelector("[data-save-status]");
    const more = response.headers.get("Section-Merged") ? ` ${line?.dataset.merged}` : "";
    say(form, "saved", `${line?.dataset.saved} ${clock(Date.now())}${more}`);
    if (form.dataset.keep && edit === (edits.get(form) ?? 0)) sessionStorage.removeItem(place(form));
    const until = response.headers.get("Session-Idle-Until");
    if (until) idleUntil = Date.parse(until);
  });
  document.addEventListener("htmx:response:error", (event) => { const form = saving(event); if (form) failed(form, event.detail.ctx.response.status >= 500); });
  document.addEventListener("htmx:error", (event) => { const form = saving(event); if (form) failed(form, true); });
  window.addEventListener("online", () => document.querySelectorAll('form[data-autosave]:has([data-is="failed"])').forEach((form) => form.dispatchEvent(new Event("autosave"))));

  // Beside each other there is room for both texts; below each other the longer one is folded.
  if (matchMedia("(max-width: 819px)").matches) document.querySelectorAll("details[data-fold-narrow]").forEach((details) => { details.open = false; });

  // Small manners ---------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.matches("[data-sign-out]")) emptyDrawers(true);
    if (form.dataset.keep) {
      keep(form);
      try { sessionStorage.setItem("kept-sent", place(form)); } catch { /* then the words are offered once more */ }
    }
    form.dataset.sent = "yes";
    form.querySelectorAll('[type="submit"]').forEach((button) => button.setAttribute("aria-disabled", "true"));
    setTimeout(release, 10000, form);
  });
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll('[type="submit"]').forEach((button) => button.removeAttribute("aria-disabled"));
  }
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") document.querySelectorAll("details.account[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); }); });
})();
