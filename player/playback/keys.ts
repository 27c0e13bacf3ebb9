import { RATES } from './playback-clock.ts';

/** What a key does on the playback page. Pure: the page does it. */
export type PlaybackCommand =
  | 'toggle'
  | 'faster'
  | 'slower'
  | 'reverse'
  | 'frameBack'
  | 'frameForward'
  | 'back10'
  | 'forward10'
  | 'back60'
  | 'forward60'
  | 'previousEvent'
  | 'nextEvent'
  | 'bookmark'
  | 'export'
  | 'hold'
  | 'bookmarks'
  | 'sound'
  | 'zoomIn'
  | 'zoomOut'
  | 'now'
  | 'help';

const COMMANDS: Readonly<Record<string, PlaybackCommand>> = {
  ' ': 'toggle',
  k: 'toggle',
  l: 'faster',
  h: 'slower',
  j: 'reverse',
  ',': 'frameBack',
  '.': 'frameForward',
  ArrowLeft: 'back10',
  ArrowRight: 'forward10',
  'shift+ArrowLeft': 'back60',
  'shift+ArrowRight': 'forward60',
  '[': 'previousEvent',
  ']': 'nextEvent',
  b: 'bookmark',
  x: 'export',
  g: 'hold',
  m: 'bookmarks',
  a: 'sound',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  n: 'now',
  '?': 'help',
};

export function commandOf(event: { readonly key: string; readonly shiftKey: boolean }): PlaybackCommand | undefined {
  const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return COMMANDS[event.shiftKey && plain.startsWith('Arrow') ? `shift+${plain}` : plain];
}

/** The next rate up or down the list; backwards the same list runs the other way. */
export function nextRate(rate: number, direction: 1 | -1): number {
  const sign = Math.sign(rate) || 1;
  const at = (RATES as readonly number[]).indexOf(Math.abs(rate));
  const next = RATES[Math.max(0, Math.min(RATES.length - 1, (at < 0 ? RATES.indexOf(1) : at) + direction))] ?? 1;
  return sign * next;
}

/** As it is written on the button: 1/8× … 32×. */
export function rateText(rate: number): string {
  const size = Math.abs(rate);
  return `${rate < 0 ? '−' : ''}${size < 1 ? `1/${Math.round(1 / size)}` : size}×`;
}
