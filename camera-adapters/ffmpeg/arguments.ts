/**
 * What FFmpeg is told, for each kind of source. Pure: the same in gives the same out, and a table test holds each word.
 *
 * An address with a password must not be an argument: every user of the machine can list those. So FFmpeg is given a
 * concat script (FFmpeg's own text format, "ffconcat") on its standard input, which names the address and the options
 * for it, and is never written to a disk. Some cameras carry the password in the path, so this is done for every address.
 */
export interface FfmpegCommand {
  readonly inputs: readonly FfmpegInput[];
  /** Between the last input and the destination. */
  readonly output: readonly string[];
  /** `pipe:1` when absent; an address to publish to, which every user of the machine can read. */
  readonly destination?: string;
  /** Written to standard input, which is closed after it. `null`: nothing is; `'stream'`: the caller writes. */
  readonly stdin: string | 'stream' | null;
}

export interface FfmpegInput {
  readonly options: readonly string[];
  readonly source: string;
}

/** What FFmpeg reads. Addresses may hold user and password. */
export type IngestInput =
  | { readonly kind: 'rtsp'; readonly url: string; readonly transport: 'tcp' | 'udp' }
  /** Only for servers of our own: FFmpeg resolves nothing here, but follows what the server says. */
  | { readonly kind: 'rtmp'; readonly url: string }
  /** A drawn picture: FFmpeg input arguments, each input ending in `-i source`, and a filter graph without labels. */
  | { readonly kind: 'drawn'; readonly inputs: readonly string[]; readonly filter: string; readonly fps: number };

/** What MP4 does not carry is turned into AAC; where even that fails there is no sound. */
export type AudioMode = 'copy' | 'aac' | 'none';

export interface IngestOptions {
  /** ms; longest fragment. */
  readonly fragmentMs: number;
  /** ms without a byte from the network. */
  readonly readTimeoutMs: number;
  readonly audio: AudioMode;
  /** `arrival` for cameras whose own clock stands still or jumps. */
  readonly timestamps: 'source' | 'arrival';
}

const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info'];

/**
 * Enough to know the size, the sound and the order of B-frames, and no more: FFmpeg stops as soon as it knows. Its
 * defaults take 3 to 5 s; less than this and B-frames come out with wrong times.
 */
const PROBE = [
  ['fpsprobesize', '0'],
  ['probesize', '2000000'],
  ['analyzeduration', '1000000'],
] as const;

/** Longest time that video waits for sound that does not come, in µs. */
const INTERLEAVE_US = 200_000;

export function ingestCommand(input: IngestInput, options: IngestOptions): FfmpegCommand {
  if (input.kind === 'drawn') return drawnCommand(input, options);
  const script = input.kind === 'rtsp' ? rtspScript(input, options) : rtmpScript(input, options);
  return {
    inputs: [
      {
        options: [
          ...QUIET,
          ...flags(PROBE),
          '-protocol_whitelist',
          `pipe,${protocols(input).join(',')}`,
          '-f',
          'concat',
          '-safe',
          '0',
          '-auto_convert',
          '0',
        ],
        source: 'pipe:0',
      },
    ],
    output: [
      '-map',
      '0:v:0',
      ...(options.audio === 'none' ? ['-an'] : ['-map', '0:a:0?', '-c:a', options.audio]),
      '-dn',
      '-sn',
      '-c:v',
      'copy',
      ...fragmentedMp4(options.fragmentMs),
    ],
    stdin: script,
  };
}

/** Nothing but what the source needs: no file, no HTTP, no other program. */
function protocols(input: { kind: 'rtmp' } | { kind: 'rtsp'; url: string; transport: 'tcp' | 'udp' }): string[] {
  if (input.kind === 'rtmp') return ['rtmp', 'tcp'];
  return [
    'tcp',
    ...(input.url.startsWith('rtsps:') ? ['tls'] : []),
    ...(input.transport === 'udp' ? ['udp', 'rtp'] : []),
  ];
}

function rtspScript(
  input: { url: string; transport: 'tcp' | 'udp' },
  { readTimeoutMs, timestamps }: IngestOptions,
): string {
  return script(input.url, [
    ['rtsp_transport', input.transport],
    ['timeout', String(readTimeoutMs * 1000)],
    ['allowed_media_types', 'video+audio'],
    ...PROBE,
    ...(timestamps === 'arrival' ? ([['use_wallclock_as_timestamps', '1']] as const) : []),
  ]);
}

