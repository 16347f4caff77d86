// The weighted sum and the order that follows from it, to the last digit as analysis/judging has them.

const FULL_SCORE = 100;
const DIGITS = 1e9; // scores have nine decimals, so that the order of a sum decides no rank
const WAYS = { j: 1, n: 0, o: 2 }; // a preference counts here, does not, or nobody knows

// Scores side by side, and locations that share the same answers on which preferences count.
function judgeOf({ parcels, preferences, tie }) {
  const size = tie.length;
  const width = preferences.length;
  const scores = new Float64Array(size * width);
  const groups = new Map();
  for (let i = 0; i < size; i++) {
    let pattern = "";
    preferences.forEach(({ naam }, k) => {
      scores[i * width + k] = parcels.scores[naam][i] ?? NaN;
      pattern += WAYS[parcels.applies[naam]?.[i] ?? "j"];
    });
    if (!groups.has(pattern)) groups.set(pattern, []);
    groups.get(pattern).push(i);
  }
  return { size, width, scores, groups, tie, verdict: parcels.oordeel, low: new Float64Array(size), high: new Float64Array(size) };
}

// Low and high score of every location under these weights.
function weighAll(judge, weights) {
  judge.low.fill(Infinity);
  judge.high.fill(-Infinity);
  for (const [pattern, members] of judge.groups) {
    for (const counted of choices(pattern, weights)) {
      if (counted.length) weighSome(judge, members, counted, weights);
      else for (const i of members) [judge.low[i], judge.high[i]] = [Math.min(judge.low[i], 0), Math.max(judge.high[i], 1)];
    }
  }
  for (let i = 0; i < judge.size; i++) {
    judge.low[i] = rounded(judge.low[i]);
    judge.high[i] = Math.max(judge.low[i], rounded(judge.high[i]));
  }
}

// Every set of preferences that may count: those that do, with each choice of those of which it is unknown.
function choices(pattern, weights) {
  const used = [...pattern].map((way, k) => (weights[k] > 0 ? Number(way) : 0));
  const unsure = used.flatMap((way, k) => (way === 2 ? [k] : []));
  const sets = [];
  for (let chosen = 0; chosen < 2 ** unsure.length; chosen++) {
    sets.push(used.flatMap((way, k) => (way === 1 || (way === 2 && (chosen >> unsure.indexOf(k)) & 1) ? [k] : [])));
  }
  return sets;
}

function weighSome({ scores, width, low, high }, members, counted, weights) {
  const total = sumOf(counted.map((k) => weights[k]));
  for (const i of members) {
    let [worst, best] = [0, 0];
    for (const k of counted) {
      const score = scores[i * width + k];
      worst += (Number.isNaN(score) ? 0 : score) * weights[k];
      best += (Number.isNaN(score) ? 1 : score) * weights[k];
    }
    low[i] = Math.min(low[i], worst / total);
    high[i] = Math.max(high[i], best / total);
  }
}

// Adds in the order in which numpy does, which takes eight at a time.
function sumOf(values) {
  const whole = values.length < 8 ? 0 : values.length - (values.length % 8);
  const lanes = values.slice(0, Math.min(whole, 8));
  for (let i = 8; i < whole; i++) lanes[i % 8] += values[i];
  const [a, b, c, d, e, f, g, h] = lanes;
  let sum = whole ? a + b + (c + d) + (e + f + (g + h)) : 0;
  for (let i = whole; i < values.length; i++) sum += values[i];
  return sum;
}

// To nine decimals; what lies just between goes to the even one.
function rounded(share) {
  const scaled = FULL_SCORE * Math.min(Math.max(share, 0), 1) * DIGITS;
  const down = Math.floor(scaled);
  const over = scaled - down;
  const up = over > 0.5 || (over === 0.5 && down % 2 === 1);
  return (up ? down + 1 : down) / DIGITS;
}

// Best first: what meets every limit before what may, then by score, then by the name of the parcel.
function orderOf({ size, verdict, low, tie }) {
  const group = Uint8Array.from({ length: size }, (_, i) => (verdict[i] === "j" ? 0 : 1));
  return Array.from({ length: size }, (_, i) => i).sort((a, b) => group[a] - group[b] || low[b] - low[a] || tie[a] - tie[b]);
}
