import { describe, expect, it } from 'vitest';
import { DARK, LIGHT, type Tokens } from './theme.ts';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((left, right) => left - right);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const GROUNDS = ['ground', 'surface', 'raised', 'chosen'] as const;
const TEXTS = ['text', 'dim', 'accent', 'live', 'warn', 'down', 'extreme'] as const;

describe.each([
  ['dark', DARK],
  ['light', LIGHT],
] as const)('%s theme', (_, tokens: Tokens) => {
  it.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    '%s on %s reaches 4.5:1',
    (text, ground) => expect(contrast(tokens[text], tokens[ground])).toBeGreaterThanOrEqual(4.5),
  );

  it('text on filled buttons reaches 4.5:1', () => {
    expect(contrast(tokens.onAccent, tokens.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tokens.onAccent, tokens.down)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['ground', 'surface', 'raised'] as const)('marks and borders of inputs reach 3:1 on %s', (ground) => {
    expect(contrast(tokens.quiet, tokens[ground])).toBeGreaterThanOrEqual(3);
    expect(contrast(tokens.edge, tokens[ground])).toBeGreaterThanOrEqual(3);
  });
});
