import { randomInt } from 'node:crypto';

/**
 * The code by which a citizen follows a report: twelve of nineteen signs, 51 bits, so that nobody finds one by trying.
 * None looks or, read over the phone, sounds like another of them: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V, M N, G J Q.
 */
const SIGNS = '34679ACDEFHKMPRTWXY';
const LENGTH = 12;

export function newTrackingCode(): string {
  const signs = Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)] ?? '');
  return grouped(signs.join(''));
}

/** However it was typed, with or without dashes; `null` for what cannot be one. */
export function readTrackingCode(typed: string): string | null {
  const signs = typed.toUpperCase().replace(/[\s\-–.]/g, '');
  return signs.length === LENGTH && [...signs].every((sign) => SIGNS.includes(sign)) ? grouped(signs) : null;
}

function grouped(signs: string): string {
  return signs.replace(/(.{4})(?=.)/g, '$1-');
}
