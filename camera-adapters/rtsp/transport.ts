/** What a camera answers to SETUP (RFC 2326 §12.39); `null` where it does not say. */
export interface AgreedTransport {
  readonly tcp: boolean;
  readonly channels: readonly [rtp: number, rtcp: number] | null;
  readonly serverPorts: readonly [rtp: number, rtcp: number] | null;
}

export function readTransport(header: string): AgreedTransport {
  const [spec = ''] = header.split(',');
  return {
    tcp: /^\s*RTP\/S?AVPF?\/TCP\b/i.test(spec),
    channels: pair(/;\s*interleaved\s*=\s*(\d{1,5})(?:-(\d{1,5}))?/i.exec(spec), 255),
    serverPorts: pair(/;\s*server_port\s*=\s*(\d{1,5})(?:-(\d{1,5}))?/i.exec(spec), 65_535),
  };
}

function pair(match: RegExpExecArray | null, most: number): [number, number] | null {
  if (match === null) return null;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return first <= most && second <= most ? [first, second] : null;
}

/** `Session` (§12.37): the id to send back, and the seconds that the session lives without a sign of us. */
export function readSession(header: string): { readonly id: string; readonly timeoutS: number } {
  const [id = '', ...parameters] = header.split(';');
  const [, seconds] = /^\s*timeout\s*=\s*(\d{1,6})/i.exec(parameters.join(';')) ?? [];
  return { id: id.trim().slice(0, 256), timeoutS: seconds === undefined ? 60 : Number(seconds) };
}
