import { RtspSyntaxError } from './message.ts';

/** The description of a stream (RFC 4566), as a publisher announces it and as we tell it to players. */
export interface Description {
  /** Lines of the session that players may see. */
  readonly session: readonly string[];
  readonly tracks: readonly Track[];
}

export interface Track {
  readonly media: 'video' | 'audio' | 'other';
  /** Name of the encoding in capitals: `H264`, `H265`, `JPEG`, `PCMA`, `MPEG4-GENERIC`. */
  readonly encoding: string;
  /** Ticks of the RTP clock per second. */
  readonly clockRate: number;
  /** How the publisher names it: the end of its address in SETUP. */
  readonly control: string;
  /** Its lines from `m=` on, without `a=control` and `c=`. */
  readonly lines: readonly string[];
}

const MOST_TRACKS = 8;
/** RFC 3551 §6: payload types that need no `a=rtpmap`. */
const STATIC_ENCODINGS: ReadonlyMap<number, readonly [string, number]> = new Map([
  [0, ['PCMU', 8000]],
  [8, ['PCMA', 8000]],
  [14, ['MPA', 90_000]],
  [26, ['JPEG', 90_000]],
]);

/** Throws `RtspSyntaxError` for what is no description of a stream. */
export function parseDescription(text: string): Description {
  const lines = text.split(/\r?\n/).filter((line) => /^[a-z]=/.test(line));
  if (lines[0] !== 'v=0') throw new RtspSyntaxError(400, 'this is no SDP');
  const starts = lines.flatMap((line, at) => (line.startsWith('m=') ? [at] : []));
  if (starts.length === 0) throw new RtspSyntaxError(400, 'the description names no track');
  if (starts.length > MOST_TRACKS) throw new RtspSyntaxError(413, 'the description names too many tracks');
  return {
    session: lines.slice(0, starts[0]).filter((line) => /^(?:s=|i=|a=(?:tool|type|range))/.test(line)),
    tracks: starts.map((start, index) => parseTrack(lines.slice(start, starts[index + 1]), index)),
  };
}

function parseTrack(lines: readonly string[], index: number): Track {
  const [, kind = '', format = ''] = /^m=(\w+) \d+\S* RTP\/AVP (\d+)/.exec(lines[0] ?? '') ?? [];
  if (format === '') throw new RtspSyntaxError(400, 'a track is not carried by RTP');
  const attribute = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3);
  const map = /^\d+ ([\w.-]+)\/(\d+)/.exec(attribute('rtpmap') ?? '');
  const [encoding, clockRate] =
    map === null
      ? (STATIC_ENCODINGS.get(Number(format)) ?? ['UNKNOWN', 90_000])
      : [map[1]?.toUpperCase() ?? '', Number(map[2])];
  const kept = lines.slice(1).filter((line) => !line.startsWith('c=') && !line.startsWith('a=control:'));
  return {
    media: kind === 'video' || kind === 'audio' ? kind : 'other',
    encoding,
    clockRate,
    control: attribute('control') ?? `streamid=${index}`,
    lines: [`m=${kind} 0 RTP/AVP ${format}`, ...kept],
  };
}

/** What a player is told; its tracks are addressed by `trackID=0`, `trackID=1` … below the stream's own address. */
export function writeDescription(description: Description, options: { sessionId: string; host: string }): string {
  const family = options.host.includes(':') ? 'IP6' : 'IP4';
  const name = description.session.find((line) => line.startsWith('s=')) ?? 's=-';
  return [
    'v=0',
    `o=- ${options.sessionId} 1 IN ${family} ${options.host}`,
    name,
    ...description.session.filter((line) => !line.startsWith('s=') && !line.startsWith('a=range')),
    `c=IN ${family} ${family === 'IP6' ? '::' : '0.0.0.0'}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    ...description.tracks.flatMap((track, index) => [...track.lines, `a=control:trackID=${index}`]),
    '',
  ].join('\r\n');
}
