import { describe, expect, it } from 'vitest';
import { authorization } from './http-login.ts';

const mufasa = { username: 'Mufasa', password: 'Circle of Life' };
const request = { credentials: mufasa, method: 'GET', path: '/dir/index.html', allowBasic: true };
const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
const opaque = 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS';
const challenge = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="${opaque}"`;

describe('authorization', () => {
  // The vectors of RFC 7616 §3.9.1.
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers a %s challenge as RFC 7616 does', (algorithm, response) => {
    const answer = authorization({ ...request, challenges: [challenge(algorithm)], cnonce });
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toContain(`opaque="${opaque}"`);
  });

  it('takes the strongest of what is offered, in one header or several, and Basic last', () => {
    const both = authorization({ ...request, challenges: [challenge('MD5'), challenge('SHA-256')], cnonce });
    expect(both).toContain('algorithm=SHA-256');
    const mixed = authorization({ ...request, challenges: [`Basic realm="a", ${challenge('MD5')}`], cnonce });
    expect(mixed).toContain('8ca523f5e9506fed4657c9700eebdbec');
    expect(authorization({ ...request, challenges: ['Basic realm="a"'] })).toBe('Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl');
  });

  it('shows the password to nobody who may not ask for it', () => {
    expect(authorization({ ...request, allowBasic: false, challenges: ['Basic realm="a"'] })).toBeNull();
  });

  it('answers devices from before quality of protection (RFC 2069)', () => {
    const answer = authorization({ ...request, challenges: ['Digest realm="a", nonce="b"'] });
    expect(answer).toMatch(/response="[0-9a-f]{32}"$/);
    expect(answer).not.toContain('qop');
  });

  it.each([
    ['nothing', []],
    ['noise', ['=,=,="', 'Digest', 'Bearer x', 'Digest "unterminated']],
    ['no nonce', ['Digest realm="a"']],
    ['an algorithm that nobody knows', ['Digest realm="a", nonce="b", algorithm=ROT13']],
    ['only protection of the body', ['Digest realm="a", nonce="b", qop="auth-int"']],
  ])('has no answer to %s', (_what, challenges) => {
    expect(authorization({ ...request, challenges })).toBeNull();
  });

  it('writes one header line, whatever the nonce holds', () => {
    const answer = authorization({ ...request, challenges: ['Digest realm="a\r\nX: y", nonce="b\\"c"'] });
    expect(answer).not.toMatch(/[\r\n]/);
    expect(answer).toContain('nonce="b\\"c"');
  });
});
