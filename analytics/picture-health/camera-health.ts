import type { PictureFault } from '#contracts/camera';
import type { Check, Persistence, Scene, Usual, Verdict } from './checks/check.ts';
import { CHECKS } from './checks/index.ts';
import { PIXELS, type Picture } from './picture.ts';
import { createReference, type Reference, restoreReference } from './reference.ts';

/** The health of one camera's picture, look by look. Knows neither clock nor streams. */
export interface CameraHealth {
  /** `atMs` rises; any zero. At most one fault is open: the change from one to another is both, the end first. */
  look(picture: Picture, atMs: number): LookResult;
  /** What was open when the program ended; `sinceAtMs` on the same scale as `atMs`, `dump` as `dump` gave it. */
  restore(fault: PictureFault, sinceAtMs: number, dump: Uint8Array | null): void;
  /** The camera was steered or changed: what its picture was like does not count any more. */
  forgetView(): void;
  readonly open: PictureFault | null;
  /** What stays in its picture, for `restore`; `null` while that is not learnt. */
  dump(): Uint8Array | null;
}

export interface LookResult {
  readonly ended: PictureFault | null;
  readonly begun: { readonly fault: PictureFault; readonly sinceAtMs: number } | null;
  /** No check has anything against the picture. */
  readonly well: boolean;
}

/** Looks and time until the view is known well enough to be missed. */
const LEARN: Persistence = { looks: 8, ms: 60_000 };
/** How fast what is usual follows what is: the view slowly, stillness before brightness (see `checks/frozen`). */
const VIEW = { ms: 600_000, most: 0.2 };
const BRIGHTNESS = { ms: 90_000, most: 0.6 };
const MOVEMENT = { ms: 30_000, most: 0.75 };
/** After a silence like this, looks do not belong together. */
const APART_MS = 900_000;
/** Below and above: without colours (infra-red) and with. Between them it stays what it was. */
const GREY = 2.5;
const COLOURED = 5;
/** A view that has been another for so long is the new one: nobody turned it back. */
const ADOPT_MS = 12 * 3_600_000;

type Light = 'colour' | 'grey';

/** A run of looks of one verdict. */
interface Streak {
  looks: number;
  sinceMs: number;
}

