import type { Box } from '#contracts/detection';
import { regionsOf } from './regions.ts';

/** What moved between a picture and what is usually there. */
export interface Motion {
  /** Where, largest first; empty while it learns. */
  readonly regions: readonly Box[];
  /** Of the picture that is looked at, 0 to 1. */
  readonly share: number;
  /** Everything changed at once: light, infra-red, or the camera itself. It learns anew and says nothing. */
  readonly allChanged: boolean;
}

/**
 * The gate before detection: cheap, always on. It knows for each pixel of a small grey picture its usual value and how
 * much it usually trembles, so that leaves, rain and noise are no motion. Pictures may come at any rate.
 */
export interface MotionGate {
  /** `luma`: a byte for each pixel, rows without gaps. `atMs` must not fall. Nothing is kept of either. */
  look(luma: Uint8Array, atMs: number): Motion;
  /** The camera was steered: what is learnt is of another place. */
  forget(): void;
}

export interface MotionGateOptions {
  readonly width: number;
  readonly height: number;
  /** Where nothing counts: what is left of the picture is looked at. One byte for each pixel, not 0 is masked. */
  readonly mask?: Uint8Array;
}

/** Time constants, s: of what is usual; of what has come to stay; of how much a pixel trembles. */
const USUAL_S = 12;
const STAYS_S = 60;
const TREMBLES_S = 20;
/** At first it learns faster, and says nothing. */
const LEARNS_MS = 2000;
/** A pixel differs by more than this in any case, and by more than it trembles. */
const LEAST_DIFFERENCE = 14;
const TREMBLES = 4;
const MOST_TREMBLING = 24;
/** Pixels are counted in squares of this side; one has changed when so many of its pixels have. */
const CELL = 4;
const CELL_SHARE = 0.4;
/** More than this of the picture is everything. */
const ALL = 0.55;

export function createMotionGate({ width, height, mask }: MotionGateOptions): MotionGate {
  const size = width * height;
  const usual = new Float32Array(size);
  const trembling = new Float32Array(size);
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const counts = new Uint16Array(columns * rows);
  const isMasked = (at: number): boolean => (mask?.[at] ?? 0) !== 0;
  const looked = cellsLookedAt(width, height, isMasked);
  const lookedCells = looked.reduce((sum, pixels) => sum + (pixels > 0 ? 1 : 0), 0);
  const moved = new Uint8Array(columns * rows);
  let learntSinceMs: number | undefined;
  let lastMs = 0;

  function learn(luma: Uint8Array, atMs: number): void {
    for (let at = 0; at < size; at += 1) usual[at] = luma[at] ?? 0;
    trembling.fill(LEAST_DIFFERENCE / TREMBLES);
    learntSinceMs = atMs;
  }

  /** The whole picture is brighter or darker by so much: the camera set its exposure. */
  function shiftOf(luma: Uint8Array): number {
    const differences: number[] = [];
    for (let at = 0; at < size; at += 37) if (!isMasked(at)) differences.push((luma[at] ?? 0) - (usual[at] ?? 0));
    differences.sort((a, b) => a - b);
    return differences[Math.floor(differences.length / 2)] ?? 0;
  }

  return {
    look(luma, atMs) {
      if (luma.length !== size) throw new RangeError(`a picture of ${luma.length} bytes is not ${width}×${height}`);
      if (learntSinceMs === undefined) {
        learn(luma, atMs);
        lastMs = atMs;
        return NOTHING;
      }
      const seconds = Math.min(5, Math.max(0, (atMs - lastMs) / 1000));
      lastMs = atMs;
      const learning = atMs - learntSinceMs < LEARNS_MS;
      const shift = shiftOf(luma);
      const weights = {
        usual: weightOf(seconds, learning ? 1 : USUAL_S),
        stays: weightOf(seconds, learning ? 1 : STAYS_S),
        trembles: weightOf(seconds, learning ? 3 : TREMBLES_S),
      };
      counts.fill(0);
      for (let y = 0, at = 0; y < height; y += 1) {
        const row = Math.floor(y / CELL) * columns;
        for (let x = 0; x < width; x += 1, at += 1) {
          if (isMasked(at)) continue;
          const off = (luma[at] ?? 0) - (usual[at] ?? 0);
          const difference = Math.abs(off - shift);
          const trembles = trembling[at] ?? 0;
          const changed = difference > Math.max(LEAST_DIFFERENCE, TREMBLES * trembles);
          if (changed) {
            const cell = row + Math.floor(x / CELL);
            counts[cell] = (counts[cell] ?? 0) + 1;
          }
          usual[at] = (usual[at] ?? 0) + off * (changed ? weights.stays : weights.usual);
          // What passes once must not make a pixel blind: it counts as no more than trembling can be.
          const seen = Math.min(difference, MOST_TREMBLING);
          trembling[at] = trembles + (seen - trembles) * (changed ? weights.trembles / 4 : weights.trembles);
        }
      }
      let cells = 0;
      for (const [cell, pixels] of looked.entries()) {
        const is = pixels > 0 && (counts[cell] ?? 0) >= pixels * CELL_SHARE;
        moved[cell] = is ? 1 : 0;
        if (is) cells += 1;
      }
      const share = lookedCells === 0 ? 0 : cells / lookedCells;
      if (share > ALL) {
        learn(luma, atMs);
        return { regions: [], share, allChanged: true };
      }
      if (learning) return NOTHING;
      return { regions: regionsOf(moved, columns, rows), share, allChanged: false };
    },
    forget() {
      learntSinceMs = undefined;
    },
  };
}

const NOTHING: Motion = { regions: [], share: 0, allChanged: false };

const weightOf = (seconds: number, constant: number): number => 1 - Math.exp(-seconds / constant);

/** Pixels of each cell that count. */
function cellsLookedAt(width: number, height: number, isMasked: (at: number) => boolean): Uint16Array {
  const columns = Math.ceil(width / CELL);
  const looked = new Uint16Array(columns * Math.ceil(height / CELL));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (isMasked(y * width + x)) continue;
      const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL);
      looked[cell] = (looked[cell] ?? 0) + 1;
    }
  }
  return looked;
}
