import { expect, it } from 'vitest';
import { addressKey, assertAddressList, isAllowed, plainAddress } from './addresses.ts';

it.each([
  ['10.0.0.5', [], true],
  ['10.0.0.5', ['10.0.0.5'], true],
  ['10.0.0.5', ['10.0.0.0/24', '192.168.1.1'], true],
  ['10.0.1.5', ['10.0.0.0/24'], false],
  ['::ffff:10.0.0.5', ['10.0.0.0/24'], true],
  ['2001:db8::7', ['2001:db8::/32'], true],
  ['2001:db8::7', ['10.0.0.0/8'], false],
  ['10.0.0.5', ['::/0'], false],
  ['nonsense', ['10.0.0.0/8'], false],
  ['10.0.0.5', ['nonsense'], false],
] as const)('%s with the list %j: %s', (address, list, allowed) => {
  expect(isAllowed(address, list)).toBe(allowed);
});

it('names every wrong entry of a list', () => {
  assertAddressList(['10.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1'], 'addresses');
  expect(() => assertAddressList(['10.0.0.1', '10.1', '10.0.0.0/40', 'host'], 'addresses')).toThrow(
    expect.objectContaining({
      fields: ['addresses.1', 'addresses.2', 'addresses.3'].map((path) => expect.objectContaining({ path })),
    }),
  );
});

it('counts a whole /64 of IPv6 as one, and knows IPv4 in either form', () => {
  expect(addressKey('2001:db8:1:2::1')).toBe(addressKey('2001:db8:1:2:ffff::9'));
  expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'));
  expect(addressKey('::ffff:10.0.0.1')).toBe(addressKey('10.0.0.1'));
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
});
