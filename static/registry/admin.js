// Names what Django's scripts leave without one, for those who hear the page instead of seeing it,
// and sends a form once.
"use strict";

(() => {
  let names = 0;

  // A field that completes what is typed shows a box of its own: it is called as the field is.
  const nameBox = (box) => {
    const container = box.closest(".select2-container");
    const field = container && container.previousElementSibling;
    if (!field || box.dataset.named) return;
    box.dataset.named = "true";
    const label = field.labels && field.labels[0];
    const shown = box.querySelector("[role=textbox]");
    const search = box.querySelector("[role=searchbox]");
    const cell = field.closest("td");
    const table = cell && cell.closest("table");
    const heading = table && table.tHead && table.tHead.rows[0].cells[cell.cellIndex];
    const source = label || heading;
    if (!source) return;
    source.id ||= `named-${++names}`;
    if (shown) {
      shown.setAttribute("aria-labelledby", source.id);
      box.setAttribute("aria-labelledby", `${source.id} ${shown.id}`);
    }
    if (search) search.setAttribute("aria-labelledby", source.id);
  };

  const improve = (root) => {
    root.querySelectorAll(".select2-selection").forEach(nameBox);
    // A hint that is drawn as a picture.
    root.querySelectorAll("span.help-tooltip[aria-label]").forEach((hint) => hint.setAttribute("role", "img"));
    // A date and a time, each behind its word but not labelled by it.
    root.querySelectorAll("p.datetime input:not([aria-label])").forEach((input) => {
      const word = input.previousSibling && input.previousSibling.textContent.trim();
      if (word) input.setAttribute("aria-label", word);
    });
    // On a phone the cells of a period stand beneath each other, each behind its heading.
    root.querySelectorAll(".periods tbody td:not(.original, [data-heading], .add-row td)").forEach((cell) => {
      const heading = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
      if (heading) cell.dataset.heading = heading.textContent.trim();
    });
    // A heading without a text heads nothing.
    root.querySelectorAll("thead th").forEach((heading) => {
      if (heading.textContent.trim() || heading.children.length) return;
      const cell = document.createElement("td");
      cell.className = heading.className;
      heading.replaceWith(cell);
    });
  };

  // A second click sends a form no second time, until the page is shown again.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.defaultPrevented) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "true";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  window.addEventListener("load", () => {
    improve(document);
    new MutationObserver((changes) => {
      if (changes.some((change) => change.addedNodes.length)) improve(document);
    }).observe(document.getElementById("content") || document.body, { childList: true, subtree: true });
  });
})();
