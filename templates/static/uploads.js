// Files sent as soon as they are chosen, one after the other, while one watches.
// Without this script they go along with the form.
"use strict";
(() => {
  const token = (form) => form.querySelector('input[name="csrf_token"]').value;

  function line(group, name) {
    const item = document.createElement("li");
    const text = document.createElement("span");
    const bar = document.createElement("progress");
    text.textContent = name;
    text.setAttribute("role", "status");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    item.append(text, " ", bar);
    list(group).append(item);
    return { item, text, bar };
  }

  function list(group) {
    let found = group.querySelector("[data-upload-list]");
    if (!found) {
      found = document.createElement("ul");
      found.className = "file-list";
      found.dataset.uploadList = "";
      group.append(found);
    }
    return found;
  }

  function send(form, group, file) {
    const { item, text, bar } = line(group, file.name);
    const words = document.getElementById("upload-words").dataset;
    const request = new XMLHttpRequest();
    const address = `${form.dataset.upload}${group.dataset.files}?name=${encodeURIComponent(file.name)}`;
    return new Promise((done) => {
      const refused = (sentence) => { item.className = "form-error"; text.setAttribute("role", "alert"); text.textContent = sentence; bar.remove(); done(false); };
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; });
      request.addEventListener("error", () => refused(`${file.name}: ${words.failed}`));
      request.addEventListener("load", () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* not from our own code: say that it failed */ }
        if (request.status !== 201) { refused(answer.problem ?? `${file.name}: ${words.failed}`); return; }
        text.textContent = `${answer.name} (${answer.size}): ${words.done}`;
        bar.remove();
        done(true);
      });
      request.open("PUT", address);
      request.setRequestHeader("X-CSRF-Token", token(form));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.send(file);
    });
  }

  // One after the other; the page is saved, and shown again with the new files' buttons, when
  // nothing is under way any more: who goes on before that waits for the files.
  let queue = Promise.resolve();
  let underWay = 0;
  let someRefused = false;
  let pressed = null;

  function take(input) {
    const form = input.form;
    const group = input.closest("[data-files]");
    const files = [...input.files];
    input.value = "";
    underWay += files.length;
    files.forEach((file) => { queue = queue.then(() => send(form, group, file)).catch(() => false).then((sent) => arrived(form, sent)); });
  }

  function arrived(form, sent) {
    underWay -= 1;
    someRefused ||= !sent;
    if (underWay) return;
    if (!someRefused) form.requestSubmit(pressed ?? form.querySelector('button[name="save"]'));
    someRefused = false;
    pressed = null;
  }

  const CHOSEN = 'form[data-upload] input[type="file"]';
  document.addEventListener("change", (event) => {
    if (event.target.matches(CHOSEN) && event.target.files.length) {
      event.stopPropagation();
      take(event.target);
    }
  }, true);
  document.addEventListener("submit", (event) => {
    if (!underWay || !event.target.matches("form[data-upload]")) return;
    event.preventDefault();
    pressed = event.submitter;
  }, true);
  window.addEventListener("beforeunload", (event) => { if (underWay) event.preventDefault(); });
  // On a slow line somebody may have chosen files before this script arrived.
  document.querySelectorAll(CHOSEN).forEach((input) => { if (input.files.length) take(input); });
})();
