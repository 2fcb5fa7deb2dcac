// Xuelin 学林. Nothing on the site needs this file; it only makes things smoother. Filters and swaps are htmx's.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (text) => {
    const live = document.querySelector("[data-live]");
    if (live) live.textContent = text;
  };

  // One submission per form: the second tap of a double tap is swallowed, and the button says that it works.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const button = event.submitter;
    if (!button || !button.classList.contains("btn")) return;
    button.setAttribute("aria-busy", "true");
    if (button.dataset.busy) {
      button.dataset.text = button.textContent;
      button.textContent = button.dataset.busy;
    }
  });
  const release = (form) => {
    delete form.dataset.sent;
    all("[aria-busy]", form).forEach((button) => {
      button.removeAttribute("aria-busy");
      if (button.dataset.text) button.textContent = button.dataset.text;
    });
  };
  // Back from the next page: the browser shows the form as it was left.
  addEventListener("pageshow", () => all("form[data-sent]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form[data-sent]");
    if (form) release(form);
  });

  // County, then its townships: options carry the county's code in data-in, the select its county's id in data-parent.
  const townships = (root) => all("select[data-parent]", root).forEach((select) => {
    const county = document.getElementById(select.dataset.parent);
    if (!county || select.dataset.ready) return;
    select.dataset.ready = "1";
    const options = [...select.options];
    const narrow = () => {
      const chosen = select.value;
      select.replaceChildren(...options.filter((o) => !o.dataset.in || o.dataset.in === county.value));
      select.value = chosen;
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    };
    county.addEventListener("change", narrow);
    narrow();
  });

  // What went wrong is the first thing to read: the summary takes the focus, and its links go into the field.
  const attend = (root) => {
    const summary = root instanceof Element && root.matches(".errsum") ? root : root.querySelector(".errsum");
    if (summary) summary.focus();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".errsum a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });

  // Copy a number, print the page.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy],[data-print]");
    if (!button) return;
    if ("print" in button.dataset) return print();
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(() => say(button.dataset.done || "✓"));
  });

  const prepare = (root) => {
    townships(root);
    attend(root);
    // Buttons that only work here are hidden until now.
    all("[data-print][hidden],[data-copy][hidden]", root).forEach((button) => { button.hidden = false; });
  };
  prepare(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target === document.body) return;
    prepare(event.target);
    const count = event.target.matches("[data-count]") ? event.target : event.target.querySelector("[data-count]");
    if (count) say(count.textContent.trim());
  });
})();
