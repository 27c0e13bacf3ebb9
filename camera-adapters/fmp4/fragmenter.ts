import type { Clock } from '#base/clock';
import { ownMemory, type PictureMemory } from '#base/picture-memory';
import type { AudioTrack, FragmentSink } from '#contracts/media';
import type { AccessUnitWriter, SoundWriter, VideoConfig, VideoUnit } from '../codecs/codec.ts';
import { createPublisher } from '../publisher.ts';
import { createTimeline } from '../timeline.ts';
import { box } from './box-writer.ts';
import { createDecodeTimes } from './decode-times.ts';
import { createFirstFragments } from './first-fragments.ts';
import { createFragmentMemory } from './fragment-memory.ts';
import { visualEntry, writeInitSegment } from './init-segment-writer.ts';
import { createMediaTime, type MediaTime } from './media-time.ts';
import { createSampleTable, headerBytes, mostHeaderBytes, writeHeader } from './movie-fragment-writer.ts';
import { createSoundTrack, type SoundSource, type SoundTrack } from './sound-track.ts';

/**
 * Access units to fragments. A fragment ends before a key frame, and as soon as the access unit is complete with which
 * it is as long as it may be: how long that last picture stands is predicted from the measured rate, and put right by
 * the decode time of the next fragment.
 */
export interface Fragmenter {
  readonly video: AccessUnitWriter;
  /** `null` where no sound was announced. */
  readonly sound: SoundWriter | null;
  videoReport(report: SenderReport): void;
  soundReport(report: SenderReport): void;
  /** Hands on what is whole; nothing may follow. */
  end(): void;
  /** Fragments so far. */
  readonly fragments: number;
}

/** RFC 3550 §6.4.1: `ntpMs`, in ms since 1970 on the camera's clock, belongs to `rtpTime`. */
export interface SenderReport {
  readonly ntpMs: number;
  readonly rtpTime: number;
}

export interface FragmenterDeps {
  readonly sink: FragmentSink;
  readonly clock: Clock;
  /** ms; longest fragment. */
  readonly fragmentMs: number;
  readonly video: {
    /** Ticks per second of its RTP times. */
    readonly clockRate: number;
    /** Pictures per second as announced; `null` where they are not. */
    readonly frameRate: number | null;
  };
  readonly sound: SoundSource | null;
  /** Where fragments get their memory; from V8, which counts it, where it is not said. */
  readonly memory?: PictureMemory;
  /** Called when the camera's clock minus ours, in ms, is known and each time that it has changed. */
  readonly onClock?: (offsetMs: number) => void;
  /** Called for each picture that came and is not handed on, as one that it builds on is missing. */
  readonly onSkipped?: () => void;
}

/** Pictures in one fragment; more begin another. */
const MOST_PICTURES = 64;
/** Room that is left for boxes: pictures and AAC units per second that need no copy. */
const USUAL_MOST_RATE = 60;
const USUAL_MOST_SOUND_RATE = 50;
/** Until a rate is measured. */
const USUAL_RATE = 25;
/** Weight of the newest interval in the mean. */
const INTERVAL_WEIGHT = 1 / 4;
/** An interval of so many times the mean is a pause, unless it comes twice. */
const PAUSE = 3;
/** Players take a picture for a break when it is later than twice what the one before was said to last. */
const LATE = 1.5;
/** Sound that does not come for so long has ended; players that wait for it would stand still. */
const SOUND_ENDS_MS = 3000;
/** Reports of picture and sound further apart are not of one clock. */
const ONE_CLOCK_MS = 60_000;
/** The camera's clock is told again when it has moved by this much. */
const CLOCK_MOVED_MS = 20;

