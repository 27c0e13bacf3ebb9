import { describe, expect, it } from 'vitest';
import type { CameraFaultKind } from '#contracts/camera';
import type { FfmpegEnd } from './process.ts';
import { cannotConvertSound, faultOfEnd, refusesSound, withoutSecrets } from './stderr-faults.ts';

const end = (lines: readonly string[], code: number | null = 1): FfmpegEnd => ({ code, lines, startError: null });

/** As FFmpeg 5.1 says it. */
const BEFORE: readonly [CameraFaultKind, string, readonly string[]][] = [
  [
    'unauthorised',
    'Digest',
    [
      '[rtsp @ 0x5] method DESCRIBE failed: 401 Unauthorized',
      'pipe:0: Server returned 401 Unauthorized (authorization failed)',
    ],
  ],
  ['unauthorised', 'forbidden', ['pipe:0: Server returned 403 Forbidden (access denied)']],
  [
    'unreachable',
    'no such path',
    ['[rtsp @ 0x5] method DESCRIBE failed: 404 Not Found', 'pipe:0: Server returned 404 Not Found'],
  ],
  [
    'unreachable',
    'server error',
    ['[rtsp @ 0x5] method DESCRIBE failed: 503 Service Unavailable', 'pipe:0: Server returned 5XX Server Error reply'],
  ],
  [
    'unreachable',
    'too many viewers',
    ['[rtsp @ 0x5] method SETUP failed: 453 Not Enough Bandwidth', 'pipe:0: Server returned 4XX Client Error'],
  ],
  [
    'unreachable',
    'no listener',
    ['[tcp @ 0x5] Connection to tcp://10.0.0.8:554?timeout=0 failed: Connection refused', 'pipe:0: Connection refused'],
  ],
  ['unreachable', 'no route', ['pipe:0: No route to host']],
  [
    'unreachable',
    'name',
    ['[tcp @ 0x5] Failed to resolve hostname x: Name or service not known', 'pipe:0: Input/output error'],
  ],
  [
    'unreachable',
    'transport',
    ['[rtsp @ 0x5] Nonmatching transport in server reply', 'pipe:0: Invalid data found when processing input'],
  ],
  ['unreachable', 'reset', ['pipe:0: Connection reset by peer']],
  ['timeout', 'silence', ['pipe:0: Connection timed out']],
  [
    'notACamera',
    'HTTP server',
    ["[concat @ 0x5] Impossible to open 'rtsp://10.0.0.8/'", 'pipe:0: Invalid data found when processing input'],
  ],
  [
    'notACamera',
    'sound only',
    ["Stream map '0:v:0' matches no streams.", "To ignore this, add a trailing '?' to the map."],
  ],
  [
    'unsupportedCodec',
    'H.261',
    [
      '[mp4 @ 0x5] Could not find tag for codec h261 in stream #0, codec not currently supported in container',
      'Could not write header',
    ],
  ],
  ['unsupportedCodec', 'no parameters', ['[mp4 @ 0x5] dimensions not set']],
  [
    'refusedAddress',
    'scheme',
    ["[file @ 0x5] Protocol 'file' not on whitelist 'pipe,tcp'!", 'pipe:0: Invalid argument'],
  ],
  ['internal', 'something new', ['a line that nobody knows']],
];

describe('before the first picture', () => {
  it.each(BEFORE)('%s: %s', (kind, _name, lines) => {
    expect(faultOfEnd(end(lines), false).kind).toBe(kind);
  });

  it('code 0 is no success', () => {
    expect(faultOfEnd(end([], 0), false).kind).toBe('noFrames');
  });

  it('names the program that is missing', () => {
    const startError = new Error('spawn /nowhere/ffmpeg ENOENT');
    expect(faultOfEnd({ code: null, lines: [], startError }, false)).toMatchObject({
      kind: 'internal',
      message: /ENOENT/,
    });
    const line = 'prlimit: failed to execute /nowhere/ffmpeg: No such file or directory';
    expect(faultOfEnd(end([line], 127), false)).toMatchObject({ kind: 'internal', message: /nowhere/ });
  });
});

it.each([
  ['ended', 0, []],
  ['ended', 1, ['pipe:0: Connection reset by peer']],
  ['ended', 1, ['pipe:0: Invalid data found when processing input']],
  ['noFrames', 0, ['[concat @ 0x5] Connection timed out']],
  ['malformedStream', 1, ['Error: Cannot allocate memory']],
] as const)('after pictures: %s with code %i and %j', (kind, code, lines) => {
  expect(faultOfEnd(end(lines, code), true).kind).toBe(kind);
});

it('tells sound that MP4 does not take from a picture that it does not take', () => {
  const refusal = (stream: number): string =>
    `[mp4 @ 0x5] Could not find tag for codec pcm_alaw in stream #${stream}, codec not currently supported in container`;
  expect(refusesSound([refusal(1)])).toBe(true);
  expect(refusesSound([refusal(0)])).toBe(false);
  expect(cannotConvertSound(['Decoder (codec none) not found for input stream #0:1'])).toBe(true);
  expect(cannotConvertSound(['Decoder (codec none) not found for input stream #0:0'])).toBe(false);
});

it('keeps no address in a message: a password may stand in any part of it', () => {
  const line = "Impossible to open 'rtsp://admin:s3cret@10.0.0.8/user=admin_password=s3cret?p=s3cret'";
  expect(withoutSecrets(line)).toBe("Impossible to open 'rtsp://…'");
  const fault = faultOfEnd(end([`Could not find tag for codec x in stream #0 of ${line}`]), false);
  expect(fault.message).not.toContain('s3cret');
});
