// Saves the picture or table beside which it stands as SVG or PNG: what is on the screen, made in the browser, offline.

const PROPERTIES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "opacity", "visibility", "display", "font-family", "font-size", "font-weight", "font-style",
  "font-variant-numeric", "text-anchor", "dominant-baseline", "white-space", "letter-spacing", "paint-order",
];
const SVG = "http://www.w3.org/2000/svg";
const SCALE = 2;

export default function ({ parentElement, data }) {
  const [png, svg] = parentElement.querySelectorAll("button");
  svg.setAttribute("aria-label", `SVG of ${data.name}`);
  png.setAttribute("aria-label", `PNG of ${data.name}`);
  svg.onclick = () => save(new Blob([standalone(data).text], { type: "image/svg+xml" }), `${data.name}.svg`);
  png.onclick = async () => save(await raster(standalone(data)), `${data.name}.png`);
}

// One svg element with everything in it that the page's style sheets would otherwise add.
function standalone({ figure, alt }) {
  const room = document.querySelector(`.${CSS.escape(figure)}`);
  const table = room.querySelector(".rx-map");
  const layers = table ? [] : visibleLayers(room);
  const drawn = table ?? layers[0];
  const { width, height } = drawn.getBoundingClientRect();
  const whole = document.createElementNS(SVG, "svg");
  whole.setAttribute("xmlns", SVG);
  whole.setAttribute("width", Math.ceil(width));
  whole.setAttribute("height", Math.ceil(height));
  whole.setAttribute("viewBox", `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`);
  const description = document.createElementNS(SVG, "desc");
  description.textContent = alt;
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", groundColour(drawn));
  whole.append(description, ground);
  if (table) whole.append(...shapesOf(table));
  for (const layer of layers) {
    const copy = layer.cloneNode(true);
    inline(layer, copy);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.removeAttribute("style");
    copy.querySelectorAll("style").forEach((style) => style.remove());
    whole.append(copy);
  }
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

// Plotly draws a chart as several svg elements, one over the other; a diagram is one, wide or narrow.
function visibleLayers(figure) {
  const chart = [...figure.querySelectorAll(".js-plotly-plot svg.main-svg")];
  const drawn = chart.length ? chart : [...figure.querySelectorAll(".rx-picture svg")];
  return drawn.filter((layer) => layer.getBoundingClientRect().width > 0);
}

// A table as shapes: its words, where they stand, the lines under its rows, and its bars.
function shapesOf(table) {
  const origin = table.getBoundingClientRect();
  const made = (name, values) => {
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(values)) shape.setAttribute(key, value);
    return shape;
  };
  const boxed = (box, fill, width = box.width) =>
    made("rect", { x: box.left - origin.left, y: box.top - origin.top, width, height: box.height, fill });
  const shapes = [];
  for (const row of table.rows) {
    const box = row.getBoundingClientRect();
    const fill = getComputedStyle(row.cells[0]).borderBottomColor;
    shapes.push(boxed({ left: box.left, top: box.bottom - 1, width: box.width, height: 1 }, fill));
  }
  for (const bar of table.querySelectorAll(".rx-share")) {
    const [box, style] = [bar.getBoundingClientRect(), getComputedStyle(bar)];
    const share = parseFloat(style.getPropertyValue("--share")) / 100;
    shapes.push(boxed(box, style.outlineColor), boxed(box, style.color, Math.max(2, box.width * share)));
  }
  const texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest("a")) continue;
    const { color: fill, fontFamily, fontSize, fontWeight } = getComputedStyle(text.parentElement);
    for (const { 0: word, index } of text.data.matchAll(/[^ \n]+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const box = range.getBoundingClientRect();
      const [x, y] = [box.left - origin.left, box.bottom - origin.top - box.height * 0.22];
      const shape = made("text", { x, y, fill, "font-family": fontFamily, "font-size": fontSize, "font-weight": fontWeight });
      shape.textContent = word;
      shapes.push(shape);
    }
  }
  return shapes;
}

function groundColour(element) {
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    const colour = getComputedStyle(parent).backgroundColor;
    if (colour !== "transparent" && colour !== "rgba(0, 0, 0, 0)") return colour;
  }
  return "white";
}

function inline(drawn, copy) {
  const style = getComputedStyle(drawn);
  const kept = PROPERTIES.map((name) => [name, style.getPropertyValue(name)]).filter(([, value]) => value !== "");
  copy.removeAttribute("class");
  copy.setAttribute("style", kept.map(([name, value]) => `${name}: ${value}`).join("; "));
  for (let index = 0; index < drawn.children.length; index += 1) inline(drawn.children[index], copy.children[index]);
}

// Draws the svg on a canvas. A picture in an <img> sees no font of the page, so ours is put inside it first.
async function raster({ text, width, height }) {
  const fonts = await fontFaces();
  const dressed = fonts ? text.replace("<desc>", `<style>${fonts}</style><desc>`) : text;
  const address = URL.createObjectURL(new Blob([dressed], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width) * SCALE;
  canvas.height = Math.ceil(height) * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

// The rules of the upright text font that the page has loaded from its own server, with the file inside.
async function fontFaces() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const wanted = rules.filter(
    (rule) =>
      rule instanceof CSSFontFaceRule &&
      rule.style.getPropertyValue("font-family").replaceAll('"', "") === "Source Sans" &&
      rule.style.getPropertyValue("font-style") !== "italic",
  );
  return (await Promise.all(wanted.map(embedded))).join("\n");
}

async function embedded(rule) {
  const found = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src"));
  const base = rule.parentStyleSheet.href ?? document.baseURI;
  const file = await (await fetch(new URL(found[1], base))).blob();
  const inside = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  return rule.cssText.replace(found[0], `url("${inside}")`);
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
