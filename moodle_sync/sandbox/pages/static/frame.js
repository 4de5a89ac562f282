// The frame grows with what the tool says of its height, as Moodle's does.
addEventListener("message", (event) => {
  const frame = document.getElementById("contentframe");
  if (!frame || event.source !== frame.contentWindow) return;
  let told = event.data;
  if (typeof told === "string") { try { told = JSON.parse(told); } catch { return; } }
  if (told && told.subject === "lti.frameResize" && told.height > 0) {
    frame.style.height = Math.min(told.height, 20000) + "px";
  }
});