export function createCameraHealth(options: { steerable: () => boolean }): CameraHealth {
  const references = new Map<Light, { reference: Reference; sinceMs: number }>();
  const streaks = new Map<Check, { faulty: Streak | undefined; well: Streak | undefined }>();
  let usual: Usual = { mean: 0, moved: 0, looks: 0 };
  let before: Uint8Array | undefined;
  let lastMs: number | undefined;
  let light: Light = 'colour';
  let open: { check: Check; sinceMs: number } | null = null;

  function isLearnt(of: Light, atMs: number): boolean {
    const known = references.get(of);
    return known !== undefined && known.reference.seen >= LEARN.looks && atMs - known.sinceMs >= LEARN.ms;
  }

  function sceneOf(picture: Picture, atMs: number): Omit<Scene, 'open'> {
    const other: Light = light === 'grey' ? 'colour' : 'grey';
    const by = isLearnt(light, atMs) ? light : isLearnt(other, atMs) ? other : undefined;
    return {
      picture,
      moved: before === undefined ? undefined : movedBetween(before, picture.luma),
      likeness: by === undefined ? undefined : references.get(by)?.reference.compare(picture),
      sameLight: by === light,
      usual,
      steerable: options.steerable(),
    };
  }

  function count(check: Check, verdict: Verdict, atMs: number): void {
    const streak = streaks.get(check) ?? { faulty: undefined, well: undefined };
    streaks.set(check, streak);
    if (verdict === 'unsure') return;
    const grown = streak[verdict] ?? { looks: 0, sinceMs: atMs };
    grown.looks += 1;
    streak[verdict] = grown;
    streak[verdict === 'well' ? 'faulty' : 'well'] = undefined;
  }

  function learn(picture: Picture, moved: number | undefined, atMs: number): void {
    const passedMs = lastMs === undefined ? 0 : Math.max(0, atMs - lastMs);
    const share = ({ ms, most }: { ms: number; most: number }): number =>
      Math.max(Math.min(most, passedMs / ms), 1 / (usual.looks + 1));
    const known = references.get(light) ?? { reference: createReference(), sinceMs: atMs };
    references.set(light, known);
    known.reference.learn(picture, Math.min(VIEW.most, passedMs / VIEW.ms));
    usual = {
      mean: usual.mean + share(BRIGHTNESS) * (picture.mean - usual.mean),
      moved: moved === undefined ? usual.moved : usual.moved + share(MOVEMENT) * (moved - usual.moved),
      looks: usual.looks + (moved === undefined ? 0 : 1),
    };
  }

  return {
    get open() {
      return open?.check.fault ?? null;
    },
    look(picture, atMs) {
      if (lastMs !== undefined && atMs - lastMs > APART_MS) {
        before = undefined;
        streaks.clear();
      }
      if (picture.colour < GREY) light = 'grey';
      else if (picture.colour > COLOURED) light = 'colour';

      const scene = sceneOf(picture, atMs);
      let suspicious = false;
      for (const check of CHECKS) {
        const verdict = check.judge({ ...scene, open: open?.check === check });
        suspicious ||= verdict === 'faulty';
        count(check, verdict, atMs);
      }
      // What may be a fault must not become what is usual.
      if (!suspicious) learn(picture, scene.moved, atMs);
      before = picture.luma;
      lastMs = atMs;

      let ended: PictureFault | null = null;
      if (open !== null && lasts(streaks.get(open.check)?.well, open.check.clear, atMs)) {
        ended = open.check.fault;
        open = null;
      } else if (open?.check.fault === 'turned' && atMs - open.sinceMs >= ADOPT_MS) {
        ended = open.check.fault;
        open = null;
        references.clear();
        streaks.clear();
      }
      const found = CHECKS.find((check) => lasts(streaks.get(check)?.faulty, check.raise, atMs));
      if (found === undefined || found === open?.check)
        return { ended, begun: null, well: !suspicious && open === null };
      // What is open stays so unless something comes that explains it better.
      if (open !== null && CHECKS.indexOf(found) > CHECKS.indexOf(open.check)) {
        return { ended, begun: null, well: false };
      }
      ended ??= open?.check.fault ?? null;
      const sinceAtMs = streaks.get(found)?.faulty?.sinceMs ?? atMs;
      open = { check: found, sinceMs: atMs };
      return { ended, begun: { fault: found.fault, sinceAtMs }, well: false };
    },
    restore(fault, sinceAtMs, dump) {
      const check = CHECKS.find((each) => each.fault === fault);
      if (check === undefined) return;
      open = { check, sinceMs: sinceAtMs };
      const reference = dump === null ? undefined : restoreReference(dump.subarray(1));
      if (reference === undefined) return;
      light = dump?.[0] === 1 ? 'grey' : 'colour';
      references.set(light, { reference, sinceMs: Number.NEGATIVE_INFINITY });
    },
    forgetView() {
      references.clear();
      streaks.clear();
    },
    dump() {
      const reference = references.get(light)?.reference.dump();
      return reference === undefined ? null : Uint8Array.from([light === 'grey' ? 1 : 0, ...reference]);
    },
  };
}

function lasts(streak: Streak | undefined, least: Persistence, atMs: number): boolean {
  return streak !== undefined && streak.looks >= least.looks && atMs - streak.sinceMs >= least.ms;
}

function movedBetween(before: Uint8Array, now: Uint8Array): number {
  let moved = 0;
  for (let at = 0; at < PIXELS; at += 1) if (before[at] !== now[at]) moved += 1;
  return moved / PIXELS;
}
