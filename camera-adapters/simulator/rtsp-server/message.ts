/**
 * RTSP 1.0 on the wire (RFC 2326): bytes in, messages and interleaved frames out, with a bound on everything. Pure: no
 * socket, no clock. What a message means is not decided here.
 */
export interface RtspRequest {
  readonly kind: 'request';
  /** In capitals, as it came. */
  readonly method: string;
  /** Absolute address, or `*`. */
  readonly uri: string;
  readonly headers: RtspHeaders;
  readonly body: Uint8Array;
}

export interface RtspResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: RtspHeaders;
  readonly body: Uint8Array;
}

/** RTP or RTCP between the messages (RFC 2326 §10.12). */
export interface InterleavedFrame {
  readonly kind: 'frame';
  readonly channel: number;
  readonly payload: Uint8Array;
}

export type RtspItem = RtspRequest | RtspResponse | InterleavedFrame;

/** Names in small letters; several headers of one name are joined by a comma (RFC 2326 §4.2, RFC 2616 §4.2). */
export type RtspHeaders = ReadonlyMap<string, string>;

/** What cannot be read. The connection is of no use after it: where the next message begins is unknown. */
export class RtspSyntaxError extends Error {
  /** What to answer before hanging up. */
  readonly status: 400 | 413 | 505;
  constructor(status: 400 | 413 | 505, message: string) {
    super(message);
    this.name = 'RtspSyntaxError';
    this.status = status;
  }
}

export interface RtspReader {
  /** All items that are complete with `chunk`. Throws `RtspSyntaxError`. */
  push(chunk: Buffer): RtspItem[];
}

export interface RtspLimits {
  /** Bytes of the first line and all headers. */
  readonly headBytes: number;
  readonly headers: number;
  readonly bodyBytes: number;
}

export const RTSP_LIMITS: RtspLimits = { headBytes: 8192, headers: 64, bodyBytes: 65_536 };

const DOLLAR = 0x24;
const HEAD_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

export function createRtspReader(limits: RtspLimits = RTSP_LIMITS): RtspReader {
  let rest: Buffer = EMPTY;

  /** One item from the start of `rest`, and how many bytes it took; `undefined` while it is not complete. */
  function next(): { item: RtspItem; bytes: number } | undefined {
    if (rest[0] === DOLLAR) return nextFrame(rest);
    const headEnd = rest.indexOf(HEAD_END);
    if (headEnd < 0 || headEnd > limits.headBytes) {
      if (rest.length > limits.headBytes) throw new RtspSyntaxError(413, 'the headers are too long');
      return undefined;
    }
    const head = parseHead(rest.toString('latin1', 0, headEnd), limits);
    const bodyStart = headEnd + HEAD_END.length;
    const bodyBytes = contentLength(head.headers, limits);
    if (rest.length < bodyStart + bodyBytes) return undefined;
    const body = rest.subarray(bodyStart, bodyStart + bodyBytes);
    return { item: { ...head, body }, bytes: bodyStart + bodyBytes };
  }

  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const items: RtspItem[] = [];
      for (;;) {
        skipBlankLines();
        const found = rest.length === 0 ? undefined : next();
        if (found === undefined) break;
        items.push(found.item);
        rest = rest.subarray(found.bytes);
      }
      // A part of a chunk must not hold the whole of it in memory.
      if (rest.length > 0) rest = Buffer.from(rest);
      return items;
    },
  };

  /** Between messages some clients send an empty line (RFC 2616 §4.1 asks to be robust against it). */
  function skipBlankLines(): void {
    while (rest[0] === 0x0d || rest[0] === 0x0a) rest = rest.subarray(1);
  }
}

function nextFrame(rest: Buffer): { item: InterleavedFrame; bytes: number } | undefined {
  if (rest.length < 4) return undefined;
  const bytes = 4 + rest.readUInt16BE(2);
  if (rest.length < bytes) return undefined;
  return { item: { kind: 'frame', channel: rest.readUInt8(1), payload: rest.subarray(4, bytes) }, bytes };
}

function parseHead(text: string, limits: RtspLimits): Omit<RtspRequest, 'body'> | Omit<RtspResponse, 'body'> {
  const [first = '', ...lines] = text.split('\r\n');
  if (lines.length > limits.headers) throw new RtspSyntaxError(413, 'there are too many headers');
  const headers = parseHeaders(lines);
  const response = /^RTSP\/1\.0 (\d{3})(?: (.*))?$/.exec(first);
  if (response !== null) {
    return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers };
  }
  const request = /^([A-Z_]{1,32}) ([!-~]{1,2048}) ([A-Z]+)\/(\d+\.\d+)$/.exec(first);
  if (request === null) throw new RtspSyntaxError(400, 'the first line is none of RTSP');
  const [, method = '', uri = '', protocol, version] = request;
  if (protocol !== 'RTSP') throw new RtspSyntaxError(400, 'the protocol is not RTSP');
  if (version !== '1.0') throw new RtspSyntaxError(505, 'only RTSP 1.0 is spoken here');
  return { kind: 'request', method, uri, headers };
}

function parseHeaders(lines: readonly string[]): RtspHeaders {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (match === null) throw new RtspSyntaxError(400, 'a header has no name');
    const [, name = '', value = ''] = match;
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

function contentLength(headers: RtspHeaders, limits: RtspLimits): number {
  const text = headers.get('content-length');
  if (text === undefined) return 0;
  if (!/^\d{1,10}$/.test(text)) throw new RtspSyntaxError(400, 'Content-Length is no number');
  const bytes = Number(text);
  if (bytes > limits.bodyBytes) throw new RtspSyntaxError(413, 'the body is too long');
  return bytes;
}

/** A response. Header values must not hold line ends; they are taken out so that no value can add a header. */
export function writeResponse(
  status: number,
  headers: Iterable<readonly [string, string]>,
  body: string | Uint8Array = EMPTY,
): Buffer {
  const bytes = Buffer.from(body);
  const lines = [`RTSP/1.0 ${status} ${REASONS.get(status) ?? 'Unknown'}`];
  for (const [name, value] of headers) lines.push(`${name}: ${value.replace(/[\r\n]+/g, ' ')}`);
  if (bytes.length > 0) lines.push(`Content-Length: ${bytes.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** `payload` has at most 65,535 bytes. */
export function writeFrame(channel: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(4 + payload.byteLength);
  frame[0] = DOLLAR;
  frame[1] = channel;
  frame.writeUInt16BE(payload.byteLength, 2);
  frame.set(payload, 4);
  return frame;
}

/** RFC 2326 §11. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [413, 'Request Entity Too Large'],
  [415, 'Unsupported Media Type'],
  [453, 'Not Enough Bandwidth'],
  [454, 'Session Not Found'],
  [455, 'Method Not Valid in This State'],
  [459, 'Aggregate Operation Not Allowed'],
  [461, 'Unsupported Transport'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [503, 'Service Unavailable'],
  [505, 'RTSP Version not supported'],
]);
