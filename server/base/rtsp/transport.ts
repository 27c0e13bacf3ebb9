/** What a `Transport` header (RFC 2326 §12.39) asks for, of the two kinds that our servers know. Pure. */
export type TransportWish =
  | { readonly kind: 'interleaved'; readonly channels: readonly [number, number] }
  | { readonly kind: 'udp'; readonly ports: readonly [number, number] };

/** How the packets of one track travel to a player. */
export type Carriage =
  | { readonly kind: 'interleaved'; readonly rtp: number; readonly rtcp: number }
  | { readonly kind: 'udp'; readonly way: UdpWay };

/** From two UDP ports of ours to two of the player. */
export interface UdpWay {
  readonly ports: readonly [number, number];
  send(kind: 'rtp' | 'rtcp', packet: Uint8Array): void;
  close(): void;
}

/** The first wish that can be met; `free` is the channel for those who leave the choice to the server. */
export function readTransport(header: string, free: number): TransportWish | null {
  for (const spec of header.split(',')) {
    const [profile = '', ...parameters] = spec.trim().split(';');
    const tcp = /^RTP\/AVP\/TCP$/i.test(profile);
    if (!tcp && !/^RTP\/AVP(\/UDP)?$/i.test(profile)) continue;
    if (parameters.some((parameter) => parameter.trim().toLowerCase() === 'multicast')) continue;
    const pair = new RegExp(`;${tcp ? 'interleaved' : 'client_port'}=(\\d{1,5})(?:-(\\d{1,5}))?(?:;|$)`, 'i').exec(
      spec,
    );
    const first = pair === null ? undefined : Number(pair[1]);
    const second = pair?.[2] === undefined ? undefined : Number(pair[2]);
    if (tcp) {
      const rtp = first ?? free;
      const rtcp = second ?? rtp + 1;
      if (rtp <= 255 && rtcp <= 255 && rtp !== rtcp) return { kind: 'interleaved', channels: [rtp, rtcp] };
    } else if (first !== undefined && first > 0 && first < 65_535) {
      return { kind: 'udp', ports: [first, second ?? first + 1] };
    }
  }
  return null;
}
