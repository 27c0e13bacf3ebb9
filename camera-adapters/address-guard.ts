import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { Fault, systemCodeOf } from '#base/errors';
import { CameraFault } from './adapter.ts';

/** Decides which addresses the server may call for a camera, so that a camera's address is no door into the house. */
export interface AddressGuard {
  /**
   * Parses `url`, resolves its host once and checks the address. The result names that address, so that nothing is
   * resolved again. Rejects with `CameraFault`: `refusedAddress`, or `unreachable` for a name that has no address.
   * `schemes` with or without their colon, for example `['rtsp', 'rtsps']`.
   */
  check(url: string, schemes: readonly string[], signal?: AbortSignal): Promise<CheckedAddress>;
}

export interface CheckedAddress {
  /** Without user-info, with the host's name. */
  readonly url: URL;
  /** The IP address to connect to. */
  readonly address: string;
  readonly family: 4 | 6;
  /** As found in the address, decoded; empty where there was none. */
  readonly username: string;
  readonly password: string;
  /** The same address with the IP in place of the name and without user-info. */
  readonly pinnedUrl: string;
}

export interface AddressGuardOptions {
  /** CIDR ranges that are allowed although they are loopback, link-local or our own. */
  readonly allowNetworks: readonly string[];
  /** All addresses of a name; the system's resolver when absent. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** The addresses of this machine; asked at each check, because they change. */
  readonly ownAddresses?: () => readonly string[];
}

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

const LONGEST_URL = 2048;
const RESOLVE_MS = 5000;
/** `unicast`, `private`, `uniqueLocal` and `carrierGradeNat` are where cameras are. */
const REFUSED_RANGES = new Map([
  ['unspecified', 'it is no address of a device'],
  ['loopback', 'it is this machine'],
  ['linkLocal', 'it is a link-local address'],
  ['multicast', 'it is a multicast address'],
  ['broadcast', 'it is a broadcast address'],
  ['reserved', 'it is a reserved address'],
  // An IPv4 address in disguise, which a gateway would unwrap behind our back.
  ['6to4', 'it is a translated address'],
  ['teredo', 'it is a translated address'],
  ['rfc6145', 'it is a translated address'],
  ['rfc6052', 'it is a translated address'],
]);
/** Where clouds tell a machine its own secrets, outside of link-local: Alibaba, Azure, AWS over IPv6, Oracle. */
const METADATA = ['100.100.100.200/32', '168.63.129.16/32', 'fd00:ec2::254/128', '192.0.0.192/32'];

/** Throws `Fault` `invalid` for a range in `allowNetworks` that is none. */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const allowed = options.allowNetworks.map(parseRange);
  const metadata = METADATA.map(parseRange);
  const resolve = options.resolve ?? resolveBySystem;
  const ownAddresses = options.ownAddresses ?? addressesOfThisMachine;

  /** Why `ip` is refused, or `undefined`. */
  function objection(ip: Ip): string | undefined {
    if (allowed.some((range) => inside(ip, range))) return undefined;
    if (metadata.some((range) => inside(ip, range))) return 'it is an address of cloud metadata';
    const objected = REFUSED_RANGES.get(ip.range());
    if (objected !== undefined) return objected;
    const text = ip.toString();
    return ownAddresses().some((own) => parseIp(own)?.toString() === text) ? 'it is this machine' : undefined;
  }

  return {
    async check(text, schemes, signal) {
      const url = parseUrl(text, schemes);
      const host = plainHost(url.hostname);
      const literal = parseIp(host);
      const candidates = literal === undefined ? await within(resolve(host), host, signal) : [literal.toString()];
      const ips = candidates.flatMap((candidate) => parseIp(candidate) ?? []);
      if (ips.length === 0) throw new CameraFault('unreachable', `the name ${host} has no address`);
      const ip = ips.find((candidate) => objection(candidate) === undefined);
      if (ip === undefined) {
        const [first] = ips;
        const why = first === undefined ? '' : `${first.toString()}: ${objection(first)}`;
        throw new CameraFault('refusedAddress', `the server may not call ${why}; cameras.allowNetworks can allow it`);
      }
      const { username, password } = { username: decoded(url.username), password: decoded(url.password) };
      url.username = '';
      url.password = '';
      const address = ip.toString();
      const inUrl = ip.kind() === 'ipv6' ? `[${address}]` : address;
      const port = url.port === '' ? '' : `:${url.port}`;
      return {
        url,
        address,
        family: ip.kind() === 'ipv6' ? 6 : 4,
        username,
        password,
        pinnedUrl: `${url.protocol}//${inUrl}${port}${url.pathname}${url.search}`,
      };
    },
  };
}

