// Small pictures of what a gradient may do, each a button. Python is told all that has been chosen, with every
// click and again until it says so itself: a page that is just being drawn again may lose a message.
const AGAIN = 2500;

export default function ({ parentElement, data, setTriggerValue }) {
  const room = parentElement.querySelector(".rx-predict");
  if (room.which !== data.which) {
    room.innerHTML = data.html;
    room.which = data.which;
    room.chosen = {};
  }
  room.chosen = { ...data.chosen, ...room.chosen };
  // Whoever came from a button further down sees the question, which stands near the top.
  if (data.arrived && room.arrived !== data.arrived) room.scrollIntoView({ block: "center" });
  room.arrived = data.arrived;
  const known = () => Object.entries(room.chosen).every(([kind, trend]) => data.chosen[kind] === trend);
  const tell = () => {
    setTriggerValue("chosen", { ...room.chosen });
    wait();
  };
  const wait = () => {
    clearTimeout(room.waiting);
    room.waiting = setTimeout(() => room.isConnected && !known() && tell(), AGAIN);
  };
  wait();
  room.onclick = (event) => {
    const button = event.target.closest("button[data-kind]");
    if (!button) return;
    room.chosen[button.dataset.kind] = button.dataset.trend;
    press(room);
    tell();
  };
  press(room);
}

function press(room) {
  for (const one of room.querySelectorAll("button[data-kind]")) {
    one.setAttribute("aria-pressed", String(room.chosen[one.dataset.kind] === one.dataset.trend));
  }
}
