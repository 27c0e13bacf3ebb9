import { describe, expect, it } from 'vitest';
import { authorization, chooseChallenge } from './digest.ts';

const MUFASA = { username: 'Mufasa', password: 'Circle of Life' };
const GET = { method: 'GET', uri: '/dir/index.html' };

describe('the examples of RFC 7616 §3.9.1', () => {
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const header = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('%s', (algorithm, response) => {
    const challenge = chooseChallenge([header(algorithm)]);
    if (challenge === undefined) throw new Error('no challenge');
    const value = authorization(challenge, MUFASA, GET, { count: 1, cnonce });
    expect(value).toContain(`response="${response}"`);
    expect(value).toContain('qop=auth, nc=00000001');
    expect(value).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  it('takes the stronger of two', () => {
    expect(chooseChallenge([header('MD5'), header('SHA-256')])?.algorithm).toBe('SHA-256');
    expect(chooseChallenge([`Basic realm="x", ${header('MD5')}`])?.scheme).toBe('digest');
  });
});

it('speaks the old form of RFC 2069, as some cameras do', () => {
  const challenge = chooseChallenge(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"']);
  if (challenge === undefined) throw new Error('no challenge');
  const login = { username: 'Mufasa', password: 'CircleOfLife' };
  const value = authorization(challenge, login, GET, { count: 1, cnonce: 'x' });
  // The example of RFC 2069 §2.4, with the response of its erratum.
  expect(value).toContain('response="1949323746fe6a43ef61f9606e7febea"');
  expect(value).not.toContain('qop');
});

it('writes Basic as RFC 7617 §2 does', () => {
  const challenge = chooseChallenge(['Basic realm="WallyWorld"']);
  if (challenge === undefined) throw new Error('no challenge');
  const login = { username: 'Aladdin', password: 'open sesame' };
  expect(authorization(challenge, login, GET, { count: 1, cnonce: '' })).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
});

it.each([
  ['nothing', []],
  ['another scheme', ['Bearer realm="x"']],
  ['an unknown hash', ['Digest realm="x", nonce="y", algorithm=SHA3']],
  ['only auth-int', ['Digest realm="x", nonce="y", qop="auth-int"']],
  ['no nonce', ['Digest realm="x"']],
])('answers nothing to %s', (_name, headers) => {
  expect(chooseChallenge(headers)).toBeUndefined();
});

it('cannot be made to write another header field by realm or name', () => {
  const challenge = chooseChallenge(['Digest realm="a\\"b", nonce="n"']);
  if (challenge === undefined) throw new Error('no challenge');
  const value = authorization(challenge, { username: 'x", uri="', password: '' }, GET, { count: 1, cnonce: '' });
  expect(value).toContain('username="x\\", uri=\\""');
  expect(value).toContain('realm="a\\"b"');
});
