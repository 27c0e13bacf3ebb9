/** The `Transport` header (RFC 2326 §12.39), as far as unicast RTP needs it. */
export type Transport =
  | { readonly kind: 'tcp'; readonly rtpChannel: number; readonly rtcpChannel: number; readonly record: boolean }
  | { readonly kind: 'udp'; readonly rtpPort: number; readonly rtcpPort: number; readonly record: boolean };

/**
 * The first of the client's offers that can be served; `undefined` when there is none. `freeChannel` is used where the
 * client asks for interleaving and names no channels.
 */
export function chooseTransport(header: string, freeChannel: number): Transport | undefined {
  for (const offer of header.split(',')) {
    const [profile = '', ...params] = offer.split(';').map((part) => part.trim());
    const values = new Map(
      params.map((param) => {
        const [name = '', value = ''] = param.split('=');
        return [name.toLowerCase(), value.replace(/^"|"$/g, '')];
      }),
    );
    if (values.has('multicast')) continue;
    const record = values.get('mode')?.toLowerCase() === 'record' || values.get('mode')?.toLowerCase() === 'receive';
    const upper = profile.toUpperCase();
    if (upper === 'RTP/AVP/TCP') {
      const asked = values.get('interleaved');
      const pair = range(asked ?? `${freeChannel}`, 255);
      if (pair !== undefined) return { kind: 'tcp', rtpChannel: pair[0], rtcpChannel: pair[1], record };
    }
    if (upper === 'RTP/AVP' || upper === 'RTP/AVP/UDP') {
      const pair = range(values.get('client_port') ?? '', 65_535);
      // Ports below 1024 belong to services: nobody may have us send to them.
      if (pair !== undefined && pair[0] >= 1024) return { kind: 'udp', rtpPort: pair[0], rtcpPort: pair[1], record };
    }
  }
  return undefined;
}

/** What the server answers. `serverPorts` for UDP. */
export function writeTransport(
  transport: Transport,
  ssrc: number | undefined,
  serverPorts?: readonly number[],
): string {
  const mode = transport.record ? 'record' : 'play';
  const source = ssrc === undefined ? '' : `;ssrc=${(ssrc >>> 0).toString(16).padStart(8, '0').toUpperCase()}`;
  if (transport.kind === 'tcp') {
    const { rtpChannel, rtcpChannel } = transport;
    return `RTP/AVP/TCP;unicast;interleaved=${rtpChannel}-${rtcpChannel}${source};mode="${mode}"`;
  }
  const { rtpPort, rtcpPort } = transport;
  const [serverRtp, serverRtcp] = serverPorts ?? [];
  return `RTP/AVP;unicast;client_port=${rtpPort}-${rtcpPort};server_port=${serverRtp}-${serverRtcp}${source};mode="${mode}"`;
}

function range(text: string, max: number): [number, number] | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return second > max || second === first ? undefined : [first, second];
}
