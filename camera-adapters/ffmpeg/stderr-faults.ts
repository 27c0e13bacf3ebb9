import type { CameraFaultKind } from '#contracts/camera';
import { CameraFault } from '../adapter.ts';
import type { FfmpegEnd } from './process.ts';

/** What FFmpeg's words mean for a camera. Pure; the table is read from the top, the first line that fits wins. */
interface Meaning {
  readonly words: RegExp;
  readonly kind: CameraFaultKind;
  /** A sentence for an administrator; without it FFmpeg's own line is the sentence. */
  readonly says?: string;
}

const MEANINGS: readonly Meaning[] = [
  {
    words: /\b401 Unauthorized|authorization failed|\b403 Forbidden|access denied/i,
    kind: 'unauthorised',
    says: 'the device refuses user name or password',
  },
  { words: /Status 30\d: Redirecting to/i, kind: 'refusedAddress', says: 'the device sends us to another address' },
  { words: /not on whitelist|Protocol not found/i, kind: 'refusedAddress', says: 'this way in is not allowed' },
  { words: /\b404 Not Found|\b454\b/i, kind: 'unreachable', says: 'the device has no stream at this address (404)' },
  {
    words: /Connection refused/i,
    kind: 'unreachable',
    says: 'the device refuses the connection: nothing listens on this port',
  },
  { words: /No route to host|Network is unreachable|Host is down/i, kind: 'unreachable', says: 'no way to the device' },
  {
    words: /Failed to resolve hostname|Name or service not known|Temporary failure in name resolution/i,
    kind: 'unreachable',
    says: 'the name has no address',
  },
  {
    words: /Connection timed out|Operation timed out|\bETIMEDOUT\b/i,
    kind: 'timeout',
    says: 'the device does not answer',
  },
  {
    words: /Nonmatching transport|461 Unsupported Transport/i,
    kind: 'unreachable',
    says: 'the device does not send over this transport: try the other of TCP and UDP',
  },
  {
    words: /method \w+ failed: (\d{3} [^\n]*)/i,
    kind: 'unreachable',
  },
  { words: /Server returned (4|5)/i, kind: 'unreachable' },
  {
    words: /Could not find tag for codec (\S+) in stream #0\b|Unknown encoder|Video: none|dimensions not set/i,
    kind: 'unsupportedCodec',
  },
  {
    words: /Stream map '0:v:0' matches no streams|does not contain any stream/i,
    kind: 'notACamera',
    says: 'the device sends no video',
  },
  { words: /Cannot allocate memory/i, kind: 'malformedStream', says: 'the stream asks for more memory than allowed' },
  { words: /Connection reset by peer|Broken pipe|Input\/output error|TLS|gnutls/i, kind: 'unreachable' },
];

const NOT_VIDEO = /Invalid data found when processing input|Invalid argument|End of file/i;

/**
 * `started`: fragments had come before the end. `waitedOut`: the process lived as long as it waits for a byte; then
 * FFmpeg says "invalid data" of a device that said nothing at all.
 */
export function faultOfEnd(end: FfmpegEnd, started: boolean, waitedOut = false): CameraFault {
  if (end.startError !== null) {
    return new CameraFault('internal', `FFmpeg cannot be started: ${end.startError.message}`);
  }
  const missing = end.lines.find((line) => /^prlimit: failed to execute/.test(line));
  if (missing !== undefined) return new CameraFault('internal', `FFmpeg cannot be started: ${missing}`);
  if (started) return faultWhileLive(end);
  for (const { words, kind, says } of MEANINGS) {
    const line = end.lines.find((candidate) => words.test(candidate));
    if (line !== undefined) return new CameraFault(kind, says ?? withoutSecrets(line));
  }
  if (end.lines.some((line) => NOT_VIDEO.test(line))) {
    if (waitedOut) return new CameraFault('timeout', 'the device takes the connection and does not answer');
    return new CameraFault('notACamera', 'the device does not answer like a camera');
  }
  if (end.code === 0) return new CameraFault('noFrames', 'the device ended the stream before its first picture');
  const last = end.lines.at(-1);
  return new CameraFault('internal', `FFmpeg ended: ${last === undefined ? `code ${end.code}` : withoutSecrets(last)}`);
}

/** FFmpeg leaves with code 0 when a camera drops the session; only the words tell more. */
function faultWhileLive(end: FfmpegEnd): CameraFault {
  const timedOut = end.lines.some((line) => /timed out/i.test(line));
  if (timedOut) return new CameraFault('noFrames', 'the device stopped sending');
  if (end.lines.some((line) => /Cannot allocate memory/i.test(line))) {
    return new CameraFault('malformedStream', 'the stream asks for more memory than allowed');
  }
  return new CameraFault('ended', 'the device ended the stream');
}

/** True when the container does not take the sound of the camera, and nothing else is wrong. */
export function refusesSound(lines: readonly string[]): boolean {
  return lines.some((line) =>
    /Could not find tag for codec \S+ in stream #[1-9]|stream #[1-9].*(experimental)/i.test(line),
  );
}

/** FFmpeg cannot decode or encode the sound at all. */
export function cannotConvertSound(lines: readonly string[]): boolean {
  return lines.some((line) =>
    /Decoder \(codec \S+\) not found for input stream #0:[1-9]|Error while opening (de|en)coder for (in|out)put stream #0:[1-9]|Too many packets buffered/i.test(
      line,
    ),
  );
}

/** Addresses of any kind with what may be a password in them, in path and query too. */
export function withoutSecrets(line: string): string {
  return line.replace(/\b([a-z][a-z0-9+.-]*):\/\/[^\s'"]*/gi, '$1://…').slice(0, 300);
}
