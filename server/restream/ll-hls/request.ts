import type { Muxer } from './muxer.ts';

/** What the addresses below a stream mean, and the delivery directives of §6.2.5. Pure. */
export type LlHlsFile = { readonly transcoded: boolean } & (
  | { readonly type: 'master' }
  | { readonly type: 'media' }
  | { readonly type: 'init'; readonly name: string }
  | { readonly type: 'segment'; readonly sequenceNumber: number }
  | { readonly type: 'part'; readonly sequenceNumber: number; readonly part: number }
);

export function parseFile(path: string): LlHlsFile | undefined {
  const transcoded = path.startsWith('h264/');
  const name = transcoded ? path.slice('h264/'.length) : path;
  if (name === 'index.m3u8') return { type: 'master', transcoded };
  if (name === 'media.m3u8') return { type: 'media', transcoded };
  if (/^init-[0-9a-f]{16}\.mp4$/.test(name)) return { type: 'init', name, transcoded };
  const numbers = /^(\d{1,15})(?:\.(\d{1,6}))?\.m4s$/.exec(name);
  if (numbers?.[1] === undefined) return undefined;
  const sequenceNumber = Number(numbers[1]);
  if (numbers[2] === undefined) return { type: 'segment', sequenceNumber, transcoded };
  return { type: 'part', sequenceNumber, part: Number(numbers[2]), transcoded };
}

export interface Reload {
  /** `_HLS_msn` and `_HLS_part`: answer when this has come. */
  readonly wanted: { readonly sequenceNumber: number; readonly part: number | undefined } | undefined;
  readonly skip: boolean;
}

/** The directives, or what is wrong with them. */
export function parseReload(query: Readonly<Record<string, string | undefined>>): Reload | string {
  const { _HLS_msn: msn, _HLS_part: part, _HLS_skip: skipText } = query;
  const skip = skipText === 'YES' || skipText === 'v2';
  for (const [name, value] of [
    ['_HLS_msn', msn],
    ['_HLS_part', part],
  ] as const) {
    if (value !== undefined && !/^\d{1,15}$/.test(value)) return `${name} must be a decimal integer`;
  }
  if (msn === undefined) {
    return part === undefined ? { wanted: undefined, skip } : '_HLS_part needs _HLS_msn';
  }
  return { wanted: { sequenceNumber: Number(msn), part: part === undefined ? undefined : Number(part) }, skip };
}

/** §6.2.5.2: whether the playlist holds what is waited for, will hold it soon, or is asked for nonsense. */
export function reloadState(
  muxer: Pick<Muxer, 'window' | 'targets'>,
  wanted: NonNullable<Reload['wanted']>,
): 'here' | 'soon' | 'tooFar' {
  const segments = muxer.window();
  const lastClosed = segments.findLast((segment) => segment.closed);
  if (lastClosed === undefined) return 'soon';
  const open = segments.at(-1)?.closed === false ? segments.at(-1) : undefined;
  const last = lastClosed.sequenceNumber;
  const named = segments.find((segment) => segment.sequenceNumber === wanted.sequenceNumber);

  let { sequenceNumber, part } = wanted;
  if (part !== undefined && named?.closed && part >= named.parts.length) {
    // A part beyond the end of its segment means the first one of the next.
    sequenceNumber += 1;
    part = 0;
  }
  if (sequenceNumber <= last) return 'here';
  const parts = open?.parts.length ?? 0;
  if (part !== undefined && sequenceNumber === last + 1 && part < parts) return 'here';

  // The Advance Part Limit: three seconds' worth of parts where these are shorter than a second.
  const limit = Math.ceil(3000 / Math.min(1000, muxer.targets.partMs));
  const ahead = part === undefined ? 0 : part - (sequenceNumber === last + 1 ? parts - 1 : -1);
  return sequenceNumber > last + 2 || ahead > limit ? 'tooFar' : 'soon';
}
