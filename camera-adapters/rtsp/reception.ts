import { randomBytes } from 'node:crypto';
import type { Clock } from '#base/clock';
import { openUdpPair, type UdpPair } from '../udp-pair.ts';
import type { PacketTaker, RtspConnection } from './connection.ts';
import type { SetUp } from './dialogue.ts';
import { createReorderWindow } from './reorder-window.ts';
import { createRtpReceiver, type RtpReceiver } from './rtp-receiver.ts';
import type { RtspTrack, TrackTaker } from './rtsp-client.ts';

/** The packets of the tracks that were chosen, over the transport that was agreed. */
export interface Reception {
  /** What to ask for in SETUP. Opens ports where that needs some. */
  wish(track: RtspTrack, taker: TrackTaker): Promise<Wish>;
  /** A packet of a channel that no track has: of a camera that sends on other channels than it said. */
  adopt(channel: number, bytes: Uint8Array, start: number): void;
  /** Packets of any kind so far. */
  readonly heard: number;
  /** Every source has said that nothing follows. */
  ended(): boolean;
  sendReports(): void;
  close(): void;
}

export interface Wish {
  /** Value of `Transport`. */
  readonly transport: string;
  /** Once the camera has agreed. */
  agreed(setUp: SetUp): void;
}

interface Feed {
  readonly track: RtspTrack;
  readonly receiver: RtpReceiver;
  readonly rtp: PacketTaker;
  readonly rtcp: PacketTaker;
  report: (packet: Uint8Array) => void;
}

/** A camera may send 1,000 packets for one picture, faster than we are called. */
const UDP_MEMORY = 1 << 20;

export function createReception(deps: {
  readonly connection: RtspConnection;
  readonly clock: Clock;
  readonly transport: 'tcp' | 'udp';
}): Reception {
  const { connection, clock } = deps;
  const feeds: Feed[] = [];
  const pairs: UdpPair[] = [];
  const closers: (() => void)[] = [];
  let heard = 0;

  function addFeed(track: RtspTrack, taker: TrackTaker): Feed {
    const receiver = createRtpReceiver(track, taker, randomBytes(4).readUInt32BE());
    const feed: Feed = {
      track,
      receiver,
      rtp(bytes, start, end, arrivedMs) {
        heard += 1;
        receiver.rtp(bytes, start, end, arrivedMs);
      },
      rtcp(bytes, start, end, arrivedMs) {
        heard += 1;
        receiver.rtcp(bytes, start, end, arrivedMs);
      },
      report: () => {},
    };
    feeds.push(feed);
    return feed;
  }

  function attach(feed: Feed, [rtp, rtcp]: readonly [number, number]): void {
    share(rtp, feed.rtp, feed.track.payloadType);
    share(rtcp, feed.rtcp, null);
    feed.report = (packet) => connection.sendPacket(rtcp, packet);
  }

  /** Some cameras send all tracks on one channel: packets are told apart by their payload type, reports by source. */
  function share(channel: number, mine: PacketTaker, payloadType: number | null): void {
    const others = connection.takerOf(channel);
    if (others === undefined || others === mine) {
      connection.take(channel, mine);
      return;
    }
    connection.take(channel, (bytes, start, end, arrivedMs) => {
      const isMine = payloadType === null || ((bytes[start + 1] ?? 0) & 0x7f) === payloadType;
      if (isMine) mine(bytes, start, end, arrivedMs);
      if (!isMine || payloadType === null) others(bytes, start, end, arrivedMs);
    });
  }

  function wishTcp(feed: Feed): Wish {
    const first = (feeds.length - 1) * 2;
    return {
      transport: `RTP/AVP/TCP;unicast;interleaved=${first}-${first + 1}`,
      agreed: ({ channels }) => attach(feed, channels ?? [first, first + 1]),
    };
  }

  async function wishUdp(feed: Feed): Promise<Wish> {
    const pair = await openUdpPair(connection.localAddress);
    pairs.push(pair);
    const window = createReorderWindow(clock, (datagram, arrivedMs) => {
      try {
        feed.rtp(datagram, 0, datagram.length, arrivedMs);
      } catch (error) {
        // What waited is handed on by a timer, where nobody else would catch it.
        connection.fail(error);
      }
    });
    closers.push(window.close);
    const from = plain(connection.remoteAddress);
    /** The same as it stands in datagrams, once one has come. */
    let written = '';
    let told: SetUp['serverPorts'] = null;
    /** Packets have come from the port that the camera told: from then on those from others are somebody else's. */
    const keepsWord = { rtp: false, rtcp: false };
    for (const kind of ['rtp', 'rtcp'] as const) {
      pair[kind].on('message', (datagram: Buffer, sender) => {
        if (sender.address !== written) {
          if (plain(sender.address) !== from) return;
          written = sender.address;
        }
        const isTold = sender.port === told?.[kind === 'rtp' ? 0 : 1];
        if (keepsWord[kind] && !isTold) return;
        keepsWord[kind] ||= isTold;
        try {
          if (kind === 'rtp') window.push(datagram, clock.monotonic());
          else feed.rtcp(datagram, 0, datagram.length, clock.monotonic());
        } catch (error) {
          connection.fail(error);
        }
      });
    }
    try {
      pair.rtp.setRecvBufferSize(UDP_MEMORY);
    } catch {
      // The system gives what it gives.
    }
    return {
      transport: `RTP/AVP;unicast;client_port=${pair.ports.join('-')}`,
      agreed({ serverPorts }) {
        if (serverPorts === null) return;
        const [rtpPort, rtcpPort] = serverPorts;
        if (rtpPort === 0 || rtcpPort === 0) return;
        told = serverPorts;
        const send = (kind: 'rtp' | 'rtcp', packet: Uint8Array): void =>
          pair[kind].send(packet, kind === 'rtp' ? rtpPort : rtcpPort, from, () => {});
        feed.report = (packet) => send('rtcp', packet);
        // What goes out lets a firewall on the way let in what answers.
        send('rtp', Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        send('rtcp', Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 0));
      },
    };
  }

  return {
    async wish(track, taker) {
      const feed = addFeed(track, taker);
      return deps.transport === 'tcp' ? wishTcp(feed) : wishUdp(feed);
    },
    adopt(channel, bytes, start) {
      const payloadType = (bytes[start + 1] ?? 0) & 0x7f;
      const feed = feeds.find(
        ({ track, receiver }) => track.payloadType === payloadType && receiver.figures.taken === 0,
      );
      if (feed === undefined || (bytes[start] ?? 0) >> 6 !== 2) return;
      attach(feed, [channel, (channel + 1) & 0xff]);
    },
    get heard() {
      return heard;
    },
    ended: () => feeds.length > 0 && feeds.every(({ receiver }) => receiver.ended()),
    sendReports() {
      const nowMs = clock.monotonic();
      for (const feed of feeds) {
        const report = feed.receiver.report(nowMs);
        if (report !== null) feed.report(report);
      }
    },
    close() {
      for (const pair of pairs) pair.close();
      for (const closer of closers) closer();
    },
  };
}

/** IPv4 as it stands in IPv6, and IPv6 with its zone, without them. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
