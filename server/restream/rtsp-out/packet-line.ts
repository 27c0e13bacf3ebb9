import { withParameterSets } from '#base/mp4/parameter-sets';
import { eachSample } from '#base/mp4/samples';
import { isPicture, type Mp4Track, readTracks } from '#base/mp4/tracks';
import { eachPacket, writePackets } from '#base/rtp/packets';
import { writeSenderReport } from '#base/rtp/sender-report';
import { clockRateOf, payloadTypeOf } from '#base/rtsp/description';
import type { Fragment, StreamInfo } from '#contracts/media';

/** Turns the fragments of one stream into RTP for one player. Pure but for its random beginnings. */
export interface PacketLine {
  /**
   * Packets of each access unit (`writePackets`) of a fragment, in its order; before them a sender report where one is
   * due. Throws `RangeError` for a fragment that cannot be read.
   */
  packetsOf(fragment: Fragment, info: StreamInfo): readonly Buffer[];
}

/** Where the tracks of a player go: by the order of `sendableTracks`; `undefined` for one that it did not set up. */
export interface TrackChannels {
  readonly rtp: number;
  readonly rtcp: number;
}

interface Lane {
  readonly ssrc: number;
  readonly clockRate: number;
  readonly channels: TrackChannels;
  sequence: number;
  packets: number;
  payloadBytes: number;
  /** RTP time of the beginning of the timeline of fragments; its fraction is kept. */
  origin: number;
}

const REPORT_EVERY_MS = 5000;

/** The picture and the sound of a stream, as far as RTP is known for them; the picture first. */
export function sendableTracks(info: StreamInfo): readonly Mp4Track[] {
  const tracks = readTracks(info.init);
  const picture = tracks.find(isPicture);
  const sound = tracks.find((track) => !isPicture(track));
  return picture === undefined ? [] : sound === undefined ? [picture] : [picture, sound];
}

export function createPacketLine(
  first: readonly Mp4Track[],
  channels: readonly (TrackChannels | undefined)[],
  random32: () => number,
): PacketLine {
  const lanes = first.map((track, index): Lane | undefined => {
    const lane = channels[index];
    if (lane === undefined) return undefined;
    return {
      ssrc: random32(),
      clockRate: clockRateOf(track),
      channels: lane,
      sequence: random32() & 0xffff,
      packets: 0,
      payloadBytes: 0,
      origin: random32(),
    };
  });
  let known: StreamInfo | undefined;
  let tracks = first;
  let reportMs = Number.NEGATIVE_INFINITY;
  /** Where the last fragment ended, on both clocks. */
  let endS = 0;
  let endWallMs = 0;

  /** Another timeline begins: RTP times go on as the clock on the wall did. */
  function begin(info: StreamInfo, fragment: Fragment): void {
    const beginS = fragment.decodeTime / info.timescale;
    if (known !== undefined) {
      const pauseS = Math.min(Math.max(0, (fragment.wallClockMs - endWallMs) / 1000), 60);
      for (const lane of lanes) if (lane !== undefined) lane.origin += (endS + pauseS - beginS) * lane.clockRate;
      tracks = sendableTracks(info);
    }
    known = info;
  }

  return {
    packetsOf(fragment, info) {
      if (info !== known) begin(info, fragment);
      const beginS = fragment.decodeTime / info.timescale;
      endS = beginS + fragment.duration / info.timescale;
      endWallMs = fragment.wallClockMs + (endS - beginS) * 1000;
      const out: Buffer[] = [];
      if (fragment.wallClockMs - reportMs >= REPORT_EVERY_MS || fragment.wallClockMs < reportMs) {
        reportMs = fragment.wallClockMs;
        for (const lane of lanes) {
          if (lane === undefined) continue;
          const rtpTime = Math.round(lane.origin + beginS * lane.clockRate);
          out.push(writeSenderReport(lane.channels.rtcp, { ...lane, wallClockMs: fragment.wallClockMs, rtpTime }));
        }
      }
      eachSample(fragment.bytes, tracks, ({ track, start, end, decodeTime, compositionOffset, sync }) => {
        const index = tracks.indexOf(track);
        const lane = lanes[index];
        if (lane === undefined || end === start) return;
        const shownS = (decodeTime + compositionOffset) / track.timescale;
        const head = {
          channel: lane.channels.rtp,
          payloadType: payloadTypeOf(index),
          sequence: lane.sequence,
          rtpTime: Math.round(lane.origin + shownS * lane.clockRate),
          ssrc: lane.ssrc,
        };
        const { bytes } = fragment;
        const whole = sync && isPicture(track) ? withParameterSets(track, bytes.subarray(start, end)) : null;
        const packets =
          whole === null
            ? writePackets(track.codec, bytes, start, end, head)
            : writePackets(track.codec, whole, 0, whole.length, head);
        eachPacket(packets, (_, length) => {
          lane.sequence += 1;
          lane.packets += 1;
          lane.payloadBytes += length - 12;
        });
        out.push(packets);
      });
      return out;
    },
  };
}
