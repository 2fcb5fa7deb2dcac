// The learner form shows only what is needed; without this script every field stays, with a hint when it counts.
(() => {
  "use strict";
  const by = (name) => document.querySelector(`[name="${name}"]`);
  const box = (name) => { const field = by(name); return field && field.closest(".f"); };
  const show = (name, visible) => { const b = box(name); if (b) b.hidden = !visible; };
  const value = (name) => {
    const field = by(name);
    if (!field) return "";
    if (field.type !== "radio") return field.value.trim();
    const checked = document.querySelector(`[name="${name}"]:checked`);
    return checked ? checked.value : "";
  };
  const form = by("guardian_name") && by("guardian_name").form || by("document_type") && by("document_type").form || by("district") && by("district").form;
  if (!form) return;

  const minor = (digits) => {
    const m = digits.match(/^(\d{4})\D*(\d{2})\D*(\d{2})/);
    if (!m) return false;
    const adult = new Date(+m[1] + 18, m[2] - 1, +m[3]);
    return adult > new Date();
  };

  const refresh = () => {
    const resident = value("document_type") === "resident";
    const child = value("relation") === "child";
    const kept = form.dataset.minor === "1";
    const birthNeeded = by("birth_date") && "needed" in by("birth_date").dataset;
    const hasError = (name) => { const b = box(name); return b && b.classList.contains("f--err"); };
    show("birth_date", !resident && (child || birthNeeded || Boolean(by("document_type")) || value("birth_date") || hasError("birth_date")));
    show("sex", !resident || hasError("sex"));
    const born = resident ? value("document_number").replace(/\s/g, "").slice(6, 14) : value("birth_date");
    const guarded = kept || child || minor(born);
    ["guardian_name", "guardian_phone", "consent_minor"].forEach((name) => show(name, guarded || hasError(name)));
    const away = by("lives_elsewhere") && by("lives_elsewhere").checked;
    ["district", "township"].forEach((name) => show(name, !away));
  };
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  refresh();
})();