export function createFragmenter(deps: FragmenterDeps): Fragmenter {
  const { sink, clock, fragmentMs } = deps;
  const { clockRate } = deps.video;
  const fragmentTicks = (fragmentMs * clockRate) / 1000;
  const timeline = createTimeline();
  const declaredRate = (): number | null => config?.frameRate ?? deps.video.frameRate;
  const publisher = createPublisher({ sink, clock, timeline, declaredRate });
  const decodeTimes = createDecodeTimes();
  const samples = createSampleTable(MOST_PICTURES);
  const sound =
    deps.sound === null ? null : createSoundTrack({ source: deps.sound, monotonic: clock.monotonic, pictureMs });
  const first = sound === null ? null : createFirstFragments({ publisher, clock, onOver: release });
  const memory = createFragmentMemory({
    headRoom: headRoomFor(fragmentMs, sound !== null),
    onHeader: unitBegins,
    memory: deps.memory ?? ownMemory,
  });

  let time: MediaTime | undefined;
  let config: VideoConfig | undefined;
  let soundIsIn = false;
  /** Pictures are refused until decoding can start again. */
  let awaitsKey = true;
  /** Pictures are missing since the newest key frame. */
  let interrupted = false;
  /** Ticks from picture to picture. */
  let interval = clockRate / (deps.video.frameRate ?? USUAL_RATE);
  let paused = false;

  // Of the fragment that is open.
  let keyframe = false;
  let firstDecode = 0;
  let firstTaken = 0;
  let newestTaken = 0;
  let sequence = 0;

  // Of the newest picture, in whatever fragment.
  let lastDecode = 0;
  /** The same before it was drawn nearer to the one before. */
  let trueDecode = 0;
  /** What the last one of a fragment is said to last, and until when; `null` where there was none. */
  let lastDuration = 0;
  let promisedEnd: number | null = null;
  /** Showing time minus decode time of the newest key frame. */
  let lead = 0;

  let videoReported: (SenderReport & { readonly arrivalMs: number }) | undefined;
  let reportWaits = false;
  let soundReported: SenderReport | undefined;
  let jumps = 0;
  let toldClockMs: number | null = null;

  function pictureMs(): number | null {
    const ticks = time?.atArrival(clock.monotonic()) ?? null;
    return ticks === null ? null : (ticks * 1000) / clockRate;
  }

  function hasSound(): boolean {
    return sound !== null && clock.monotonic() - sound.lastArrivalMs < SOUND_ENDS_MS;
  }

  /** Where a key frame begins, what came before it is handed on at once. */
  function unitBegins(header: number): void {
    if (config === undefined || !beginsDecoding(config.entry, header)) return;
    if (samples.count > 0) split();
    else memory.expectKeyframe();
  }

  function commit(unit: VideoUnit): void {
    const next = unit.config ?? config;
    const { overflowed } = memory;
    if (overflowed || memory.openBytes === 0 || next === undefined || (awaitsKey && !unit.randomAccess)) {
      awaitsKey ||= overflowed;
      memory.discard();
      deps.onSkipped?.();
      return;
    }
    time ??= createMediaTime(clockRate, Math.round(next.reorder * interval));
    const showing = time.place(unit.rtpTime, clock.monotonic(), next.reorder);
    if (unit.randomAccess) {
      if (samples.count > 0) split();
      if (interrupted) decodeTimes.restart();
      begin(next);
    }
    add(unit.randomAccess, showing, decodeTimes.next(showing, next.reorder, Math.round(interval)));
    awaitsKey = false;
    interrupted &&= !unit.randomAccess;
    if (time.jumps !== jumps) {
      jumps = time.jumps;
      videoReported = undefined;
      reportWaits = false;
      timeline.forgetReports();
    } else if (reportWaits) takeVideoReport();

    const longEnough = trueDecode - firstDecode + interval * LATE >= fragmentTicks;
    // The first picture is shown at once, unless it is not known yet whether there is sound beside it.
    const isFirst = publisher.fragments === 0 && (sound === null || soundIsIn);
    if (longEnough || isFirst || samples.count === MOST_PICTURES) cut();
  }

  /** Starts another generation where the key frame that is open needs one. */
  function begin(next: VideoConfig): void {
    const same = config !== undefined && sameConfig(config, next);
    if (config !== undefined && !same) release();
    config = next;
    if (!same || hasSound() !== soundIsIn) tellInit(next);
  }

  function tellInit(of: VideoConfig): void {
    soundIsIn = hasSound();
    const { codec, width, height } = of;
    const configuration = box(of.entry === 'avc1' ? 'avcC' : 'hvcC', of.configuration);
    const video = { timescale: clockRate, width, height, entry: visualEntry(of.entry, of, configuration) };
    const carried = soundIsIn ? sound : null;
    const init = writeInitSegment(video, carried === null ? null : { timescale: carried.timescale, ...carried.format });
    publisher.init(
      { video: { codec, width, height }, audio: carried === null ? null : audioOf(carried), timescale: clockRate },
      init,
    );
  }

  function add(randomAccess: boolean, showing: number, decode: number): void {
    let placed = decode;
    if (samples.count === 0) {
      keyframe = randomAccess;
      if (randomAccess) lead = showing - decode;
      // A late picture that is no key frame follows the one before without a hole, and is still shown when it is due.
      else if (promisedEnd !== null && decode - lastDecode > lastDuration * LATE) placed = promisedEnd;
      firstDecode = placed;
      firstTaken = decode + lead;
      newestTaken = firstTaken;
      samples.hasOffsets = false;
    } else {
      samples.durations[samples.count - 1] = decode - lastDecode;
    }
    if (!awaitsKey && !interrupted) measure(decode - trueDecode);
    const offset = showing - placed;
    if (offset !== 0) samples.hasOffsets = true;
    samples.sizes[samples.count] = memory.openBytes;
    samples.offsets[samples.count] = offset;
    samples.count += 1;
    memory.commit();
    lastDecode = placed;
    trueDecode = decode;
    newestTaken = Math.max(newestTaken, showing);
  }

  function measure(step: number): void {
    const pause = step > interval * PAUSE;
    if (step > 1 && pause === paused) interval = pause ? step : interval + (step - interval) * INTERVAL_WEIGHT;
    paused = pause;
  }

  /** Ends the fragment before the access unit that is open. */
  function split(): void {
    const held = memory.detachOpen();
    cut();
    memory.attachOpen(held);
  }

  function cut(): void {
    if (samples.count === 0) return;
    lastDuration = Math.max(1, Math.round(trueDecode + interval - lastDecode));
    promisedEnd = lastDecode + lastDuration;
    samples.durations[samples.count - 1] = lastDuration;
    if (hasSound()) release();

    const carried = sound !== null && soundIsIn && sound.samples.count > 0 ? sound : null;
    if (carried !== null) {
      const from = memory.addTail(carried.seal());
      carried.copyTo(memory.bytes, from);
    }
    sequence += 1;
    const boxes = {
      sequence,
      keyframe,
      video: samples,
      videoDecodeTime: firstDecode,
      sound: carried?.samples ?? null,
      soundDecodeTime: carried?.decodeTime ?? 0,
      payloadBytes: memory.committedBytes,
    };
    const head = memory.addHead(headerBytes(boxes));
    writeHeader(memory.bytes, head, boxes);
    const bytes = memory.release(head, keyframe);
    const pictures = samples.count;
    samples.count = 0;
    sound?.clear();
    const fragment = {
      decodeTime: firstDecode,
      duration: promisedEnd - firstDecode,
      keyframe,
      samples: pictures,
      taken: { from: firstTaken, until: newestTaken },
    };
    if (first?.held) first.hold(fragment, bytes);
    else publisher.fragment(fragment, bytes);
  }

  /** It is known what is beside the first pictures. */
  function release(): void {
    if (!first?.held) return;
    if (config !== undefined && hasSound() !== soundIsIn) tellInit(config);
    first.release();
  }

  function takeVideoReport(): void {
    const ticks = videoReported === undefined ? null : (time?.at(videoReported.rtpTime) ?? null);
    reportWaits = ticks === null;
    if (videoReported === undefined || ticks === null) return;
    timeline.report({ ...videoReported, mediaMs: (ticks * 1000) / clockRate });
    const offsetMs = timeline.clockOffsetMs;
    if (offsetMs !== null && (toldClockMs === null || Math.abs(offsetMs - toldClockMs) >= CLOCK_MOVED_MS)) {
      toldClockMs = offsetMs;
      deps.onClock?.(offsetMs);
    }
    alignSound();
  }

  /** Both reports tell of the camera's one clock: what it took in the same moment belongs together. */
  function alignSound(): void {
    if (sound === null || videoReported === undefined || soundReported === undefined) return;
    const apartMs = soundReported.ntpMs - videoReported.ntpMs;
    const ticks = time?.at(videoReported.rtpTime) ?? null;
    if (ticks === null || Math.abs(apartMs) > ONE_CLOCK_MS) return;
    sound.align(soundReported.rtpTime, (ticks * 1000) / clockRate + apartMs);
  }

  return {
    video: {
      beginUnit: memory.beginUnit,
      append: memory.append,
      appendByte: memory.appendByte,
      endUnit: memory.endUnit,
      commit,
      discard() {
        memory.discard();
        interrupted = true;
        deps.onSkipped?.();
      },
    },
    sound,
    videoReport(report) {
      videoReported = { ...report, arrivalMs: clock.now() };
      takeVideoReport();
    },
    soundReport(report) {
      soundReported = report;
      alignSound();
    },
    end() {
      // Half a picture would lie behind the boxes, where readers look for the next one.
      memory.discard();
      cut();
      release();
    },
    get fragments() {
      return publisher.fragments;
    },
  };
}

function headRoomFor(fragmentMs: number, withSound: boolean): number {
  const of = (rate: number): number => Math.ceil((fragmentMs * rate) / 1000) + 2;
  return mostHeaderBytes(of(USUAL_MOST_RATE), withSound ? of(USUAL_MOST_SOUND_RATE) : 0);
}

/** A slice with which decoding can start: H.264 §7.4.1, IDR; H.265 §7.4.2.2, BLA to CRA. */
function beginsDecoding(entry: VideoConfig['entry'], header: number): boolean {
  if (entry === 'avc1') return (header & 0x1f) === 5;
  const type = (header >> 1) & 0x3f;
  return type >= 16 && type <= 21;
}

function sameConfig(a: VideoConfig, b: VideoConfig): boolean {
  return (
    a === b ||
    (a.codec === b.codec &&
      a.width === b.width &&
      a.height === b.height &&
      Buffer.compare(a.configuration, b.configuration) === 0)
  );
}

function audioOf({ config, format }: SoundTrack): AudioTrack {
  return { codec: format.codec, sampleRate: config.sampleRate, channels: config.channels };
}
