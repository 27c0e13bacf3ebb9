import { withParameterSets } from '#base/mp4/parameter-sets';
import { eachSample } from '#base/mp4/samples';
import { isPicture, type Mp4Track, readTracks } from '#base/mp4/tracks';
import { eachPacket, stampPackets, writePackets } from '#base/rtp/packets';
import { clockRateOf, describeTracks, payloadTypeOf } from '#base/rtsp/description';

/**
 * A clip that is sent again and again, as packets that are ready to go. All cameras that show it share them: a camera
 * that is `n` ms ahead of another is in each of its rounds at the same numbers and times of RTP `n` ms earlier, so a unit
 * is stamped once for each round and not once for each camera.
 */
export interface Loop {
  readonly description: string;
  readonly tracks: readonly LoopTrack[];
  readonly durationMs: number;
  /** In the order of sending. */
  readonly units: readonly LoopUnit[];
  /** Bytes in memory. */
  readonly bytes: number;
  /** Units of pictures, and their bytes without headers of packets. */
  readonly pictures: number;
  readonly pictureBytes: number;
}

export interface LoopTrack {
  readonly codec: Mp4Track['codec'];
  readonly clockRate: number;
  readonly ssrc: number;
  /** RTP ticks and packets of one round. */
  readonly ticks: number;
  readonly packets: number;
}

/** One access unit, in frames of RTSP for channel `2 × track`. */
export interface LoopUnit {
  readonly track: number;
  /** ms from the beginning of the round at which it is sent. */
  readonly atMs: number;
  /** A player may begin here. */
  readonly key: boolean;
  readonly packets: number;
  readonly payloadBytes: number;
  /** The packets as they are in this round. They stay as they are while somebody's socket still holds them. */
  packetsOf(round: number): Buffer;
  /** Some socket could not send them at once and holds them. */
  held(): void;
}

interface RawUnit {
  readonly index: number;
  readonly track: Mp4Track;
  readonly data: Uint8Array;
  /** In ticks of its track. */
  readonly decodeTime: number;
  readonly compositionOffset: number;
  readonly duration: number;
  readonly sync: boolean;
}

/**
 * `mp4` is fragmented, from `ftyp` on, with at least one track of pictures that begins with a key frame. Its sound is
 * cut to the length of its pictures. Throws `RangeError` where it is no such file.
 */
export function createLoop(name: string, mp4: Uint8Array): Loop {
  const tracks = readTracks(mp4);
  const raw: RawUnit[] = [];
  eachSample(mp4, tracks, ({ track, start, end, decodeTime, compositionOffset, duration, sync }) => {
    const data = mp4.subarray(start, end);
    raw.push({ ...{ index: tracks.indexOf(track), track, data, decodeTime, compositionOffset, duration, sync } });
  });
  const picture = tracks.findIndex(isPicture);
  const pictures = raw.filter(({ index }) => index === picture);
  const [first] = pictures;
  const last = pictures.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('there is no H.264 or H.265 in it');
  if (!first.sync) throw new RangeError('it does not begin with a key frame');
  const { timescale } = first.track;
  const durationMs = ((last.decodeTime + last.duration - first.decodeTime) / timescale) * 1000;
  if (!(durationMs > 0)) throw new RangeError('it has no length');
  const beginMs = (first.decodeTime / timescale) * 1000;

  const packets = tracks.map(() => 0);
  const units: LoopUnit[] = [];
  const timed = raw
    .map((unit) => ({ unit, atMs: (unit.decodeTime / unit.track.timescale) * 1000 - beginMs }))
    .filter(({ atMs }) => atMs > -1 && atMs < durationMs)
    .sort((a, b) => a.atMs - b.atMs);
  const rounds = tracks.map((track) => ({ ticks: Math.round((durationMs * clockRateOf(track)) / 1000), packets: 0 }));
  const made = timed.map(({ unit, atMs }) => {
    const { index } = unit;
    const before = packets[index] ?? 0;
    const ssrc = ssrcOf(index);
    const data = unit.sync ? withParameterSets(unit.track, unit.data) : unit.data;
    const head = { channel: index * 2, payloadType: payloadTypeOf(index), sequence: 0, rtpTime: 0, ssrc };
    const bytes = writePackets(unit.track.codec, data, 0, data.length, head);
    const shownMs = atMs + (unit.compositionOffset / unit.track.timescale) * 1000;
    const count = countOf(bytes);
    packets[index] = before + count;
    return { unit, atMs, bytes, before, count, rtpTime: Math.round((shownMs * clockRateOf(unit.track)) / 1000) };
  });
  for (const [index, round] of rounds.entries()) round.packets = packets[index] ?? 0;
  for (const { unit, atMs, bytes, before, count, rtpTime } of made) {
    const round = rounds[unit.index] ?? { ticks: 0, packets: 0 };
    units.push({
      track: unit.index,
      atMs: Math.max(0, atMs),
      key: unit.index === picture && unit.sync,
      packets: count,
      payloadBytes: unit.data.length,
      ...stamped(bytes, (n) => [n * round.packets + before, n * round.ticks + rtpTime]),
    });
  }
  return {
    description: describeTracks(name, tracks),
    tracks: tracks.map((track, index) => ({
      codec: track.codec,
      clockRate: clockRateOf(track),
      ssrc: ssrcOf(index),
      ...(rounds[index] ?? { ticks: 0, packets: 0 }),
    })),
    durationMs,
    units,
    bytes: made.reduce((sum, { bytes }) => sum + bytes.length, 0),
    pictures: pictures.length,
    pictureBytes: pictures.reduce((sum, { data }) => sum + data.length, 0),
  };
}

const ssrcOf = (index: number): number => 0x5ca1_ab1e + index;

function countOf(bytes: Uint8Array): number {
  let count = 0;
  eachPacket(bytes, () => {
    count += 1;
  });
  return count;
}

function stamped(
  bytes: Buffer,
  at: (round: number) => readonly [sequence: number, rtpTime: number],
): Pick<LoopUnit, 'packetsOf' | 'held'> {
  let mine = bytes;
  let round = -1;
  let held = false;
  return {
    packetsOf(wanted) {
      if (wanted === round) return mine;
      if (held) mine = Buffer.from(mine);
      held = false;
      round = wanted;
      stampPackets(mine, ...at(wanted));
      return mine;
    },
    held() {
      held = true;
    },
  };
}
