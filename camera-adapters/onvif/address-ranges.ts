import ipaddr from 'ipaddr.js';
import { Fault } from '#base/errors';

/** Addresses to ask one by one. Pure. */

export const MOST_ADDRESSES = 4096;

/**
 * IPv4 addresses of ranges such as `10.0.0.0/24` (without network and broadcast address), `10.0.0.5-10.0.0.60` or
 * `10.0.0.7`, each once, in order. Throws `Fault` `invalid` that names the range, and when there are more than 4096.
 */
export function expandRanges(ranges: readonly string[]): readonly string[] {
  const addresses = new Set<number>();
  ranges.forEach((range, index) => {
    const [first, last] = bounds(range.trim()) ?? refuse(index, 'badRange', `"${range}" is no range of IPv4 addresses`);
    if (last - first >= MOST_ADDRESSES) tooMany(index);
    for (let address = first; address <= last; address += 1) addresses.add(address);
    if (addresses.size > MOST_ADDRESSES) tooMany(index);
  });
  return [...addresses].map(dotted);
}

/** First and last address as numbers. */
function bounds(range: string): [first: number, last: number] | null {
  const [from = '', to, ...rest] = range.split('-').map((part) => part.trim());
  if (rest.length > 0) return null;
  if (to !== undefined) {
    const [first, last] = [numeric(from), numeric(to)];
    return first === null || last === null || last < first ? null : [first, last];
  }
  if (!range.includes('/')) {
    const only = numeric(range);
    return only === null ? null : [only, only];
  }
  const [, base = '', prefixText = ''] = /^([^/]*)\/(\d{1,2})$/.exec(range) ?? [];
  const address = numeric(base);
  const prefix = Number(prefixText);
  if (address === null || prefix > 32) return null;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  // RFC 3021: networks of two addresses have neither network nor broadcast address.
  return size <= 2 ? [first, first + size - 1] : [first + 1, first + size - 2];
}

function numeric(text: string): number | null {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return ipaddr.IPv4.parse(text)
    .toByteArray()
    .reduce((sum, byte) => sum * 256 + byte, 0);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

function tooMany(index: number): never {
  return refuse(index, 'tooManyAddresses', `more than ${MOST_ADDRESSES} addresses`);
}

function refuse(index: number, code: string, message: string): never {
  throw new Fault('invalid', `discovery.${code}`, message, { fields: [{ path: `ranges.${index}`, code, message }] });
}
