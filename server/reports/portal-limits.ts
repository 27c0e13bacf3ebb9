import ipaddr from 'ipaddr.js';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';

/**
 * How much the public may ask for: for each address, because one machine must not shut out the others, and for all
 * together, because a thousand machines must not either. Kept in memory, bounded; a restart forgets.
 */
export interface PortalLimits {
  /** Throws `tooMany` (`portal.tooMany`) with the time to wait. */
  take(what: keyof typeof LIMITS, address: string): void;
}

interface Limit {
  /** At once, and as many again in `perMs`. */
  readonly most: number;
  readonly perMs: number;
  /** The same for all addresses together; `null`: they do not get in each other's way. */
  readonly mostOfAll: number | null;
}
const MINUTE = 60_000;
/** Many telephones share an address of their network. */
const LIMITS = {
  /** Opening the page. */
  page: { most: 120, perMs: 5 * MINUTE, mostOfAll: 6000 },
  /** With a proof that does not fit. */
  badProof: { most: 20, perMs: 30 * MINUTE, mostOfAll: 6000 },
  report: { most: 12, perMs: 30 * MINUTE, mostOfAll: 1200 },
  photo: { most: 40, perMs: 30 * MINUTE, mostOfAll: 3000 },
  /** By a code. */
  look: { most: 60, perMs: 5 * MINUTE, mostOfAll: 6000 },
  /** By a code that is nobody's. */
  miss: { most: 8, perMs: 10 * MINUTE, mostOfAll: 2000 },
  /** Open figures: one after the other of a whole catalogue, and again. */
  openData: { most: 300, perMs: 5 * MINUTE, mostOfAll: 3000 },
  /** Who polls for notices does so again and again, and is answered from memory: in a flood all may ask at once. */
  notices: { most: 300, perMs: 5 * MINUTE, mostOfAll: null },
  /** Of notices that are long over. */
  noticeReads: { most: 300, perMs: 5 * MINUTE, mostOfAll: 6000 },
  open311: { most: 600, perMs: MINUTE, mostOfAll: 6000 },
} as const satisfies Readonly<Record<string, Limit>>;
const MOST_ADDRESSES = 20_000;

interface Bucket {
  left: number;
  atMs: number;
}

export function createPortalLimits(clock: Clock): PortalLimits {
  /** The first is the one that was quiet longest. */
  const buckets = new Map<string, Bucket>();
  /** Of all addresses together, apart: a crowd of addresses must not push these out. */
  const ofAll = new Map<string, Bucket>();

  /** ms to wait; 0: taken. */
  function takeFrom(held: Map<string, Bucket>, key: string, most: number, perMs: number): number {
    const nowMs = clock.monotonic();
    const bucket = held.get(key) ?? { left: most, atMs: nowMs };
    bucket.left = Math.min(most, bucket.left + ((nowMs - bucket.atMs) * most) / perMs);
    bucket.atMs = nowMs;
    held.delete(key);
    held.set(key, bucket);
    const oldest = held.size > MOST_ADDRESSES ? held.keys().next() : undefined;
    if (oldest?.done === false) held.delete(oldest.value);
    if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * perMs) / most);
    bucket.left -= 1;
    return 0;
  }

  return {
    take(what, address) {
      const { most, perMs, mostOfAll } = LIMITS[what];
      const waitMs =
        takeFrom(buckets, `${what} ${networkOf(address)}`, most, perMs) ||
        (mostOfAll === null ? 0 : takeFrom(ofAll, what, mostOfAll, perMs));
      if (waitMs > 0) {
        throw new Fault('tooMany', 'portal.tooMany', 'too many requests from this address', { retryAfterMs: waitMs });
      }
    },
  };
}

/** Who has an address of IPv6 has all of its /64, and would have a bucket for each. */
function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  return ipaddr.IPv6.parse(address)
    .parts.slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
