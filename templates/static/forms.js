// What application forms do beyond plain HTML: count, add up, show what is asked, add and remove rows.
// Without this script everything still works: the server counts, adds up and adds rows.
"use strict";
const forms = (() => {
  // Counting: the same rules as grants/rules/forms/text_length.py ----------------------

  const BLANKS = "\\t\\n\\x0b\\x0c\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
  const POINTS = "\\u3001-\\u3003\\u3008-\\u3020\\u3030\\u303d\\u30fb\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65";
  const SINGLES = "\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3038-\\u303b\\u3041-\\u30fa\\u30fc-\\u30ff\\u3105-\\u312f\\u31a0-\\u31bf\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{1b000}-\\u{1b16f}\\u{20000}-\\u{323af}";
  const RUNS = "\\u0e00-\\u0fff\\u1000-\\u109f\\u1780-\\u17ff\\u1950-\\u19ff\\ua9e0-\\ua9ff\\uaa60-\\uaa7f";
  const WORD = new RegExp(`[${SINGLES}]|[${RUNS}]{1,5}|[^${BLANKS}${POINTS}${SINGLES}${RUNS}]+`, "gu");
  const UNPARTED = new RegExp(`[${SINGLES}${RUNS}]`, "u");
  const unparted = (text) => UNPARTED.test(text);
  const normalised = (text) => text.replace(/\r\n?/g, "\n").replace(/[\0\ud800-\udfff]/gu, "").normalize("NFC");
  const words = (text) => (normalised(text).match(WORD) ?? []).length;
  const characters = (text) => [...normalised(text)].length;

  // Amounts: the same rules as grants/rules/money -----------------------------------

  const escaped = (sign) => sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const MOST_CENTS = 10n ** 14n - 1n;

  const SIGNS = { EUR: "€", GBP: "£", USD: "$", JPY: "¥", CNY: "¥", KRW: "₩", INR: "₹" };
  const NAMED = /^([A-Za-z]{3}|[€£$¥₩₹])? *([^A-Za-z€£$¥₩₹]*?) *([A-Za-z]{3}|[€£$¥₩₹])?$/u;
  const RATE_PLACES = 6;

  const tidied = (text) => text
    .replace(/[\u00a0\u2007\u2009\u202f]/g, " ")
    .replace(/[０-９．，＇]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/　/g, " ").replace(/￥/g, "¥").replace(/￦/g, "₩")
    .replace(/\u2019/g, "'").trim();

  // Leave out the currency that stands before or behind an amount, if it is the right one.
  function without(typed, currency) {
    const found = NAMED.exec(typed);
    const named = (found?.[1] || found?.[3] || "").toUpperCase();
    return currency && named && [currency, SIGNS[currency]].includes(named) ? found[2].trim() : typed;
  }

  // Read an amount as BigInt cents, so many places of a unit; null where there is none or it
  // cannot be read.
  function parse(text, decimal, group, places = 2, currency = "", most = MOST_CENTS) {
    const typed = without(tidied(text), currency);
    const g = escaped(group);
    const shape = new RegExp(`^([0-9]+|[0-9]{1,3}(?:([ '${g}])[0-9]{3})(?:\\2[0-9]{3})*)${places ? `(?:${escaped(decimal)}([0-9]{1,${places}}))?` : ""}$`);
    const found = shape.exec(typed);
    if (!found) return null;
    const cents = BigInt(found[1].replace(/[^0-9]/g, "")) * 10n ** BigInt(places) + BigInt((found[3] ?? "").padEnd(places, "0"));
    return cents > most ? null : cents;
  }

  // Read a rate as BigInt millionths of a unit: an amount, or finer than that. Three decimals
  // behind one to three digits could be thousands in another language: they are not read.
  function parseRate(text, decimal, group, places = 2, currency = "") {
    const typed = without(tidied(text), currency);
    const fine = typed.split(decimal)[1] ?? "";
    const thousands = new RegExp(`^[1-9][0-9]{0,2}${escaped(decimal)}[0-9]{3}$`).test(typed);
    const finer = /^[0-9]+$/.test(fine) && fine.length > places && fine.length <= RATE_PLACES && !thousands;
    const most = (MOST_CENTS + 1n) * 10n ** BigInt(RATE_PLACES - places) - 1n;
    const read = finer ? parse(text, decimal, group, RATE_PLACES, currency, most) : parse(text, decimal, group, places, currency);
    if (read === null || finer) return read;
    return read * 10n ** BigInt(RATE_PLACES - places);
  }

  function shown(cents, decimal, group, places = 2) {
    const unit = 10n ** BigInt(places);
    const whole = String(cents / unit).replace(/\B(?=(\d{3})+$)/g, group);
    return places ? `${whole}${decimal}${String(cents % unit).padStart(places, "0")}` : whole;
  }

  // Quantities are hundredths; a row is rounded half up to the cent.
  const rowCents = (hundredths, millionths, places = 2) => {
    const parts = 100n * 10n ** BigInt(RATE_PLACES - places);
    return (2n * hundredths * millionths + parts) / (2n * parts);
  };

  return { words, characters, unparted, parse, parseRate, shown, rowCents };
})();

