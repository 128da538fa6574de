/* The one script of the console: tells the server the browser's time zone, so that times are shown in it. */
(function () {
  "use strict";
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  if (zone && document.cookie.indexOf("hf-zone=" + zone) < 0) {
    document.cookie = "hf-zone=" + zone + ";path=/;max-age=31536000;SameSite=Lax";
  }
  /* Copies the text of the element named by data-hf-copy and says so on the button. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-hf-copy]");
    if (!button) {
      return;
    }
    var source = document.getElementById(button.getAttribute("data-hf-copy"));
    if (source && navigator.clipboard) {
      navigator.clipboard.writeText(source.textContent.trim()).then(function () {
        button.classList.add("hf-copied");
      });
    }
  });
})();
