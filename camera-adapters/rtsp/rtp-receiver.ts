import { CameraFault } from '../adapter.ts';
import { isRtcp, type RtcpEvents, readRtcp, writeReceiverReport } from './rtcp.ts';
import { blankPacket, readRtp } from './rtp.ts';
import type { RtspTrack, TrackTaker } from './rtsp-client.ts';

/**
 * One track's packets, however they came: those of its payload type and of one source go to the taker, with what is
 * missing counted; those that come twice or too late are dropped. Takes packets in the order of their arrival.
 */
export interface RtpReceiver {
  /** Throws what the taker throws, and `CameraFault` `malformedStream` when the numbers have made no sense for long. */
  rtp(bytes: Uint8Array, start: number, end: number, arrivedMs: number): void;
  rtcp(bytes: Uint8Array, start: number, end: number, arrivedMs: number): void;
  /** The receiver report that is due now (§6.4.2), or `null` before the first packet. */
  report(nowMs: number): Uint8Array | null;
  /** The source has said that nothing follows. */
  ended(): boolean;
  readonly figures: Readonly<ReceptionFigures>;
}

export interface ReceptionFigures {
  /** Packets that went to the taker. */
  taken: number;
  lost: number;
  /** Twice, or too late. */
  late: number;
  /** No RTP, another payload type, or another source at the same time. */
  foreign: number;
}

/** RFC 3550 appendix A.1: a gap of more is no loss but a new beginning; what is further back, too. */
const MOST_MISSING = 3000;
const MOST_LATE = 100;
/** A source that was left for another is taken again when it sends this many packets and the other none. */
const BACK_AFTER = 16;
/** Packets in a row that come twice or too late, after which the stream is given up. */
const MOST_SENSELESS = 1000;

/** Sources that may share a channel for reports. */
const MOST_EARLY = 4;
/** ms after which a report is no news any more: its taker holds it to have arrived now. */
const LONGEST_EARLY_MS = 1000;

interface SenderReport {
  readonly source: number;
  readonly ntpMs: number;
  readonly middle: number;
  readonly rtpTime: number;
  readonly arrivedMs: number;
}

