// Strips of maps, each a button; a click tells Python which one. Python draws them.
export default function ({ parentElement, data, setTriggerValue }) {
  const room = parentElement.querySelector(".rx-flow-room");
  if (room.drawn !== data.html) {
    const held = room.contains(document.activeElement) ? document.activeElement.dataset : null;
    room.innerHTML = data.html;
    room.drawn = data.html;
    if (held?.edge) find(room, held.edge, held.channel)?.focus({ preventScroll: true });
  }
  room.onclick = (event) => {
    const map = event.target.closest("button[data-edge]");
    if (!map) return;
    for (const one of room.querySelectorAll('[aria-pressed="true"]')) one.setAttribute("aria-pressed", "false");
    map.setAttribute("aria-pressed", "true");
    setTriggerValue("chosen", { edge: map.dataset.edge, channel: Number(map.dataset.channel) });
  };
}

const find = (room, edge, channel) =>
  [...room.querySelectorAll("button[data-edge]")].find(
    (one) => one.dataset.edge === edge && one.dataset.channel === channel,
  );
