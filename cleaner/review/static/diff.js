// Steps between cuts with the keyboard, and switches categories on and off. The page reads well without it.
(function () {
  "use strict";
  var off = new Set();
  function cuts() {
    return Array.from(document.querySelectorAll("del[tabindex]")).filter(function (cut) {
      return !off.has(cut.dataset.category);
    });
  }
  function step(by) {
    var all = cuts();
    if (!all.length) return;
    var at = all.indexOf(document.activeElement);
    if (at < 0) {
      var line = window.scrollY;
      at = all.findIndex(function (cut) { return cut.getBoundingClientRect().top + window.scrollY >= line; });
      at = at < 0 ? all.length - 1 : by > 0 ? at : at - 1;
    } else {
      at += by;
    }
    var target = all[(at + all.length) % all.length];
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
    var where = document.getElementById("where");
    if (where) where.textContent = "cut " + (all.indexOf(target) + 1) + " of " + all.length;
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox") return;
    if (event.key === "n" || event.key === "j") step(1);
    else if (event.key === "p" || event.key === "k") step(-1);
    else return;
    event.preventDefault();
  });
  document.addEventListener("change", function (event) {
    var name = event.target.dataset && event.target.dataset.switch;
    if (!name) return;
    if (event.target.checked) off.delete(name); else off.add(name);
    document.querySelectorAll("del").forEach(function (cut) {
      if (cut.dataset.category === name) cut.classList.toggle("off", !event.target.checked);
    });
  });
  document.addEventListener("click", function (event) {
    var by = event.target.dataset && event.target.dataset.step;
    if (by) step(Number(by));
  });
})();
