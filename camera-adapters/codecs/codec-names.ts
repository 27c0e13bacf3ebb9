/** Codec strings of RFC 6381, from the bytes that parameter sets and configuration boxes have in common. Pure. */

const hex = (value: number): string => value.toString(16).padStart(2, '0');

/** `avc1.PPCCLL` (RFC 6381 §3.3). */
export function avcName(profile: number, constraints: number, level: number): string {
  return `avc1.${hex(profile)}${hex(constraints)}${hex(level)}`;
}

/** `general_…` of `profile_tier_level()` (H.265 §7.3.3), twelve bytes, which `hvcC` repeats as they are. */
export const PROFILE_TIER_LEVEL_BYTES = 12;

/** `hvc1.…` (ISO/IEC 14496-15 Annex E.3). */
export function hevcName(profileTierLevel: Uint8Array): string {
  const byte = (at: number): number => profileTierLevel[at] ?? 0;
  const profile = byte(0);
  const compatibility = ((byte(1) << 24) | (byte(2) << 16) | (byte(3) << 8) | byte(4)) >>> 0;
  const constraints = [...profileTierLevel.subarray(5, 11)];
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  return [
    'hvc1',
    `${['', 'A', 'B', 'C'][profile >> 6] ?? ''}${profile & 0x1f}`,
    reversedBits(compatibility).toString(16).toUpperCase(),
    `${(profile & 0x20) === 0 ? 'L' : 'H'}${byte(11)}`,
    ...constraints.map((value) => value.toString(16).toUpperCase()),
  ].join('.');
}

/** E.3: the compatibility flags are written with the first flag as the lowest bit. */
function reversedBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((value & (1 << bit)) !== 0) reversed |= 1 << (31 - bit);
  return reversed >>> 0;
}
