import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/** Where a request really comes from. Forwarded headers count only when a listed proxy sent them. */
export interface ClientFacts {
  readonly address: string;
  readonly secure: boolean;
}

export function createClientFacts(options: { trustedProxies: readonly string[]; tls: boolean }) {
  const ranges = options.trustedProxies.map(rangeOf);
  const isProxy = (address: string): boolean => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  };

  return (request: IncomingMessage): ClientFacts => {
    const peer = normal(request.socket.remoteAddress ?? '');
    if (!isProxy(peer)) return { address: peer, secure: options.tls };
    // From the right: the first address that no proxy of ours has is the client; what stands left of it anybody may write.
    const hops = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((hop) => normal(hop.trim()));
    const client = hops.reverse().find((hop) => hop !== '' && !isProxy(hop)) ?? peer;
    const proto = String(request.headers['x-forwarded-proto'] ?? '')
      .split(',')
      .at(-1)
      ?.trim();
    return { address: ipaddr.isValid(client) ? client : peer, secure: proto === 'https' || options.tls };
  };
}

function normal(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}

function rangeOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
