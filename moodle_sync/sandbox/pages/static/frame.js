// The frame fills the window below its top edge, as Moodle's does; what the tool says of its height changes nothing.
const frame = document.getElementById("contentframe");
function fill() {
  frame.style.height = innerHeight - (frame.getBoundingClientRect().top + scrollY) - 15 + "px";
}
fill();
addEventListener("resize", fill);
