// The look page: switches surface, contrast and zoom, and measures the contrast of each pair as the browser paints it.

function luminance(colour: string): number {
  const channels = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((channel) => Number(channel) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [dark = 0, bright = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

function measurePairs(): void {
  for (const pair of document.querySelectorAll<HTMLElement>(".look-pair")) {
    const painted = getComputedStyle(pair);
    const ratio = pair.querySelector("output");
    if (ratio) ratio.textContent = contrast(painted.color, painted.backgroundColor).toFixed(1);
  }
}

function apply(name: string, value: string): void {
  if (name === "surface") document.body.className = `surface-${value}`;
  else if (value === "") document.documentElement.removeAttribute(`data-${name}`);
  else document.documentElement.setAttribute(`data-${name}`, value);
  measurePairs();
}

document.querySelector(".look-bar")?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement) apply(event.target.name, event.target.value);
});

for (const input of document.querySelectorAll<HTMLInputElement>(".look-bar input:checked")) apply(input.name, input.value);
