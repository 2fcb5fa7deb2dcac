// How far a work in the background is: looks every three seconds, and loads the page once when it is done.
const shown = document.querySelector("[data-busy]");
const look = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (answer && answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.querySelector("[data-busy]");
        if (!found) {
            location.reload();
            return;
        }
        shown.replaceChildren(...found.childNodes);
    }
    setTimeout(look, 3000);
};
if (shown) setTimeout(look, 3000);
