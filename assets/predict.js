// Small pictures of what a gradient may do, each a button; a click tells Python which network and which picture.
export default function ({ parentElement, data, setTriggerValue }) {
  const room = parentElement.querySelector(".rx-predict");
  const key = (one) => `${one.dataset.kind} ${one.dataset.trend}`;
  if (room.drawn !== data.html) {
    const held = room.contains(document.activeElement) ? key(document.activeElement) : "";
    room.innerHTML = data.html;
    room.drawn = data.html;
    const again = [...room.querySelectorAll("button")].find((one) => key(one) === held);
    again?.focus({ preventScroll: true });
  }
  // Whoever came from a button further down sees the question, which stands near the top.
  if (data.arrived && room.arrived !== data.arrived) room.scrollIntoView({ block: "center" });
  room.arrived = data.arrived;
  room.onclick = (event) => {
    const button = event.target.closest("button[data-kind]");
    if (!button) return;
    for (const one of room.querySelectorAll(`button[data-kind="${button.dataset.kind}"]`)) {
      one.setAttribute("aria-pressed", String(one === button));
    }
    setTriggerValue("chosen", { kind: button.dataset.kind, trend: button.dataset.trend });
  };
}
