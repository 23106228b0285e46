// Buttons that lead to layers: the strip of the network, or the row of a block. Python draws them; a click tells
// it the layer. In a group the arrow keys move, and Enter or the space bar chooses, as on any button.
export default function ({ parentElement, data, setTriggerValue }) {
  const room = parentElement.querySelector(".rx-inside-room");
  if (room.drawn !== data.html) {
    const held = room.contains(document.activeElement) ? document.activeElement : null;
    const [group, layer] = [held?.closest('[role="group"]')?.className, held?.dataset.layer];
    room.innerHTML = data.html;
    room.drawn = data.html;
    for (const one of groups(room)) {
      const buttons = [...one.querySelectorAll("button")];
      const current = buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0];
      for (const button of buttons) button.tabIndex = button === current ? 0 : -1;
    }
    if (layer) {
      const same = groups(room).find((one) => one.className === group) ?? room;
      const next = [...same.querySelectorAll("button")].find((button) => button.dataset.layer === layer);
      next?.focus({ preventScroll: true });
    }
  }
  room.onclick = (event) => {
    const button = event.target.closest("button[data-layer]");
    if (!button) return;
    const group = button.closest('[role="group"]') ?? room;
    for (const one of group.querySelectorAll('[aria-pressed="true"]')) one.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", "true");
    setTriggerValue("chosen", button.dataset.layer);
  };
  room.onkeydown = (event) => {
    const group = event.target.closest?.('[role="group"]');
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const button = event.target.closest?.("button[data-layer]");
    if (!group || !button || event.altKey || event.ctrlKey || event.metaKey) return;
    const buttons = [...group.querySelectorAll("button")];
    const at = { Home: 0, End: buttons.length - 1 }[event.key] ?? (step ? buttons.indexOf(button) + step : null);
    if (at === null) return;
    event.preventDefault();
    const next = buttons[Math.min(buttons.length - 1, Math.max(0, at))];
    for (const one of buttons) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  };
}

const groups = (room) => [...room.querySelectorAll('[role="group"]')];
