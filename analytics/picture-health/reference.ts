import { CELL, CELLS, CELLS_ACROSS, HEIGHT, PIXELS, type Picture, WIDTH } from './picture.ts';

/** How a picture compares with what its camera has shown. Pure numbers; see each. */
export interface Likeness {
  /** −1 to 1: how well the edges that stay are where they were, at the best of a few small shifts. */
  readonly similarity: number;
  /** Of the cells that hold lasting edges, the share (0 to 1) that is flat now. */
  readonly lost: number;
  /** Edges of all kinds against what is usual; 1 is as always. */
  readonly edges: number;
  /** Fine detail against coarse structure, against what is usual; 1 is as always, less is less sharp. */
  readonly sharpness: number;
}

/**
 * What stays in a camera's picture, slowly learnt: its signed differences of brightness, the median of the first looks
 * and from then on in bounded steps. Noise, rain and what passes leave no trace; walls, kerbs and poles remain.
 * Follows a day that becomes a night; takes 57 kB.
 */
export interface Reference {
  /** Pictures that it has seen. */
  readonly seen: number;
  /** `weight`: 0 to 1, how much the new picture counts against what is known. */
  learn(picture: Picture, weight: number): void;
  /** `undefined` before the first looks are in, and where the camera shows nothing that stays: a wall, a sky. */
  compare(picture: Picture): Likeness | undefined;
  /** For `restoreReference`; says something once `compare` does. */
  dump(): Uint8Array;
}

/** Shaking poles: pixels by which a picture may lie beside the reference. */
const SHIFT = 2;
/** Differences of brightness below this are noise. */
const LEAST_EDGE = 6;
/** Of all pixels, the share that must hold lasting edges before anything can be said. */
const LEAST_SHARE = 0.01;
/**
 * A cell is flat now when it has less than this of its usual edges, measured by the best tenth of the cells: dusk and
 * fog take from all alike, a cloth does not. Where even those have little, by this much.
 */
const FLAT = 0.3;
const LEAST_GAIN = 0.25;
/** Pixels that are looked for at every shift. */
const MOST_SAMPLES = 1500;
/** Differences are kept in so many parts of a level of brightness. */
const PARTS = 64;
/** So many looks make the beginning. */
const FIRST_LOOKS = 5;
/** A look counts as at most so far from what is known: levels of brightness, and share of the scalars. */
const MOST_STEP = 16 * PARTS;
const MOST_SCALAR_STEP = 0.3;

interface Scalars {
  seen: number;
  edges: number;
  sharpness: number;
}

export function createReference(): Reference {
  return referenceOf(new Int16Array(PIXELS), new Int16Array(PIXELS), { seen: 0, edges: 0, sharpness: 0 });
}

const HEAD_BYTES = 24;
const DUMP_BYTES = HEAD_BYTES + 4 * PIXELS;

/** `undefined` for what `dump` of this version did not write. */
export function restoreReference(dump: Uint8Array): Reference | undefined {
  if (dump.byteLength !== DUMP_BYTES) return undefined;
  // A copy in memory of its own: `slice` of Node's Buffer would be neither.
  const bytes = Uint8Array.from(dump);
  const view = new DataView(bytes.buffer);
  const across = new Int16Array(bytes.buffer, HEAD_BYTES, PIXELS);
  const down = new Int16Array(bytes.buffer, HEAD_BYTES + 2 * PIXELS, PIXELS);
  const scalars = { seen: view.getFloat64(0), edges: view.getFloat64(8), sharpness: view.getFloat64(16) };
  return Object.values(scalars).every(Number.isFinite) ? referenceOf(across, down, scalars) : undefined;
}

