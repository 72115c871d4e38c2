// Maps are whole without this; with it they are looked at closely: buttons, Ctrl and the wheel,
// dragging, and + − 0 and the arrow keys while the keyboard is in the map.

const CLOSEST = 12;
const STEP = 1.5;

for (const paper of document.querySelectorAll(".map-paper")) closely(paper);

function closely(paper) {
  const map = paper.querySelector("svg");
  const whole = map.viewBox.baseVal;
  const [width, height] = [whole.width, whole.height];
  let view = { x: 0, y: 0, zoom: 1 };

  const hatchings = map.querySelectorAll("pattern");

  // Hatchings keep their size on the screen.
  const show = (x, y, zoom) => {
    zoom = Math.min(Math.max(zoom, 1), CLOSEST);
    const [w, h] = [width / zoom, height / zoom];
    view = { x: clamp(x, width - w), y: clamp(y, height - h), zoom };
    map.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    for (const each of hatchings) each.setAttribute("patternTransform", `scale(${1 / zoom})`);
    paper.classList.toggle("zoomed", zoom > 1);
  };

  // Zooming keeps in place the point under the pointer, given as shares of what is shown.
  const zoomBy = (factor, acrossX = 0.5, acrossY = 0.5) => {
    const zoom = Math.min(Math.max(view.zoom * factor, 1), CLOSEST);
    const moved = 1 / view.zoom - 1 / zoom;
    show(view.x + width * moved * acrossX, view.y + height * moved * acrossY, zoom);
  };

  const moveBy = (acrossX, acrossY) =>
    show(view.x + (acrossX * width) / view.zoom, view.y + (acrossY * height) / view.zoom, view.zoom);

  const acts = {
    in: () => zoomBy(STEP),
    out: () => zoomBy(1 / STEP),
    whole: () => show(0, 0, 1),
  };
  const keys = {
    "+": acts.in,
    "-": acts.out,
    0: acts.whole,
    ArrowLeft: () => moveBy(-0.2, 0),
    ArrowRight: () => moveBy(0.2, 0),
    ArrowUp: () => moveBy(0, -0.2),
    ArrowDown: () => moveBy(0, 0.2),
  };

  const tools = paper.querySelector(".map-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => acts[event.target.dataset.map]?.());

  paper.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    const scrollsThePage = view.zoom === 1 && event.key.startsWith("Arrow");
    if (!act || scrollsThePage || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });

  map.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = map.getBoundingClientRect();
      const factor = event.deltaY < 0 ? STEP : 1 / STEP;
      zoomBy(factor, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    },
    { passive: false },
  );

  dragging(map, () => view.zoom > 1, moveBy);
}

// A drag that moves is not a click on the area where it ends.
function dragging(map, isZoomed, moveBy) {
  let last = null;
  let moved = false;

  map.addEventListener("pointerdown", (event) => {
    moved = false;
    if (event.button === 0 && isZoomed()) last = event;
  });
  map.addEventListener("pointermove", (event) => {
    if (!last) return;
    const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY];
    if (!moved && Math.hypot(dx, dy) < 4) return;
    if (!moved) map.setPointerCapture(event.pointerId);
    moved = true;
    moveBy(-dx / map.clientWidth, -dy / map.clientHeight);
    last = event;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    map.addEventListener(end, () => {
      last = null;
    });
  }
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener(
    "click",
    (event) => {
      if (moved) event.preventDefault();
    },
    true,
  );
}

function clamp(value, most) {
  return Math.min(Math.max(value, 0), most);
}
