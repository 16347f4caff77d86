// Printing: A4 on its side, the map with its legend and the chosen location. Tiles must be there before the paper is:
// the button waits for them; the browser's own command gives no time, so there the map stays as large as it is.

const PRINT_WAIT_MS = 600;
const SHEET = [1062, 620]; // pixels of the map on paper, with nothing beside it

function printing(map) {
  const chart = document.getElementById("kaart");
  let before = null;

  function enter() {
    if (before) return false;
    const bounds = map.getBounds();
    before = { bounds, open: [...document.querySelectorAll("details")].map((box) => [box, box.open]) };
    document.querySelector(".legend").open = true;
    return true;
  }

  function enterAsItIs() {
    const [width, height] = [chart.offsetWidth, chart.offsetHeight];
    if (!enter()) return;
    Object.assign(chart.style, { width: `${width}px`, height: `${height}px`, zoom: Math.min(1, SHEET[0] / width, SHEET[1] / height) });
    document.documentElement.classList.add("printing");
  }

  function enterAnew() {
    if (!enter()) return;
    document.documentElement.classList.add("printing");
    map.invalidateSize({ animate: false });
    map.fitBounds(before.bounds, { animate: false });
  }

  function leave() {
    if (!before) return;
    document.documentElement.classList.remove("printing");
    Object.assign(chart.style, { width: "", height: "", zoom: "" });
    for (const [box, open] of before.open) box.open = open;
    map.invalidateSize({ animate: false });
    map.fitBounds(before.bounds, { animate: false });
    before = null;
  }

  window.addEventListener("beforeprint", enterAsItIs);
  window.addEventListener("afterprint", leave);
  document.getElementById("afdrukken").addEventListener("click", () => {
    enterAnew();
    setTimeout(() => window.print(), PRINT_WAIT_MS);
  });
}
