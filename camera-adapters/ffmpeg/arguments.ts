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
  /** What a browser records, from its first byte; H.264 goes on as it is. */
  | {
      readonly kind: 'piped';
      readonly format: 'mp4' | 'webm';
      readonly h264: boolean;
      readonly pieces: AsyncIterable<Uint8Array>;
    }
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
  if (input.kind === 'piped') return pipedCommand(input, options);
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

/** Sound that MP4 does not carry everywhere (Opus) is turned into AAC. Phones turn: the first size stays. */
function pipedCommand(
  { format, h264 }: { format: 'mp4' | 'webm'; h264: boolean },
  options: IngestOptions,
): FfmpegCommand {
  return {
    inputs: [{ options: [...QUIET, ...flags(PROBE), '-protocol_whitelist', 'pipe', '-f', format], source: 'pipe:0' }],
    output: [
      '-map',
      '0:v:0',
      ...(options.audio === 'none' ? ['-an'] : ['-map', '0:a:0?', '-c:a', format === 'webm' ? 'aac' : 'copy']),
      '-dn',
      '-sn',
      ...(h264
        ? ['-c:v', 'copy']
        : [
            '-vf',
            "scale='min(1280,trunc(iw/2)*2)':-2",
            ...liveH264(),
            // Recorders give pictures when they have some; players want them on a grid.
            ...['-fps_mode', 'cfr', '-r', '25', '-force_key_frames', 'expr:gte(t,n_forced*2)'],
          ]),
      ...fragmentedMp4(options.fragmentMs),
    ],
    stdin: 'stream',
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
      ...FLAC_IN_MP4,
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

export interface OverlayOptions {
  /** Absolute path of a PNG. */
  readonly overlay: string;
  readonly width: number;
  readonly height: number;
  /** Ticks per second: pictures keep their times to the tick. */
  readonly timescale: number;
}

/**
 * fMP4 on standard input with a picture over it, as H.264 in files that are kept: quality before speed, groups of
 * pictures and times as they came.
 *
 * The filter is not built anew when the picture changes its size in the middle: the overlay has been read by then, and
 * what it covers would come out uncovered. Instead every picture is brought to the size that the overlay was drawn for.
 */
export function overlayCommand(options: OverlayOptions): FfmpegCommand {
  const { overlay, width, height, timescale } = options;
  return {
    inputs: [
      {
        options: [
          ...QUIET,
          '-copyts',
          '-reinit_filter',
          '0',
          '-noautorotate',
          '-protocol_whitelist',
          'pipe',
          '-thread_queue_size',
          '64',
          '-f',
          'mp4',
        ],
        source: 'pipe:0',
      },
      { options: ['-protocol_whitelist', 'file', '-f', 'png_pipe'], source: `file:${overlay}` },
    ],
    output: [
      '-filter_complex',
      // 4:2:0 has even sides only.
      `[0:v:0]scale=${width}:${height},pad=${even(width)}:${even(height)}[picture];` +
        '[picture][1:v:0]overlay=0:0:format=yuv420:eof_action=repeat[covered]',
      '-map',
      '[covered]',
      '-map',
      '0:a:0?',
      '-c:a',
      'copy',
      ...FLAC_IN_MP4,
      ...KEPT_H264,
      '-force_key_frames',
      'source',
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      `1/${timescale}`,
      '-video_track_timescale',
      String(timescale),
      '-avoid_negative_ts',
      'make_zero',
      '-f',
      'mp4',
      '-movflags',
      '+delay_moov+default_base_moof+frag_keyframe',
      '-frag_duration',
      '500000',
      '-flush_packets',
      '1',
    ],
    stdin: 'stream',
  };
}

function even(pixels: number): number {
  return pixels + (pixels % 2);
}

const KEPT_H264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
  ...['-crf', '20', '-bf', '0', '-threads', '2'],
];
/** What a manifest says of it. */
export const OVERLAY_SETTINGS = KEPT_H264.join(' ');

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

export interface FramesOptions {
  /** Pixels of what comes out. */
  readonly width: number;
  readonly height: number;
  /** Of the stream's picture, from its upper left corner, that is shown: 0 to 1 of its width and height. */
  readonly share: { readonly width: number; readonly height: number };
  /** Each pixel is the mean of what it stands for. */
  readonly isOfSquares: boolean;
  readonly framesPerSecond: number;
  /** Ticks per second of the stream: what `frameTicks` reads is in them. */
  readonly timescale: number;
}

/** Pictures that come at an even rate come a little early or late by their ticks. */
const EARLY_S = 0.01;

/**
 * fMP4 on standard input to small pictures one after another, three bytes a pixel, each as soon as it is decoded. The
 * times stand on standard error, in the same order. `select` and not `fps`: where groups are left out no picture may be
 * shown twice.
 */
export function framesCommand({
  width,
  height,
  share,
  isOfSquares,
  framesPerSecond,
  timescale,
}: FramesOptions): FfmpegCommand {
  const least = Math.max(0, 1 / framesPerSecond - EARLY_S).toFixed(4);
  const isWhole = share.width === 1 && share.height === 1;
  const filters = [
    `settb=1/${timescale}`,
    `select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${least})`,
    ...(isWhole ? [] : [`crop=iw*${share.width.toFixed(5)}:ih*${share.height.toFixed(5)}:0:0`]),
    `scale=${width}:${height}:flags=${isOfSquares ? 'area' : 'bilinear'}`,
    'format=rgb24',
    'showinfo=checksum=0',
  ];
  return {
    inputs: [fragmentsByPipe()],
    output: [
      ...['-map', '0:v:0', '-vf', filters.join(','), '-filter_threads', '1', '-fps_mode', 'passthrough'],
      // With more threads even this encoder holds pictures back.
      ...['-c:v', 'rawvideo', '-threads', '1', '-f', 'rawvideo', '-flush_packets', '1'],
    ],
    stdin: 'stream',
  };
}

/** fMP4 on standard input, of which each picture is wanted at once. */
function fragmentsByPipe(): FfmpegInput {
  return {
    options: [
      ...QUIET,
      ...flags(PROBE),
      // Times as they are in the fragments; a picture that others would be decoded for first is not waited for.
      ...['-copyts', '-ignore_editlist', '1', '-noautorotate', '-threads', '1', '-flags', 'low_delay'],
      ...['-protocol_whitelist', 'pipe', '-f', 'mp4'],
    ],
    source: 'pipe:0',
  };
}

const FRAME_LINE = /^\[Parsed_showinfo_\d+ @ [^\]]+\] n: *\d+ pts: *(-?\d+) /;
const FRAME_SIZE = / s:(\d+)x(\d+) /;

