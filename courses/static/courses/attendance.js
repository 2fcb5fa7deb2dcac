/* Attendance on a phone: one tap per learner, saved at once. What could not be saved is kept in this browser and tried
   again until it is. Without this file the page is one form with a button. */
(function () {
  "use strict";
  const form = document.querySelector("[data-attendance]");
  if (!form) return;
  const words = form.dataset;
  const store = "attendance:" + words.attendance;
  const status = form.querySelector("[data-status]");
  const rows = new Map();
  let waiting = read();
  let saving = false;
  let refused = false;

  function read() {
    try {
      return JSON.parse(localStorage.getItem(store)) || {};
    } catch (error) {
      return {};
    }
  }

  function keep() {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(store, JSON.stringify(waiting));
      else localStorage.removeItem(store);
    } catch (error) {
      /* A browser without storage still saves at once. */
    }
    show();
  }

  function show() {
    const left = Object.keys(waiting).length;
    const text = left ? words.unsaved + " " + left + "。" + (refused ? words.refused : words.retrying) : words.allSaved;
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle("courses-take__status--unsaved", left > 0);
    rows.forEach((row, key) => row.button.classList.toggle("courses-tap--unsaved", key in waiting));
  }

  function paint(row) {
    const chosen = row.radios.find((radio) => radio.checked);
    row.button.dataset.mark = chosen ? chosen.value : "";
    row.state.textContent = chosen ? chosen.dataset.label : words.none;
  }

  function mark(key, value) {
    const row = rows.get(key);
    if (!row || row.button.disabled) return;
    row.radios.forEach((radio) => (radio.checked = radio.value === value));
    paint(row);
    waiting[key] = value;
    refused = false;
    keep();
  }

  function save() {
    const sent = Object.assign({}, waiting);
    if (saving || !Object.keys(sent).length) return;
    saving = true;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    Object.entries(sent).forEach(([key, value]) => body.append("mark-" + key, value));
    fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" })
      .then((answer) => {
        refused = answer.status === 403 || answer.status === 404 || answer.status === 409;
        if (!answer.ok) throw new Error(answer.status);
        Object.entries(sent).forEach(([key, value]) => {
          if (waiting[key] === value) delete waiting[key];
        });
        saving = false;
        keep();
        save();
      })
      .catch(() => {
        saving = false;
        keep();
      });
  }

  form.querySelectorAll("[data-learner]").forEach((group) => {
    const key = group.dataset.learner;
    const radios = [...group.querySelectorAll("input")];
    const button = document.createElement("button");
    const state = document.createElement("span");
    button.type = "button";
    button.className = "courses-tap";
    button.disabled = group.disabled;
    button.append(group.querySelector("legend").textContent, state);
    const row = { radios, button, state };
    rows.set(key, row);
    group.hidden = true;
    group.after(button);
    paint(row);
    button.addEventListener("click", () => {
      const now = radios.findIndex((radio) => radio.checked);
      mark(key, radios[(now + 1) % radios.length].value);
      save();
    });
  });

  Object.entries(waiting).forEach(([key, value]) => mark(key, value));
  form.querySelector("[data-save]").hidden = true;
  form.querySelector("[data-all]").addEventListener("click", (event) => {
    event.preventDefault();
    rows.forEach((row, key) => {
      if (!row.radios.some((radio) => radio.checked)) mark(key, row.radios[0].value);
    });
    save();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("online", save);
  window.setInterval(save, 4000);
  show();
  save();
})();
