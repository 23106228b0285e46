// A picture with a square on it: dragged by its inside, resized by its corners, moved and resized by keys.
// Boxes are [left, top, right, bottom] in whole pixels of the original, whatever size the picture is shown at.
const PAUSE = 300; // milliseconds without a key before Python hears of it
const CORNERS = [["left", "top"], ["right", "top"], ["left", "bottom"], ["right", "bottom"]];
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".rx-cropper");
  root.cropper ??= made(root);
  root.cropper.tell = (box) => setStateValue("chosen", { picture: data.picture, box });
  if (root.cropper.data?.picture !== data.picture) show(root.cropper, data);
  return () => clearTimeout(root.cropper.late);
}

function made(root) {
  const [picture, square, foot, words] = [".rx-cropper-picture", ".rx-cropper-square", ".rx-cropper-foot", "output"]
    .map((name) => root.querySelector(name));
  const cropper = { picture, square, foot, words, box: [0, 0, 1, 1] };
  for (const sides of CORNERS) square.append(corner(cropper, sides));
  square.onpointerdown = (event) => drag(cropper, event, (box, across, down) => moved(box, across, down));
  square.onkeydown = (event) => key(cropper, event);
  return cropper;
}

function corner(cropper, [side, end]) {
  const handle = document.createElement("span");
  handle.className = "rx-cropper-corner";
  handle.style[side] = handle.style[end] = "0";
  handle.style.cursor = (side === "left") === (end === "top") ? "nwse-resize" : "nesw-resize";
  const [right, low] = [side === "right", end === "bottom"];
  handle.onpointerdown = (event) =>
    drag(cropper, event, (box, across, down) => pulled(cropper.data, box, right, low, across, down));
  return handle;
}

function show(cropper, data) {
  const [width, height] = data.size;
  Object.assign(cropper, { data, next: 0 });
  cropper.picture.style.aspectRatio = `${width} / ${height}`;
  cropper.picture.style.maxWidth = `calc(28rem * ${width / height})`;
  cropper.picture.querySelector("img").src = data.address;
  for (const old of cropper.foot.querySelectorAll("button")) old.remove();
  if (data.hands.length) {
    const label = data.hands.length > 1 ? "Find the next hand" : "Find the hand again";
    cropper.foot.append(button(label, () => choose(cropper, nextHand(cropper))));
  }
  cropper.foot.append(button("Whole middle square", () => choose(cropper, data.middle)));
  place(cropper, data.box);
  cropper.words.textContent = inWords(cropper);
}

function button(label, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: label, onclick: act });
  return made;
}

// The hands in turn, but never the one where the square already stands.
function nextHand(cropper) {
  const { hands } = cropper.data;
  if (String(hands[cropper.next % hands.length]) === String(cropper.box)) cropper.next += 1;
  return hands[cropper.next % hands.length];
}

function choose(cropper, box) {
  place(cropper, box);
  tell(cropper, 0);
}

function tell(cropper, pause) {
  clearTimeout(cropper.late);
  const said = () => {
    cropper.words.textContent = inWords(cropper);
    cropper.tell(cropper.box);
  };
  if (pause) cropper.late = setTimeout(said, pause);
  else said();
}

function place(cropper, box) {
  const [width, height] = cropper.data.size;
  const [left, top, right, bottom] = (cropper.box = box);
  const share = (length, whole) => `${(100 * length) / whole}%`;
  Object.assign(cropper.square.style, {
    left: share(left, width), top: share(top, height),
    width: share(right - left, width), height: share(bottom - top, height),
  });
  cropper.square.setAttribute("aria-label",
    `${inWords(cropper)} Arrow keys move it, plus and minus change its size.`);
}

function inWords({ box: [left, top, right, bottom], data: { size } }) {
  return `Square of ${right - left} by ${bottom - top} pixels, ${left} from the left and ${top} from the top, ` +
    `of ${size[0]} by ${size[1]}.`;
}

function drag(cropper, event, change) {
  if (event.button !== 0) return;
  event.preventDefault();
  event.stopPropagation();
  cropper.square.focus({ preventScroll: true });
  const [target, start, from] = [event.currentTarget, cropper.box, [event.clientX, event.clientY]];
  const scale = cropper.data.size[0] / cropper.picture.clientWidth;
  target.setPointerCapture(event.pointerId);
  target.onpointermove = ({ clientX, clientY }) => {
    const box = change(start, (clientX - from[0]) * scale, (clientY - from[1]) * scale);
    place(cropper, within(cropper.data, box));
  };
  target.onpointerup = target.onpointercancel = () => {
    target.onpointermove = target.onpointerup = target.onpointercancel = null;
    if (String(start) !== String(cropper.box)) tell(cropper, 0);
  };
}

function key(cropper, event) {
  const [left, top, right, bottom] = cropper.box;
  const step = Math.max(1, Math.round((right - left) * (event.shiftKey ? 0.1 : 0.02)));
  const way = STEPS[event.key];
  const grown = { "+": step, "=": step, "-": -step, _: -step }[event.key];
  if ((!way && !grown) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const wanted = way
    ? moved(cropper.box, way[0] * step, way[1] * step)
    : [left - grown, top - grown, right + grown, bottom + grown];
  place(cropper, within(cropper.data, wanted));
  tell(cropper, PAUSE);
}

function moved([left, top, right, bottom], across, down) {
  return [left + across, top + down, right + across, bottom + down];
}

// The corner that is pulled follows the pointer, the opposite one stays, and the square stays a square.
function pulled({ size, smallest }, [left, top, right, bottom], isRight, isLow, across, down) {
  const longer = Math.max(right - left + (isRight ? across : -across), bottom - top + (isLow ? down : -down));
  const room = Math.min(isRight ? size[0] - left : right, isLow ? size[1] - top : bottom);
  const side = Math.min(room, Math.max(smallest, Math.round(longer)));
  const [x, y] = [isRight ? left : right - side, isLow ? top : bottom - side];
  return [x, y, x + side, y + side];
}

// The nearest square of whole pixels that lies in the picture.
function within({ size, smallest }, [left, top, right, bottom]) {
  const side = Math.min(Math.max(smallest, Math.round(right - left)), ...size);
  const [x, y] = [(left + right - side) / 2, (top + bottom - side) / 2].map((start, axis) =>
    Math.min(Math.max(Math.round(start), 0), size[axis] - side));
  return [x, y, x + side, y + side];
}
