/** The text of RTSP 1.0 (RFC 2326 §4 to §7), as cameras write it. Pure. */

/** Names in lower case; every value of a field that is repeated, in order. */
export type RtspHeaders = ReadonlyMap<string, readonly string[]>;

export interface RtspAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly reason: string;
  readonly headers: RtspHeaders;
  readonly body: Uint8Array;
}

/** What a camera asks of us. */
export interface RtspAsk {
  readonly kind: 'ask';
  readonly method: string;
  readonly headers: RtspHeaders;
  readonly body: Uint8Array;
}

export type RtspMessage = RtspAnswer | RtspAsk;
export type RtspHead = Omit<RtspAnswer, 'body'> | Omit<RtspAsk, 'body'>;

const ANSWER = /^RTSP\/\d\.\d +(\d{3})(?: +(.*))?$/;
const ASK = /^([A-Z][A-Z_]{2,19}) +\S+ +RTSP\/\d\.\d$/;
/** In headers from outside, as much as in ours, they can only be there to deceive. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

export function isFirstLine(line: string): boolean {
  return ANSWER.test(line) || ASK.test(line);
}

/** `null` where the first line is none of RTSP. A line that is no header field is passed over: cameras write such. */
export function parseHead(text: string): RtspHead | null {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const headers = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      // A value that goes on in the next line (§4.2).
      const value = last?.pop();
      if (value !== undefined) last?.push(`${value} ${clean(line)}`.trim());
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    last = headers.get(name) ?? [];
    last.push(clean(line.slice(colon + 1)));
    headers.set(name, last);
  }
  const answer = ANSWER.exec(first);
  if (answer !== null) {
    return { kind: 'answer', status: Number(answer[1]), reason: clean(answer[2] ?? '').slice(0, 100), headers };
  }
  const ask = ASK.exec(first);
  return ask === null ? null : { kind: 'ask', method: ask[1] ?? '', headers };
}

/** The first value of a field, or `undefined`. */
export function fieldOf(headers: RtspHeaders, name: string): string | undefined {
  return headers.get(name)?.[0];
}

export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** Nothing in `url` or a value can end its line: parts of both come from the camera. */
export function writeRequest(method: string, url: string, headers: HeaderLines): string {
  return written(`${method} ${url.replace(/\s/g, '%20')} RTSP/1.0`, headers);
}

export function writeAnswer(status: number, reason: string, headers: HeaderLines): string {
  return written(`RTSP/1.0 ${status} ${reason}`, headers);
}

function written(first: string, headers: HeaderLines): string {
  const lines = [first, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return `${lines.map(clean).join('\r\n')}\r\n\r\n`;
}

function clean(text: string): string {
  return text.replace(CONTROLS, '').trim();
}
