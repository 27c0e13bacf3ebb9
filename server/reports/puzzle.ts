import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';

/**
 * Work that a program must do before it may send: find a word with which the SHA-256 of the challenge begins with so many
 * zero bits. A telephone does it while its owner types; who sends thousands pays for each, and for more the more come.
 * The challenge is signed, so nothing is kept of those that were given out; used ones are remembered until they expire.
 */
export interface Puzzle {
  /** `<challenge>:<bits>`. */
  issue(): string;
  /** Throws `Fault` (`portal.puzzle`) for a proof that is wrong, over or used; (`portal.fast`) for one from a moment ago. */
  check(proof: string): void;
  /** As `check`, and from then on it is used. */
  spend(proof: string): void;
}

const LIFE_MS = 45 * 60_000;
/** Nobody reads the page, chooses a place and writes a sentence in less. */
const FASTEST_MS = 3000;
const LEAST_BITS = 12;
const MOST_BITS = 19;
/** Spent in the last ten minutes for which each doubling asks for a bit more. */
const CALM = 30;
const WINDOW_MS = 600_000;
const MOST_USED = 200_000;

export function createPuzzle(clock: Clock): Puzzle {
  const key = randomBytes(32);
  /** Challenge → when it was spent, oldest first. */
  const used = new Map<string, number>();

  function bits(): number {
    const since = clock.monotonic() - WINDOW_MS;
    let recent = 0;
    for (const atMs of [...used.values()].reverse()) {
      if (atMs < since) break;
      recent += 1;
    }
    return Math.min(MOST_BITS, LEAST_BITS + Math.floor(Math.log2(Math.max(1, recent / CALM))));
  }

  function sign(body: string): string {
    return createHmac('sha256', key).update(body).digest('base64url').slice(0, 22);
  }

  function forget(): void {
    const before = clock.monotonic() - LIFE_MS;
    for (const [challenge, atMs] of used) {
      if (atMs >= before && used.size <= MOST_USED) return;
      used.delete(challenge);
    }
  }

  /** The challenge of a proof that fits. */
  function check(proof: string): string {
    forget();
    const [challenge = '', word = ''] = proof.split(':');
    const [random = '', issued = '', asked = '', signature = ''] = challenge.split('.');
    const age = clock.monotonic() - Number.parseInt(issued, 36);
    const known = same(signature, sign([random, issued, asked].join('.')));
    if (!known || !(age <= LIFE_MS) || used.has(challenge) || !hasZeroBits(`${challenge}:${word}`, Number(asked))) {
      throw new Fault('invalid', 'portal.puzzle', 'the proof does not fit; ask for a new puzzle');
    }
    if (age < FASTEST_MS) {
      throw new Fault('tooMany', 'portal.fast', 'sent faster than a person can', { retryAfterMs: FASTEST_MS - age });
    }
    return challenge;
  }

  return {
    issue() {
      const asked = bits();
      const body = [randomBytes(9).toString('base64url'), Math.round(clock.monotonic()).toString(36), asked].join('.');
      return `${body}.${sign(body)}:${asked}`;
    },
    check: (proof) => void check(proof),
    spend(proof) {
      used.set(check(proof), clock.monotonic());
    },
  };
}

/** As bytes: letters beyond ASCII are as many characters and more bytes. */
function same(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.byteLength === second.byteLength && timingSafeEqual(first, second);
}

export function hasZeroBits(text: string, bits: number): boolean {
  const hash = createHash('sha256').update(text).digest();
  return hash.readUInt32BE(0) >>> (32 - Math.min(32, Math.max(1, bits))) === 0;
}
