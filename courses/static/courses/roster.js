// Small helps on rosters and slips; everything works without them.
document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
});
document.querySelectorAll("[data-tick-all]").forEach((all) => {
    all.hidden = false;
    all.addEventListener("change", () => {
        all.closest("table").querySelectorAll("input[name=id]").forEach((box) => { box.checked = all.checked; });
    });
});
