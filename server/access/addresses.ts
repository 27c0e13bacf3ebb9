import ipaddr from 'ipaddr.js';
import { Fault } from '#base/errors';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** An IPv4 address that a dual-stack socket shows as IPv6 (::ffff:10.0.0.1) in its usual form; other text as it is. */
export function plainAddress(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}

/**
 * What failures are counted by: a subscriber of IPv6 has at least a /64 (RFC 6177) and could take a new address for
 * every attempt.
 */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).join(':')}/64` : parsed.toString();
}

/** An empty list allows every address. */
export function isAllowed(address: string, list: readonly string[]): boolean {
  if (list.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return list.some((entry) => {
    const range = parseRange(entry);
    return range !== undefined && range[0].kind() === parsed.kind() && parsed.match(range);
  });
}

/** Throws with the field of every entry that is neither an address nor a CIDR range. */
export function assertAddressList(list: readonly string[], field: string): void {
  const fields = list.flatMap((entry, at) =>
    parseRange(entry) === undefined
      ? [{ path: `${field}.${at}`, code: 'address.invalid', message: 'neither an address nor a range like 10.0.0.0/8' }]
      : [],
  );
  if (fields.length > 0) throw new Fault('invalid', 'address.invalid', 'the list of addresses is wrong', { fields });
}

function parseRange(entry: string): Range | undefined {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  // Short forms (`10.1`) mean something else to every reader.
  if (!ipaddr.IPv4.isValidFourPartDecimal(entry) && !ipaddr.IPv6.isValid(entry)) return undefined;
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