export function createRtpReceiver(track: RtspTrack, taker: TrackTaker, ownSsrc: number): RtpReceiver {
  const { payloadType } = track;
  const ticksPerMs = track.clockRate / 1000;
  const packet = blankPacket();
  const figures: ReceptionFigures = { taken: 0, lost: 0, late: 0, foreign: 0 };
  let ssrc = -1;
  let leftSsrc = -1;
  let fromLeft = 0;
  /** The highest number, how often the numbers have begun anew at 0, and the first of them. */
  let last = 0;
  let turns = 0;
  let first = 0;
  let received = 0;
  let senseless = 0;
  /** What a packet of another payload type, which shares the numbers, has left for the next. */
  let lostBefore = 0;
  let freshNext = true;
  let ended = false;
  let endedMs = 0;
  /** Of sources of which no packet has come yet. */
  let early: SenderReport[] = [];
  let transit = 0;
  /** Sixteenths of a tick: whole numbers cost no memory. */
  let jitter = 0;
  let reportedExpected = 0;
  let reportedReceived = 0;
  let ntpMiddle = 0;
  let reportMs = 0;

  function begin(sequence: number): void {
    last = (sequence - 1) & 0xffff;
    turns = sequence === 0 ? -1 : 0;
    first = sequence;
    received = 0;
    reportedExpected = 0;
    reportedReceived = 0;
    jitter = 0;
    lostBefore = 0;
    freshNext = true;
  }

  /** True when the packet is of the source that is listened to, or its source becomes that. */
  function isOurs(): boolean {
    if (packet.ssrc === ssrc) {
      fromLeft = 0;
      return true;
    }
    const ofTrack = packet.payloadType === payloadType;
    if (packet.ssrc === leftSsrc) fromLeft += 1;
    if (!ofTrack || (packet.ssrc === leftSsrc && fromLeft < BACK_AFTER)) {
      figures.foreign += 1;
      return false;
    }
    leftSsrc = ssrc;
    fromLeft = 0;
    ssrc = packet.ssrc;
    ended = false;
    ntpMiddle = 0;
    transit = 0;
    begin(packet.sequence);
    return true;
  }

  /** Counts the packet by its number; false for one that came twice or too late. */
  function isNext(): boolean {
    const ahead = (packet.sequence - last - 1) & 0xffff;
    if (ahead !== 0) {
      if (ahead < MOST_MISSING) {
        lostBefore += ahead;
        figures.lost += ahead;
      } else if (ahead >= 0x1_0000 - MOST_LATE) {
        figures.late += 1;
        received += 1;
        senseless += 1;
        if (senseless === MOST_SENSELESS) {
          throw new CameraFault('malformedStream', 'the numbers of the packets make no sense');
        }
        return false;
      } else {
        begin(packet.sequence);
      }
    }
    if (packet.sequence < last) turns += 1;
    last = packet.sequence;
    received += 1;
    senseless = 0;
    return true;
  }

  /** §6.4.1 and appendix A.8. */
  function measure(arrivedMs: number): void {
    const now = Math.floor(arrivedMs * ticksPerMs) - packet.timestamp;
    // Ticks count in 32 bits: over the edge, the difference is small all the same.
    const change = (now - transit) | 0;
    if (transit !== 0) jitter += (change < 0 ? -change : change) - ((jitter + 8) >> 4);
    transit = now | 0;
  }

  function rtp(bytes: Uint8Array, start: number, end: number, arrivedMs: number): void {
    if (!readRtp(packet, bytes, start, end)) {
      figures.foreign += 1;
      return;
    }
    if (packet.payloadType !== payloadType && isRtcp(bytes, start, end)) {
      rtcp(bytes, start, end, arrivedMs);
      return;
    }
    if (!isOurs() || !isNext()) return;
    if (packet.payloadType !== payloadType) {
      figures.foreign += 1;
      return;
    }
    measure(arrivedMs);
    // An encoder that starts again says goodbye and goes on; what came before its goodbye is only late.
    if (ended && arrivedMs > endedMs) ended = false;
    if (early.length > 0) believeEarly(arrivedMs);
    packet.lost = lostBefore;
    packet.fresh = freshNext;
    lostBefore = 0;
    freshNext = false;
    figures.taken += 1;
    taker.packet(packet);
  }

  function believe({ ntpMs, middle, rtpTime, arrivedMs }: SenderReport): void {
    ntpMiddle = middle;
    reportMs = arrivedMs;
    taker.senderReport({ ntpMs, rtpTime });
  }

  function believeEarly(nowMs: number): void {
    const mine = early.find(({ source }) => source === ssrc);
    early = [];
    if (mine !== undefined && nowMs - mine.arrivedMs < LONGEST_EARLY_MS) believe(mine);
  }

  let reportArrivedMs = 0;
  const control: RtcpEvents = {
    senderReport(source, ntpMs, middle, rtpTime) {
      // Another's time would mislead, and before the first packet nothing tells which source is meant.
      if (ssrc !== -1 && source !== ssrc) return;
      const report = { source, ntpMs, middle, rtpTime, arrivedMs: reportArrivedMs };
      if (ssrc !== -1) return believe(report);
      early = [report, ...early.filter((other) => other.source !== source)].slice(0, MOST_EARLY);
    },
    bye(source) {
      if (source !== ssrc) return;
      ended = true;
      endedMs = reportArrivedMs;
    },
  };

  function rtcp(bytes: Uint8Array, start: number, end: number, arrivedMs: number): void {
    if (!isRtcp(bytes, start, end)) {
      // Some cameras send their packets on the other channel of the two.
      if (end - start > 1 && ((bytes[start + 1] ?? 0) & 0x7f) === payloadType) rtp(bytes, start, end, arrivedMs);
      return;
    }
    reportArrivedMs = arrivedMs;
    readRtcp(bytes, start, end, control);
  }

  return {
    rtp,
    rtcp,
    report(nowMs) {
      if (ssrc === -1) return null;
      const highest = turns * 0x1_0000 + last;
      const all = highest - first + 1;
      const due = all - reportedExpected;
      const missing = due - (received - reportedReceived);
      reportedExpected = all;
      reportedReceived = received;
      return writeReceiverReport({
        ssrc: ownSsrc,
        source: ssrc,
        fractionLost: due <= 0 || missing <= 0 ? 0 : Math.min(255, Math.floor((missing * 256) / due)),
        lost: all - received,
        highestSequence: highest,
        jitter: jitter >> 4,
        ntpMiddle,
        sinceReport: ntpMiddle === 0 ? 0 : Math.round(((nowMs - reportMs) * 65_536) / 1000),
      });
    },
    ended: () => ended,
    figures,
  };
}
