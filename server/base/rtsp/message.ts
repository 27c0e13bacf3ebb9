/** Reads one side of an RTSP 1.0 connection (RFC 2326): requests, and RTP between them (§10.12). Pure: no socket. */
export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case; of repeated ones the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RtspReader {
  /** Throws `RtspSyntaxError` for what is no RTSP or too long; the connection is then of no more use. */
  push(chunk: Uint8Array): void;
}

export interface RtspReaderEvents {
  request(request: RtspRequest): void;
  /** One packet of a channel. The bytes belong to the listener. */
  packet(channel: number, bytes: Buffer): void;
}

export class RtspSyntaxError extends Error {
  override readonly name = 'RtspSyntaxError';
}

/** Bytes. A real SDP has a few hundred. */
export const MOST_HEADER = 8192;
export const MOST_BODY = 16_384;
const DOLLAR = 0x24;

export function createRtspReader(events: RtspReaderEvents): RtspReader {
  /** What waits lies between the two. Bytes that were handed out are never written again. */
  let memory: Buffer = Buffer.alloc(0);
  let [start, end] = [0, 0];
  let rest: Buffer = memory;

  /** How many bytes of `rest` from `at` were used; 0 while more must come. */
  function take(at: number): number {
    if (rest[at] === DOLLAR) {
      if (rest.length < at + 4) return 0;
      const length = rest.readUInt16BE(at + 2);
      if (rest.length < at + 4 + length) return 0;
      events.packet(rest.readUInt8(at + 1), rest.subarray(at + 4, at + 4 + length));
      return 4 + length;
    }
    // Some clients send empty lines between requests.
    if (rest[at] === 0x0d || rest[at] === 0x0a) return 1;
    const end = rest.indexOf('\r\n\r\n', at);
    if (end < 0 || end - at > MOST_HEADER) {
      if (end >= 0 || rest.length - at > MOST_HEADER) throw new RtspSyntaxError('the header is too long');
      return 0;
    }
    const head = parseHead(rest.toString('latin1', at, end));
    const bodyAt = end + 4;
    if (rest.length < bodyAt + head.length) return 0;
    const body = rest.toString('utf8', bodyAt, bodyAt + head.length);
    if (head.request !== null) events.request({ ...head.request, body });
    return bodyAt + head.length - at;
  }

  /** Grows by doubling: what comes in single bytes must not be copied whole for each. */
  function add(chunk: Uint8Array): void {
    const kept = end - start;
    if (kept === 0 || end + chunk.length > memory.length) {
      const grown = Buffer.allocUnsafe(kept === 0 ? chunk.length : Math.max(2 * kept, kept + chunk.length));
      memory.copy(grown, 0, start, end);
      memory = grown;
      start = 0;
      end = kept;
    }
    memory.set(chunk, end);
    end += chunk.length;
  }

  return {
    push(chunk) {
      add(chunk);
      rest = memory.subarray(start, end);
      let at = 0;
      while (at < rest.length) {
        const used = take(at);
        if (used === 0) break;
        at += used;
      }
      start += at;
    },
  };
}

function parseHead(text: string): { request: Omit<RtspRequest, 'body'> | null; length: number } {
  const [first = '', ...lines] = text.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new RtspSyntaxError('a header line has no name');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const declared = headers.get('content-length') ?? '0';
  if (!/^\d{1,9}$/.test(declared)) throw new RtspSyntaxError('Content-Length is no number');
  const length = Number(declared);
  if (length > MOST_BODY) throw new RtspSyntaxError('the body is too long');
  // An answer to a request of ours; we send none, but some players answer all the same.
  if (first.startsWith('RTSP/1.0 ')) return { request: null, length };
  const match = /^([A-Z_]{3,20}) (\S{1,2048}) RTSP\/1\.0$/.exec(first);
  if (match === null) throw new RtspSyntaxError('no RTSP 1.0 request line');
  return { request: { method: match[1] ?? '', url: match[2] ?? '', headers }, length };
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  461: 'Unsupported Transport',
  503: 'Service Unavailable',
};

export interface RtspAnswer {
  readonly status: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

export function writeAnswer(answer: RtspAnswer, cseq: string | undefined): string {
  const lines = [`RTSP/1.0 ${answer.status} ${REASONS[answer.status] ?? 'Error'}`];
  // §12.17: every answer carries the number of its request; one that we could not read gets none.
  if (cseq !== undefined && /^\d{1,10}$/.test(cseq)) lines.push(`CSeq: ${cseq}`);
  for (const [name, value] of answer.headers ?? []) lines.push(`${name}: ${value}`);
  const body = answer.body ?? '';
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
