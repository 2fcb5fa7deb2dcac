// Shows the passkey button where passkeys exist, and counts down until another code may be asked for.
(() => {
  "use strict";
  const passkey = document.getElementById("passkey_login");
  if (passkey && window.PublicKeyCredential) passkey.hidden = false;
  const hint = document.querySelector("[data-wait]");
  if (!hint || +hint.dataset.wait > 120) return;
  const sentence = hint.textContent;
  const started = Date.now();
  const timer = setInterval(() => {
    const left = +hint.dataset.wait - Math.round((Date.now() - started) / 1000);
    if (left <= 0) { clearInterval(timer); hint.hidden = true; return; }
    hint.textContent = sentence.replace(/\d+/, left);
  }, 1000);
})();