/** The time of a frame, in ticks of the stream, where this line of FFmpeg tells one. */
export function frameTicks(line: string): number | undefined {
  const ticks = FRAME_LINE.exec(line)?.[1];
  return ticks === undefined ? undefined : Number(ticks);
}

/** Where this line tells the time of a frame: its size, pixels. */
export function frameSize(line: string): { readonly width: number; readonly height: number } | undefined {
  const size = FRAME_SIZE.exec(line);
  return size === null ? undefined : { width: Number(size[1]), height: Number(size[2]) };
}

/**
 * Pictures of any sizes, one after another, in fMP4 on standard input, to three bytes a pixel as soon as they are decoded;
 * time and size of each stand on standard error. `mostSide`: pixels into which each is fitted; `null`: as they are.
 */
export function keyFramesCommand(mostSide: number | null): FfmpegCommand {
  const scale = `min(1\\,min(${mostSide}/iw\\,${mostSide}/ih))`;
  const filters = [
    ...(mostSide === null ? [] : [`scale=w=max(1\\,round(iw*${scale})):h=max(1\\,round(ih*${scale}))`]),
    'format=rgb24',
    'showinfo=checksum=0',
  ];
  return {
    inputs: [fragmentsByPipe()],
    output: [
      // Each of its own size: not as large as the first.
      ...['-map', '0:v:0', '-autoscale', '0', '-vf', filters.join(','), '-filter_threads', '1'],
      ...['-fps_mode', 'passthrough', '-c:v', 'rawvideo', '-threads', '1', '-f', 'rawvideo', '-flush_packets', '1'],
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

/** FFmpeg 5.1 still calls it an experiment. */
export const FLAC_IN_MP4 = ['-strict', 'experimental'];

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
