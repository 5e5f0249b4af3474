/* Where the session's script never came or this browser cannot run it, the page becomes what it is
   without script: what stands in <noscript> looks whether the session has moved on. A script that
   comes later than this leaves the page alone: it may load itself anew at any moment, and would
   take away what was ticked. It stands in the page itself, and in the oldest of scripts. */
setTimeout(function () {
  if (window.roomRuns) return;
  window.roomRuns = true;
  var spare = document.querySelectorAll("noscript");
  for (var n = 0; n < spare.length; n += 1) spare[n].outerHTML = spare[n].textContent;
}, 9000);
