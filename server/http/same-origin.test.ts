import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { isSameOrigin } from './same-origin.ts';

const publicUrl = 'https://vision.example/';
const cases: [string, IncomingHttpHeaders, boolean][] = [
  ['no browser', { host: 'h:1' }, true],
  ['our page', { host: 'h:1', origin: 'http://h:1', 'sec-fetch-site': 'same-origin' }, true],
  ['our page in a browser that says no more', { host: 'h:1', origin: 'http://h:1' }, true],
  ['our page behind a proxy', { host: 'internal:1', origin: 'https://vision.example' }, true],
  ['another scheme', { host: 'h:1', origin: 'https://h:1' }, false],
  ['another port', { host: 'h:1', origin: 'http://h:2' }, false],
  ['a longer name', { host: 'h:1', origin: 'http://h:1.evil.example' }, false],
  ['the public name with another scheme', { host: 'h:1', origin: 'http://vision.example' }, false],
  ['a sandboxed frame', { host: 'h:1', origin: 'null' }, false],
  ['a neighbour', { host: 'h:1', 'sec-fetch-site': 'same-site' }, false],
  ['a stranger', { host: 'h:1', 'sec-fetch-site': 'cross-site' }, false],
  ['the address bar', { host: 'h:1', 'sec-fetch-site': 'none' }, true],
];

it.each(cases)('%s', (_, headers, same) => {
  expect(isSameOrigin({ headers } as IncomingMessage, false, publicUrl)).toBe(same);
});