function parseUrl(text: string, schemes: readonly string[]): URL {
  const wanted = schemes.map((scheme) => scheme.replace(/:$/, ''));
  const begins = wanted.map((scheme) => `${scheme}://`).join(' or ');
  // Spaces, control characters and backslashes are read differently by different parsers, FFmpeg's among them.
  if (text.length > LONGEST_URL || /[\s\\\p{Cc}]/u.test(text)) {
    throw new CameraFault('refusedAddress', `this is not an address that begins with ${begins}`);
  }
  const url = URL.parse(text);
  if (url === null || !wanted.includes(url.protocol.slice(0, -1)) || url.hostname === '') {
    throw new CameraFault('refusedAddress', `the address must begin with ${begins}`);
  }
  if (url.port === '0') throw new CameraFault('refusedAddress', 'port 0 is no port');
  url.hash = '';
  return url;
}

/**
 * A host as the system would understand it. Only special schemes are normalised by the URL standard (§4.4): in `rtsp:`
 * the loopback address may come as `0x7f.1`, `2130706433` or `%3127.0.0.1`, so the host is read again as one of `http:`.
 */
function plainHost(hostname: string): string {
  const normal = URL.parse(`http://${hostname}/`);
  if (normal === null || normal.hostname === '' || normal.port !== '' || normal.username !== '') {
    throw new CameraFault('refusedAddress', 'the host of the address is no name and no address');
  }
  return normal.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** IPv4 in dotted decimals, or IPv6; IPv4 inside of IPv6 is taken out. */
function parseIp(text: string): Ip | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text.replace(/%.*$/, ''));
}

type Range = [Ip, number];

function parseRange(text: string): Range {
  try {
    return ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  } catch (error) {
    throw new Fault('invalid', 'config.badNetwork', `cameras.allowNetworks: '${text}' is no range of addresses`, {
      cause: error,
    });
  }
}

function inside(ip: Ip, [base, bits]: Range): boolean {
  if (ip instanceof ipaddr.IPv4 && base instanceof ipaddr.IPv4) return ip.match(base, bits);
  if (ip instanceof ipaddr.IPv6 && base instanceof ipaddr.IPv6) return ip.match(base, bits);
  return false;
}

async function resolveBySystem(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true, verbatim: true })).map((found) => found.address);
}

function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => entry.address));
}

/** The system's resolver takes no signal and has no bound of its own: its answer is left when it comes too late. */
async function within(answer: Promise<readonly string[]>, host: string, signal: AbortSignal | undefined) {
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const late = (): void => reject(new CameraFault('timeout', `the name ${host} was not resolved in time`));
    timer = setTimeout(late, RESOLVE_MS);
    abort = late;
    signal?.addEventListener('abort', late, { once: true });
    if (signal?.aborted) late();
  });
  try {
    return await Promise.race([answer, tooLate]);
  } catch (error) {
    if (error instanceof CameraFault) throw error;
    throw new CameraFault(
      'unreachable',
      `the name ${host} has no address (${systemCodeOf(error) ?? 'unknown'})`,
      error,
    );
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener('abort', abort);
  }
}

/** A stray `%` in a password is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