function rtmpScript(input: { url: string }, { readTimeoutMs }: IngestOptions): string {
  return script(input.url, [['rw_timeout', String(readTimeoutMs * 1000)], ...PROBE]);
}

function script(url: string, options: readonly (readonly [string, string])[]): string {
  return [
    'ffconcat version 1.0',
    `file '${quotable(url)}'`,
    ...options.map(([name, value]) => `option ${name} ${value}`),
    '',
  ].join('\n');
}

/** No character of an address may end the line or the quotes of the script; all of them can be percent-encoded. */
function quotable(url: string): string {
  return url.replace(/['\\\s\p{Cc}]/gu, (character) => encodeURIComponent(character).replace(/'/g, '%27'));
}

function drawnCommand(input: { inputs: readonly string[]; filter: string; fps: number }, options: IngestOptions) {
  const inputs: FfmpegInput[] = [];
  let pending: string[] = [...QUIET, '-re'];
  for (let at = 0; at < input.inputs.length; at += 1) {
    const word = input.inputs[at] ?? '';
    const source = input.inputs[at + 1];
    if (word === '-i' && source !== undefined) {
      inputs.push({ options: pending, source });
      pending = ['-re'];
      at += 1;
    } else {
      pending.push(word);
    }
  }
  return {
    inputs,
    output: [
      '-filter_complex',
      input.filter,
      '-an',
      ...liveH264(),
      '-g',
      String(Math.round(input.fps * 2)),
      ...fragmentedMp4(options.fragmentMs),
    ],
    stdin: null,
  };
}

/** fMP4 on standard input to H.264 that every browser plays, as soon as it comes. */
export function transcodeCommand(options: { fragmentMs: number }): FfmpegCommand {
  return {
    inputs: [{ options: [...QUIET, ...flags(PROBE), '-protocol_whitelist', 'pipe', '-f', 'mp4'], source: 'pipe:0' }],
    output: [
      '-map',
      '0:v:0',
      '-map',
      '0:a:0?',
      '-c:a',
      'copy',
      '-vf',
      // Even sizes for 4:2:0, and no more pixels than a browser decodes 16 times beside each other.
      "scale='min(1920,trunc(iw/2)*2)':-2",
      ...liveH264(),
      '-force_key_frames',
      'expr:gte(t,n_forced*2)',
      ...fragmentedMp4(Math.min(200, options.fragmentMs)),
    ],
    stdin: 'stream',
  };
}

/** One picture of an fMP4 on standard input as JPEG. `maxWidth` in pixels; it is never enlarged. */
export function stillCommand(maxWidth: number | undefined): FfmpegCommand {
  return {
    inputs: [{ options: [...QUIET, '-protocol_whitelist', 'pipe', '-f', 'mp4'], source: 'pipe:0' }],
    output: [
      '-map',
      '0:v:0',
      '-frames:v',
      '1',
      ...(maxWidth === undefined ? [] : ['-vf', `scale='min(${Math.max(2, Math.floor(maxWidth))},iw)':-1`]),
      '-c:v',
      'mjpeg',
      '-q:v',
      '4',
      '-f',
      'image2pipe',
    ],
    stdin: 'stream',
  };
}

function liveH264(): string[] {
  return [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-profile:v',
    'baseline',
    '-pix_fmt',
    'yuv420p',
    '-crf',
    '25',
    '-maxrate',
    '4M',
    '-bufsize',
    '4M',
    '-threads',
    '2',
  ];
}

function fragmentedMp4(fragmentMs: number): string[] {
  return [
    '-f',
    'mp4',
    '-movflags',
    '+empty_moov+default_base_moof+frag_keyframe',
    '-frag_duration',
    String(fragmentMs * 1000),
    '-flush_packets',
    '1',
    '-max_interleave_delta',
    String(INTERLEAVE_US),
  ];
}

function flags(options: readonly (readonly [string, string])[]): string[] {
  return options.flatMap(([name, value]) => [`-${name}`, value]);
}
