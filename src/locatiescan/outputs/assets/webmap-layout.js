// Between RD New and the map, and the drawn blocks: undoes webmap_layout.py.

const LAYOUT_DEGREE = 3;
const LAYOUT_UNITS = 10; // in a metre

function bent(coefficients, [middleA, middleB, reachA, reachB], a, b) {
  const [x, y] = [(a - middleA) / reachA, (b - middleB) / reachB];
  let [sum, k, powerX] = [0, 0, 1];
  for (let i = 0; i <= LAYOUT_DEGREE; i++, powerX *= x) {
    let power = powerX;
    for (let j = 0; j <= LAYOUT_DEGREE - i; j++, power *= y) sum += coefficients[k++] * power;
  }
  return sum;
}

const toDegrees = ({ to_degrees, rd }, x, y) => to_degrees.map((terms) => bent(terms, rd, x, y));
const toRd = ({ to_rd, degrees }, { lng, lat }) => to_rd.map((terms) => bent(terms, degrees, lng, lat));

function toWorld(lon, lat) {
  const sine = Math.sin(lat * (Math.PI / 180));
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

// Rectangles as shapes, with for each its location, kind, name and number, and where a location's begin.
function decodeLayout({ frames, boxes, kind, naam, aantal }, projection, sites) {
  const count = boxes ? boxes.length / 4 : 0;
  const shapes = { count, x: new Float64Array(4 * count), y: new Float64Array(4 * count) };
  shapes.ringStart = Int32Array.from({ length: count + 1 }, (_, i) => 4 * i);
  shapes.featureStart = Int32Array.from({ length: count + 1 }, (_, i) => i);
  const of = Array.from({ length: sites }, () => []);
  const column = (k, i) => frames[k * (frames.length / 5) + i];
  let [site, originX, originY, box] = [0, 0, 0, 0];
  for (let frame = 0; frame < (frames ? frames.length / 5 : 0); frame++) {
    site += column(0, frame);
    originX += column(3, frame);
    originY += column(4, frame);
    let [left, low] = [0, 0];
    for (const end = box + column(1, frame); box < end; box++) {
      left += boxes[box];
      low += boxes[count + box];
      const upright = [left, low, left + boxes[2 * count + box], low + boxes[3 * count + box]];
      placeBox(shapes, box, upright, { turn: (column(2, frame) / 1000) * (Math.PI / 180), originX, originY }, projection);
      of[site].push(box);
    }
  }
  shapes.boxes = boxesOf(shapes);
  return { shapes, of, kind, naam, aantal };
}

function placeBox({ x, y }, box, [west, south, east, north], { turn, originX, originY }, projection) {
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  [[west, south], [east, south], [east, north], [west, north]].forEach(([u, v], corner) => {
    const rd = [originX + u * cosine - v * sine, originY + u * sine + v * cosine].map((part) => part / LAYOUT_UNITS);
    [x[4 * box + corner], y[4 * box + corner]] = toWorld(...toDegrees(projection, ...rd));
  });
}
