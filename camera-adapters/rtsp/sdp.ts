import { CameraFault } from '../adapter.ts';
import { believable } from '../codecs/usability.ts';
import type { RtspTrack } from './rtsp-client.ts';

/** What a camera describes (SDP, RFC 8866; RFC 2326 appendix C). */
export interface Description {
  /** The address of all tracks together, for PLAY and TEARDOWN. */
  readonly control: string;
  readonly tracks: readonly RtspTrack[];
}

const MOST_TRACKS = 32;
const MOST_PARAMETERS = 64;
const LONGEST_CONTROL = 2048;

/** RFC 3551 §6: what the numbers mean that need no `rtpmap`. */
const STATIC_TYPES: Readonly<Record<number, readonly [encoding: string, clockRate: number, channels: number]>> = {
  0: ['PCMU', 8000, 1],
  3: ['GSM', 8000, 1],
  8: ['PCMA', 8000, 1],
  9: ['G722', 8000, 1],
  10: ['L16', 44_100, 2],
  11: ['L16', 44_100, 1],
  14: ['MPA', 90_000, 1],
  26: ['JPEG', 90_000, 1],
  32: ['MPV', 90_000, 1],
  33: ['MP2T', 90_000, 1],
};

/**
 * `base`: the address that relative ones are appended to (`Content-Base`, or what was asked for). Lines that are none,
 * and those of no use here, are passed over. Throws `CameraFault` `malformedStream` for too many tracks.
 */
export function parseSdp(text: string, base: string): Description {
  const sections: string[][] = [[]];
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.replace(/\0+$/, '').trim();
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line);
    if (sections.length > MOST_TRACKS + 1) {
      throw new CameraFault('malformedStream', `the device describes more than ${MOST_TRACKS} tracks`);
    }
  }
  const [session = [], ...media] = sections;
  const control = join(base, attribute(session, 'control'));
  return { control, tracks: media.flatMap((lines) => readTrack(lines, base) ?? []) };
}

function readTrack(lines: readonly string[], base: string): RtspTrack | undefined {
  const [, media = '', formats = ''] = /^m=(\S+)\s+\S+\s+\S+\s*(.*)$/.exec(lines[0] ?? '') ?? [];
  if (media === '') return undefined;
  const types = [...formats.matchAll(/\b\d{1,3}\b/g)].map(Number).filter((type) => type <= 127);
  const maps = lines.flatMap((line) => readMap(line) ?? []);
  // Several formats may be offered; one that nothing is known of is of no use.
  const payloadType =
    types.find((type) => STATIC_TYPES[type] !== undefined || maps.some((map) => map.type === type)) ??
    types[0] ??
    maps[0]?.type;
  if (payloadType === undefined) return undefined;
  const known = maps.find((map) => map.type === payloadType);
  const [encoding = '', staticRate = 0, staticChannels = 1] = STATIC_TYPES[payloadType] ?? [];
  const kind = media.toLowerCase();
  return {
    media: kind === 'video' || kind === 'audio' ? kind : 'other',
    payloadType,
    encoding: known?.encoding ?? encoding,
    clockRate: known?.clockRate || staticRate || (kind === 'audio' ? 8000 : 90_000),
    channels: known?.channels ?? staticChannels,
    parameters: readParameters(lines, payloadType),
    control: join(base, attribute(lines, 'control')),
    frameRate: readRate(attribute(lines, 'framerate') ?? attribute(lines, 'x-framerate')),
  };
}

function readMap(line: string) {
  const match = /^a=rtpmap:\s*(\d{1,3})\s+([^/\s]{1,64})(?:\s*\/\s*(\d{1,7}))?(?:\s*\/\s*(\d{1,2}))?/i.exec(line);
  const [, type, encoding = '', clockRate, channels] = match ?? [];
  if (type === undefined || Number(type) > 127) return undefined;
  return {
    type: Number(type),
    encoding: encoding.toUpperCase(),
    clockRate: Number(clockRate ?? 0),
    channels: Math.max(1, Number(channels ?? 1)),
  };
}

function readParameters(lines: readonly string[], payloadType: number): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const line of lines) {
    const [, type, text = ''] = /^a=fmtp:\s*(\d{1,3})\s+(.*)$/i.exec(line) ?? [];
    if (type === undefined || Number(type) !== payloadType) continue;
    for (const part of text.split(';')) {
      const equals = part.indexOf('=');
      const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
      if (name === '' || parameters.size === MOST_PARAMETERS) continue;
      parameters.set(name, equals < 0 ? '' : part.slice(equals + 1).trim());
    }
  }
  return parameters;
}

function readRate(text: string | undefined): number | null {
  const [, over = '', under = '1'] = /^\s*(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?\s*$/.exec(text ?? '') ?? [];
  return over === '' ? null : believable(Number(over) / Number(under));
}

function attribute(lines: readonly string[], name: string): string | undefined {
  const start = `a=${name}:`;
  return lines
    .find((line) => line.toLowerCase().startsWith(start))
    ?.slice(start.length)
    .trim();
}

/**
 * An address of `a=control`. A relative one is appended to the text of its base (as live555 and FFmpeg do) and not
 * resolved as RFC 3986 would: bases end in a query, or lack their last slash, and cameras mean what is appended.
 */
export function join(base: string, control: string | undefined): string {
  if (control === undefined || control === '' || control === '*' || control.length > LONGEST_CONTROL) return base;
  if (/^rtsps?:\/\//i.test(control)) return control;
  if (base.endsWith('/') && control.startsWith('/')) return base + control.slice(1);
  return /[/?]$/.test(base) || /^[/?]/.test(control) ? base + control : `${base}/${control}`;
}
