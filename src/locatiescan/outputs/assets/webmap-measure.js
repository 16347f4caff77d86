// Measuring distance and area in RD New, by mouse or by keyboard: Enter takes the point in the middle of the map.

function measureTool(map, data) {
  const drawn = L.layerGroup();
  const line = L.polyline([], { color: "#111827", weight: 3, dashArray: "6 5", interactive: false }).addTo(drawn);
  const outcome = el("output", { class: "measured", "aria-live": "polite" });
  const button = el("button", { type: "button", "aria-pressed": "false" }, "Meten");
  const erase = el("button", { type: "button", hidden: "" }, "Wis");
  const box = el("div", { class: "leaflet-bar tools" }, button, erase, outcome);
  const chart = map.getContainer();
  let points = null; // null: not measuring

  const dots = () => points.map((at) => L.circleMarker(at, { radius: 4, color: "#111827", fillColor: "#fff", fillOpacity: 1, interactive: false }));
  function show() {
    drawn.clearLayers();
    line.setLatLngs(points.length > 2 ? [...points, points[0]] : points).addTo(drawn);
    for (const dot of dots()) dot.addTo(drawn);
    outcome.textContent = points.length < 2 ? "Klik punten op de kaart, of schuif met de pijlen en druk op Enter." : measuredText(data, points);
  }

  function turn(on) {
    points = on ? [] : null;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Klaar" : "Meten";
    erase.hidden = !on;
    chart.classList.toggle("measuring", on);
    if (on) drawn.addTo(map);
    else drawn.remove();
    if (on) show();
    else outcome.textContent = "";
    if (on) chart.focus({ preventScroll: true });
    else button.focus({ preventScroll: true });
  }

  function add(latlng) {
    points.push(latlng);
    show();
  }
  button.addEventListener("click", () => turn(!points));
  erase.addEventListener("click", () => turn(true));
  chart.addEventListener("keydown", (event) => {
    if (!points || event.target !== chart) return;
    if (event.key === "Enter") add(map.getCenter());
    if (event.key === "Backspace") [points.pop(), show()];
    if (event.key === "Escape") [event.stopPropagation(), turn(false)];
  });
  L.DomEvent.disableClickPropagation(box);
  const control = L.control({ position: "topleft" });
  control.onAdd = () => box;
  control.addTo(map);
  return { busy: () => points !== null, add };
}

// Length along the points; with three or more also the way round and the area within.
function measuredText({ projection }, points) {
  const rd = points.map((at) => toRd(projection, at));
  const step = (k) => Math.hypot(rd[k][0] - rd[k - 1][0], rd[k][1] - rd[k - 1][1]);
  const length = rd.slice(1).reduce((sum, _, k) => sum + step(k + 1), 0);
  const distance = `Afstand ${metres(length)}`;
  if (rd.length < 3) return distance;
  const twice = rd.reduce((sum, [x, y], k) => {
    const [nextX, nextY] = rd[(k + 1) % rd.length];
    return sum + (x - rd[0][0]) * (nextY - rd[0][1]) - (nextX - rd[0][0]) * (y - rd[0][1]);
  }, 0);
  return `${distance}; oppervlakte ${number(Math.abs(twice) / 2, 0)}\u00a0m²`;
}

const metres = (length) => (length < 1000 ? `${number(length, 1, 1)}\u00a0m` : `${number(length / 1000, 2, 2)}\u00a0km`);
