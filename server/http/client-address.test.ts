import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createClientFacts } from './client-address.ts';

const request = (peer: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({ socket: { remoteAddress: peer }, headers }) as unknown as IncomingMessage;

describe('where a request comes from', () => {
  const facts = createClientFacts({ trustedProxies: ['10.0.0.1', '172.16.0.0/12', 'fd00::/8'], tls: false });

  it.each([
    ['no proxy', '203.0.113.7', undefined, '203.0.113.7'],
    ['headers from anybody do not count', '203.0.113.7', '10.9.9.9', '203.0.113.7'],
    ['a listed proxy', '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['a listed proxy over a mapped address', '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['two proxies in a row', '10.0.0.1', '203.0.113.7, 172.16.5.5', '203.0.113.7'],
    ['what the client itself wrote in front does not count', '10.0.0.1', '127.0.0.1, 203.0.113.7', '203.0.113.7'],
    ['IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
    ['nonsense', '10.0.0.1', 'admin', '10.0.0.1'],
    ['nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['only proxies', '10.0.0.1', '172.16.0.9', '10.0.0.1'],
  ])('%s', (_, peer, forwarded, address) => {
    expect(facts(request(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded })).address).toBe(address);
  });

  it('believes a listed proxy, and nobody else, that TLS was used', () => {
    const proto = { 'x-forwarded-proto': 'https' };
    expect(facts(request('10.0.0.1', proto)).secure).toBe(true);
    expect(facts(request('10.0.0.1', { 'x-forwarded-proto': 'https, http' })).secure).toBe(false);
    expect(facts(request('203.0.113.7', proto)).secure).toBe(false);
    const own = createClientFacts({ trustedProxies: [], tls: true });
    expect(own(request('203.0.113.7')).secure).toBe(true);
  });
});