function referenceOf(across: Int16Array, down: Int16Array, scalars: Scalars): Reference {
  let lasting: Lasting | undefined;
  let first: Picture[] = [];

  function begin(): void {
    for (let at = 0; at < PIXELS; at += 1) {
      across[at] = PARTS * median(first.map((each) => each.across[at] ?? 0));
      down[at] = PARTS * median(first.map((each) => each.down[at] ?? 0));
    }
    scalars.edges = median(first.map(edgesOf));
    scalars.sharpness = median(first.map(sharpnessOf));
    first = [];
  }

  return {
    get seen() {
      return scalars.seen;
    },
    learn(picture, weight) {
      lasting = undefined;
      scalars.seen += 1;
      if (scalars.seen <= FIRST_LOOKS) {
        first.push(picture);
        if (first.length === FIRST_LOOKS) begin();
        return;
      }
      for (let at = 0; at < PIXELS; at += 1) {
        across[at] = step(across[at] ?? 0, (picture.across[at] ?? 0) * PARTS, weight);
        down[at] = step(down[at] ?? 0, (picture.down[at] ?? 0) * PARTS, weight);
      }
      scalars.edges = scalarStep(scalars.edges, edgesOf(picture), weight);
      scalars.sharpness = scalarStep(scalars.sharpness, sharpnessOf(picture), weight);
    },
    compare(picture) {
      if (scalars.seen < FIRST_LOOKS) return undefined;
      lasting ??= lastingEdges(across, down);
      if (lasting.places.length < LEAST_SHARE * PIXELS) return undefined;
      return {
        similarity: similarityOf(picture, lasting),
        lost: lostOf(picture, lasting),
        edges: edgesOf(picture) / Math.max(scalars.edges, 0.01),
        sharpness: sharpnessOf(picture) / Math.max(scalars.sharpness, 0.01),
      };
    },
    dump() {
      const bytes = new Uint8Array(DUMP_BYTES);
      const view = new DataView(bytes.buffer);
      for (const [at, value] of [scalars.seen, scalars.edges, scalars.sharpness].entries()) {
        view.setFloat64(8 * at, value);
      }
      new Int16Array(bytes.buffer, HEAD_BYTES, PIXELS).set(across);
      new Int16Array(bytes.buffer, HEAD_BYTES + 2 * PIXELS, PIXELS).set(down);
      return bytes;
    },
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Rounded away from where it stands, so that small steps are not lost for ever. */
function step(before: number, now: number, share: number): number {
  const exact = share * Math.max(-MOST_STEP, Math.min(MOST_STEP, now - before));
  return before + (exact < 0 ? Math.floor(exact) : Math.ceil(exact));
}

function scalarStep(before: number, now: number, share: number): number {
  const most = MOST_SCALAR_STEP * before;
  return before + share * Math.max(-most, Math.min(most, now - before));
}

function edgesOf({ across, down }: Picture): number {
  let sum = 0;
  for (let at = 0; at < PIXELS; at += 1) {
    const edge = Math.abs(across[at] ?? 0) + Math.abs(down[at] ?? 0);
    if (edge >= LEAST_EDGE) sum += edge;
  }
  return sum / PIXELS;
}

const sharpnessOf = ({ detail, structure }: Picture): number => detail / Math.max(structure, 0.25);

/** The edges that stay: where they are, which way and how strong. */
interface Lasting {
  /** Pixels, away from the border. */
  readonly places: Int32Array;
  /** Of these, some all over the picture, with their differences: enough to find them again. */
  readonly sample: Int32Array;
  readonly across: Float32Array;
  readonly down: Float32Array;
  readonly energy: number;
  /** For each cell the sum of its lasting edges; 0 where it has too few to miss them. */
  readonly cells: Float32Array;
}

function lastingEdges(across: Int16Array, down: Int16Array): Lasting {
  const places: number[] = [];
  const cells = new Float32Array(CELLS);
  const counts = new Uint16Array(CELLS);
  for (let y = SHIFT; y < HEIGHT - SHIFT; y += 1) {
    for (let x = SHIFT; x < WIDTH - SHIFT; x += 1) {
      const at = y * WIDTH + x;
      const edge = (Math.abs(across[at] ?? 0) + Math.abs(down[at] ?? 0)) / PARTS;
      if (edge < LEAST_EDGE) continue;
      places.push(at);
      const cell = cellOf(at);
      cells[cell] = (cells[cell] ?? 0) + edge;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  for (let cell = 0; cell < CELLS; cell += 1) if ((counts[cell] ?? 0) < CELL / 2) cells[cell] = 0;
  const stride = Math.ceil(places.length / MOST_SAMPLES);
  const sample = Int32Array.from(places.filter((_, at) => at % stride === 0));
  const x = Float32Array.from(sample, (place) => (across[place] ?? 0) / PARTS);
  const y = Float32Array.from(sample, (place) => (down[place] ?? 0) / PARTS);
  let energy = 0;
  for (let at = 0; at < sample.length; at += 1) energy += (x[at] ?? 0) ** 2 + (y[at] ?? 0) ** 2;
  return { places: Int32Array.from(places), sample, across: x, down: y, energy, cells };
}

function cellOf(place: number): number {
  return Math.floor(place / WIDTH / CELL) * CELLS_ACROSS + Math.floor((place % WIDTH) / CELL);
}

function similarityOf(picture: Picture, { sample, across, down, energy }: Lasting): number {
  let best = -1;
  for (let dy = -SHIFT; dy <= SHIFT; dy += 1) {
    for (let dx = -SHIFT; dx <= SHIFT; dx += 1) {
      const shift = dy * WIDTH + dx;
      let [together, own] = [0, 0];
      for (let i = 0; i < sample.length; i += 1) {
        const place = (sample[i] ?? 0) + shift;
        const x = picture.across[place] ?? 0;
        const y = picture.down[place] ?? 0;
        together += x * (across[i] ?? 0) + y * (down[i] ?? 0);
        own += x * x + y * y;
      }
      if (own > 0) best = Math.max(best, together / Math.sqrt(own * energy));
    }
  }
  return best;
}

function lostOf(picture: Picture, { places, cells }: Lasting): number {
  const now = new Float32Array(CELLS);
  for (const place of places) {
    const edge = Math.abs(picture.across[place] ?? 0) + Math.abs(picture.down[place] ?? 0);
    const cell = cellOf(place);
    now[cell] = (now[cell] ?? 0) + edge;
  }
  const shares: number[] = [];
  for (let cell = 0; cell < CELLS; cell += 1) {
    const usual = cells[cell] ?? 0;
    if (usual > 0) shares.push((now[cell] ?? 0) / usual);
  }
  shares.sort((a, b) => a - b);
  const best = shares[Math.floor(shares.length * 0.9)] ?? 0;
  const flat = FLAT * Math.min(1, Math.max(LEAST_GAIN, best));
  return shares.length === 0 ? 0 : shares.filter((share) => share < flat).length / shares.length;
}