(() => {
  // Telling those who do not see, not more often than they can listen -----------

  let speak = 0;
  function announce(text) {
    let region = document.getElementById("forms-live");
    if (!region) {
      region = Object.assign(document.createElement("p"), { id: "forms-live", className: "visually-hidden" });
      region.setAttribute("aria-live", "polite");
      document.body.append(region);
    }
    clearTimeout(speak);
    speak = setTimeout(() => { region.textContent = text; }, 1000);
  }

  // Counts --------------------------------------------------------------------

  function count(area) {
    const line = document.getElementById(`${area.id}-count`);
    if (!line) return;
    const byWords = "maxWords" in area.dataset;
    const limit = Number(byWords ? area.dataset.maxWords : area.dataset.maxCharacters);
    const length = byWords ? forms.words(area.value) : forms.characters(area.value);
    const text = line.dataset.template.replace("{count}", length);
    if (line.textContent !== text) line.textContent = text;
    const signs = document.getElementById(`${area.id}-signs`);
    if (signs) signs.hidden = !forms.unparted(area.value);
    line.classList.toggle("over", length > limit);
    if (area === document.activeElement && length > limit * 0.9) announce(text);
  }

  // Sums ----------------------------------------------------------------------

  function cell(row, name) { return row.querySelector(`[name="${name}"]`); }

  function addUp(budget) {
    const { decimal, group, currency } = budget.dataset;
    const places = Number(budget.dataset.places);
    const quantityOf = (input) => forms.parse(input?.value ?? "", decimal, group);
    const read = (input) => forms.parse(input?.value ?? "", decimal, group, places, currency);
    const rate = (input) => forms.parseRate(input?.value ?? "", decimal, group, places, currency);
    const show = (output, cents) => { output.textContent = forms.shown(cents, decimal, group, places); };
    const headings = new Map();
    let direct = 0n;
    budget.querySelectorAll("[data-row-list] > [data-row]").forEach((row) => {
      const [quantity, unit, heading] = [quantityOf(cell(row, "quantity")), rate(cell(row, "unit_cost")), cell(row, "heading").value];
      const cents = quantity === null || unit === null || !heading ? 0n : forms.rowCents(quantity, unit, places);
      show(row.querySelector('[data-sum="row"]'), cents);
      headings.set(heading, (headings.get(heading) ?? 0n) + cents);
      direct += cents;
    });
    budget.querySelectorAll('[data-sum="heading"]').forEach((output) => show(output, headings.get(output.dataset.heading) ?? 0n));
    const total = direct + (read(cell(budget, "indirect")) ?? 0n);
    show(budget.querySelector('[data-sum="direct"]'), direct);
    show(budget.querySelector('[data-sum="total"]'), total);
  }

  // What is asked only if another answer says so ------------------------------------

  function answersTo(form, code) {
    const asked = form.querySelector(`[data-field="${CSS.escape(code)}"]`);
    if (!asked || asked.hidden) return [];
    const inputs = [...asked.querySelectorAll("input:not([type=hidden]), select")];
    const box = inputs.length === 1 && inputs[0].type === "checkbox" && asked.matches("[data-declaration]");
    if (box) return [inputs[0].checked];
    return inputs.filter((input) => input.checked || input.tagName === "SELECT").map((input) => input.value);
  }

  function ask(form) {
    // In the order of the form: a condition only ever looks back.
    form.querySelectorAll("[data-shown-if]").forEach((field) => {
      const wanted = JSON.parse(field.dataset.shownValues);
      field.hidden = !answersTo(form, field.dataset.shownIf).some((answer) => wanted.includes(answer));
    });
  }

  // Rows ------------------------------------------------------------------------

  let added = 0;
  const AT = ["id", "for", "aria-describedby", "aria-labelledby"];

  function rowsOf(group) { return [...group.querySelectorAll("[data-row-list] > [data-row]")]; }

  function number(group) {
    const rows = rowsOf(group);
    rows.forEach((row, index) => {
      row.querySelectorAll("[data-row-number]").forEach((place) => { place.textContent = index + 1; });
      const button = row.querySelector("[data-remove-row]");
      button.name = `remove_row:${group.dataset.rows}:${index}`;
    });
    group.querySelector("[data-add-row]").hidden = rows.length >= Number(group.dataset.most);
  }

  function add(group) {
    const row = group.querySelector("[data-row-template]").content.querySelector("[data-row]").cloneNode(true);
    const mark = `new${added++}`;
    [row, ...row.querySelectorAll("*")].forEach((part) => AT.forEach((name) => {
      const ids = part.getAttribute(name);
      if (ids) part.setAttribute(name, ids.split(" ").map((id) => (id.includes("NUMBER") ? id.replace("NUMBER", mark) : `${id}-${mark}`)).join(" "));
    }));
    group.querySelector("[data-row-list]").append(row);
    number(group);
    row.querySelector("input:not([type=hidden]), select, textarea").focus();
    announce(group.dataset.added.replace("{number}", rowsOf(group).length));
    changed(group);
  }

  function remove(group, row) {
    const at = rowsOf(group).indexOf(row);
    row.remove();
    number(group);
    const left = rowsOf(group);
    const next = left[Math.min(at, left.length - 1)]?.querySelector("[data-remove-row]") ?? group.querySelector("[data-add-row]");
    next.focus();
    announce(group.dataset.removed.replace("{number}", at + 1));
    changed(group);
  }

  function changed(part) { part.dispatchEvent(new Event("input", { bubbles: true })); }

  // Unsaved changes -----------------------------------------------------------------

  const unsaved = new Map();
  const at = (form) => unsaved.get(form) ?? 0;
  document.addEventListener("htmx:before:request", (event) => {
    const form = event.target.closest?.("form[data-form]");
    if (form) event.detail.ctx.changesSent = at(form);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target.closest?.("form[data-form]");
    const { response, changesSent } = event.detail.ctx;
    if (form && response?.status < 400 && !response.raw?.redirected && changesSent === at(form)) unsaved.delete(form);
  });
  window.addEventListener("beforeunload", (event) => {
    // A form with data-keep loses no words: portal.js keeps them in this tab.
    if ([...unsaved.keys()].some((form) => form.isConnected && form.matches("[data-guard]:not([data-keep])"))) event.preventDefault();
  });

  // Listening, once for the page ------------------------------------------------------

  function refresh(form) {
    form.querySelectorAll("[data-max-words], [data-max-characters]").forEach(count);
    form.querySelectorAll("[data-budget]").forEach(addUp);
    ask(form);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-form]");
    if (!form) return;
    unsaved.set(form, at(form) + 1);
    if (event.target.matches("[data-max-words], [data-max-characters]")) count(event.target);
    const budget = event.target.closest("[data-budget]");
    if (budget) addUp(budget);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-form]");
    if (form) refresh(form);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row], [data-remove-row]");
    const group = button?.closest("[data-rows]");
    if (!group) return;
    event.preventDefault();
    if (button.matches("[data-add-row]")) add(group);
    else remove(group, button.closest("[data-row]"));
  });
  // Enter in a field saves; it must not press the first button, which removes a row.
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-form]");
    if (event.key !== "Enter" || !form || !event.target.matches("input:not([type=checkbox], [type=radio], [type=file])")) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".form-buttons [type=submit]"));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-form]") && !event.defaultPrevented) unsaved.delete(event.target);
  });
  document.querySelectorAll("form[data-form]").forEach(refresh);
})();
