// One key, one decision: a key presses the button that names it. Every page works without it, button by button.
(function () {
  "use strict";
  function typing(element) {
    return element.tagName === "TEXTAREA" || element.tagName === "SELECT" || (element.tagName === "INPUT" && element.type !== "checkbox");
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    var target = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (!target) return;
    event.preventDefault();
    if (target.tagName === "TEXTAREA") {
      var details = target.closest("details");
      if (details) details.open = true;
      target.focus();
      target.setSelectionRange(0, target.value.length);
    } else {
      target.click();
    }
  });
  // A form is sent once, however often a key repeats.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  // What is selected in the view of a cut is proposed as its right bounds.
  var view = document.getElementById("cut-view");
  var right = document.getElementById("right");
  if (view && right) {
    document.addEventListener("selectionchange", function () {
      var chosen = document.getSelection();
      if (!chosen.rangeCount || chosen.isCollapsed) return;
      if (!view.contains(chosen.anchorNode) || !view.contains(chosen.focusNode)) return;
      right.value = chosen.toString();
      right.closest("details").open = true;
    });
  }
})();
