// A strip of photographs, each a button; a click tells Python which one.
export default function ({ parentElement, data, setTriggerValue }) {
  const strip = parentElement.querySelector(".rx-picker");
  if (strip.drawn !== data.drawn) {
    strip.replaceChildren(...data.photographs.map((photograph) => button(photograph, setTriggerValue)));
    strip.drawn = data.drawn;
  }
  for (const one of strip.children) one.setAttribute("aria-pressed", String(one.value === String(data.chosen)));
}

function button({ value, address, words }, setTriggerValue) {
  const made = document.createElement("button");
  made.type = "button";
  made.value = value;
  made.title = words;
  const image = document.createElement("img");
  image.src = address;
  image.alt = words;
  made.append(image);
  made.onclick = () => setTriggerValue("chosen", value);
  return made;
}
