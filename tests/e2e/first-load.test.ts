import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const PLAYER = new URL('../../dist/player/', import.meta.url);
/** Gzipped bytes of all that a browser must have before the first picture of the live page, in one language. */
const BUDGET = 350_000;

const text = (file: string): string => readFileSync(new URL(file, PLAYER), 'utf8');
const scripts = readdirSync(new URL('assets/', PLAYER)).filter((file) => file.endsWith('.js'));

/** Scripts that the first ones import, over and over; not what they fetch later. */
function withImports(first: readonly string[]): ReadonlySet<string> {
  const found = new Set(first);
  for (const script of found) {
    for (const [, other = ''] of text(`assets/${script}`).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
      found.add(other);
    }
  }
  return found;
}

it('keeps the scripts before the first picture within their budget, and zod out of them', () => {
  const named = (name: string): string[] => scripts.filter((script) => script.startsWith(`${name}-`));
  const entry = [...text('index.html').matchAll(/assets\/([^"]+\.js)/g)].map(([, script = '']) => script);
  expect([named('live-page'), named('all-vi'), named('all-en')].map(({ length }) => length)).toEqual([1, 1, 1]);
  for (const language of ['all-vi', 'all-en']) {
    const needed = withImports([...entry, ...named('live-page'), ...named(language)]);
    const sizes = [...needed].map((script) => ({ script, bytes: gzipSync(text(`assets/${script}`)).length }));
    const whole = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const largest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, 8);
    expect(whole, largest.map(({ script, bytes }) => `${script} ${bytes}`).join(', ')).toBeLessThan(BUDGET);
    expect([...needed].filter((script) => text(`assets/${script}`).includes('ZodError'))).toEqual([]);
  }
});
