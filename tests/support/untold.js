// Names what is wrong with how a page tells its errors; nothing if all is well.
() => {
  const wrong = [];
  const named = (it) => `<${it.tagName.toLowerCase()} id="${it.id}" name="${it.name ?? ''}">`;
  const told = (it) => (it.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  const main = document.querySelector("main");
  main.querySelectorAll("[aria-describedby]").forEach((it) => told(it).forEach((id) => {
    if (!document.getElementById(id)) wrong.push(`${named(it)} is described by ${id}, which is nowhere`);
  }));
  main.querySelectorAll('[aria-invalid="true"]').forEach((it) => {
    const group = it.closest("fieldset");
    const ids = [...told(it), ...(group ? told(group) : [])];
    if (!ids.some((id) => id.endsWith("-error"))) wrong.push(`${named(it)} does not tell its error`);
  });
  main.querySelectorAll(".form-error[id]").forEach((it) => {
    const tells = [...main.querySelectorAll("[aria-describedby]")].filter((one) => told(one).includes(it.id));
    const invalid = (one) => one.matches('[aria-invalid="true"]') || one.matches("fieldset");
    if (!tells.some(invalid)) wrong.push(`nothing is marked as wrong for: ${it.textContent.trim()}`);
  });
  main.querySelectorAll("fieldset").forEach((it) => {
    if (!it.querySelector(":scope > legend")?.textContent.trim()) wrong.push(`${named(it)} has no legend`);
  });
  const summary = main.querySelector(".error-summary");
  if (!summary) wrong.push("there is no summary of what is wrong");
  else if (summary !== document.activeElement) wrong.push("the summary does not have the focus");
  return wrong;
}
