import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/**
 * The design tokens. Everything visible takes its colours from the `--tn-*` variables below; a pair of text and
 * ground named here reaches 4.5:1 (WCAG 2.2 AA), a state mark on any surface 3:1. theme.test.ts computes them.
 */
export interface Tokens {
  /** Behind everything, and the ground of a wall. */
  readonly ground: string;
  /** Navigation and panels. */
  readonly surface: string;
  /** What lies on a surface: cards, inputs, menus, the row under the pointer. */
  readonly raised: string;
  readonly hairline: string;
  /** Borders of inputs: 3:1 against the surface. */
  readonly edge: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  /** Text and icons on the accent. */
  readonly onAccent: string;
  /** Ground of what is chosen. */
  readonly chosen: string;
  readonly live: string;
  readonly warn: string;
  readonly down: string;
  readonly extreme: string;
  readonly quiet: string;
}

export const DARK: Tokens = {
  ground: '#0d1216',
  surface: '#141a20',
  raised: '#1b232a',
  hairline: '#28323b',
  edge: '#677885',
  text: '#e3e9ee',
  dim: '#9aa8b4',
  accent: '#7bb8dc',
  onAccent: '#0b1a24',
  chosen: '#1c3342',
  live: '#58c98b',
  warn: '#e6b450',
  down: '#f4817d',
  extreme: '#e58ae0',
  quiet: '#8795a1',
};

export const LIGHT: Tokens = {
  ground: '#eef1f4',
  surface: '#ffffff',
  raised: '#f5f7f9',
  hairline: '#d5dce2',
  edge: '#798793',
  text: '#18212a',
  dim: '#51606d',
  accent: '#1d668f',
  onAccent: '#ffffff',
  chosen: '#dcebf4',
  live: '#17733f',
  warn: '#8a5a00',
  down: '#b3261e',
  extreme: '#8e2a8a',
  quiet: '#5d6b77',
};

/** Widths in CSS pixels at which the layout changes. */
export const PHONE_MAX_WIDTH = 719;

const blueGrey: MantineColorsTuple = [
  '#e3e9ee',
  '#c3ced7',
  '#9aa8b4',
  '#677885',
  '#4a5964',
  '#28323b',
  '#1b232a',
  '#141a20',
  '#0d1216',
  '#080c0f',
];
const steel: MantineColorsTuple = [
  '#e7f2f9',
  '#d3e6f2',
  '#b4d6ea',
  '#94c6e2',
  '#7bb8dc',
  '#4d98c4',
  '#2f7dab',
  '#1d668f',
  '#175475',
  '#0f3d57',
];

// Fonts of the system only: all of these carry the Vietnamese letters with two marks.
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif';
const MONO =
  'ui-monospace, "Cascadia Mono", "SF Mono", "Noto Sans Mono", "Liberation Mono", "DejaVu Sans Mono", monospace';

/** Filled buttons carry the accent, or the colour of loss, with the text colour that belongs to it in either scheme. */
const buttonColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant !== 'filled') return colors;
  const ground = input.color === 'red' ? 'var(--tn-down)' : 'var(--tn-accent)';
  return {
    ...colors,
    background: ground,
    hover: `color-mix(in srgb, ${ground} 88%, var(--tn-text))`,
    color: 'var(--tn-on-accent)',
  };
};

export const theme = createTheme({
  variantColorResolver: buttonColors,
  colors: { dark: blueGrey, steel },
  primaryColor: 'steel',
  primaryShade: { light: 7, dark: 4 },
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '3px', md: '4px', lg: '6px', xl: '8px' },
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: variablesOf(DARK),
  light: variablesOf(LIGHT),
});

function variablesOf(tokens: Tokens): Record<string, string> {
  const own = Object.entries(tokens).map(([name, value]) => [`--tn-${kebab(name)}`, value]);
  return {
    ...Object.fromEntries(own),
    '--mantine-color-body': tokens.surface,
    '--mantine-color-text': tokens.text,
    '--mantine-color-bright': tokens.text,
    '--mantine-primary-color-contrast': tokens.onAccent,
    '--mantine-primary-color-filled': tokens.accent,
    '--mantine-color-dimmed': tokens.dim,
    '--mantine-color-placeholder': tokens.quiet,
    '--mantine-color-anchor': tokens.accent,
    '--mantine-color-error': tokens.down,
    '--mantine-color-default': tokens.raised,
    '--mantine-color-default-hover': tokens.hairline,
    '--mantine-color-default-color': tokens.text,
    '--mantine-color-default-border': tokens.edge,
  };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
