// Follows an import while something works on it, and tells of a file that is too large before it is sent.
"use strict";

(() => {
  const progress = document.getElementById("import-progress");
  const file = document.getElementById("id_file");

  const look = async () => {
    let told;
    try {
      const answer = await fetch(progress.dataset.address, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      told = await answer.json();
    } catch {
      setTimeout(look, 5000); // away for a moment; the link to look again stays
      return;
    }
    if (!told.is_under_way) {
      location.reload();
      return;
    }
    if (told.rows) {
      const bar = progress.querySelector("progress");
      bar.max = told.rows;
      bar.value = told.done;
      progress.querySelector(".rows").textContent = told.text;
    }
    setTimeout(look, 1000);
  };
  if (progress) setTimeout(look, 500);

  if (file && file.dataset.most) {
    file.addEventListener("change", () => {
      const chosen = file.files[0];
      file.setCustomValidity(chosen && chosen.size > Number(file.dataset.most) ? file.dataset.tooLarge : "");
      file.reportValidity();
    });
    file.form.addEventListener("submit", (event) => {
      if (!file.validity.customError) return; // what else is wrong the page of the answer tells, all at once
      file.reportValidity();
      event.preventDefault();
    }, { capture: true });
  }
})();
