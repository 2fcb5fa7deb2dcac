/* The desk: what the chosen class says to this learner, as soon as class or learner change. Without it, a button asks. */
(() => {
  const form = document.querySelector("[data-desk]");
  const says = form && form.querySelector("[data-says]");
  if (!says) return;
  const button = form.querySelector("[name=look]");
  button.hidden = true;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    if (!form.elements.intake.value.trim()) return says.replaceChildren();
    const data = new FormData(form);
    data.append("look", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && mine === asked) says.innerHTML = await answer.text();
    } catch {
      button.hidden = false;
    }
  };
  form.addEventListener("change", ask);
  if (form.elements.intake.value) ask();
})();
