import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import { ownMemory, type PictureMemory } from '#base/picture-memory';
import type { FragmentSink } from '#contracts/media';
import { type CameraCredentials, CameraFault } from '../adapter.ts';
import type { DepacketizerFigures, SoundDepacketizer } from '../codecs/codec.ts';
import { createSoundDepacketizer, createVideoDepacketizer } from '../codecs/index.ts';
import { createFragmenter, type Fragmenter } from '../fmp4/fragmenter.ts';
import { createPictureWatch } from './picture-watch.ts';
import { NotForUs, type RtspClient, type RtspTrack, type TrackTaker } from './rtsp-client.ts';

/** RTSP by our own client: packets become fragments within this program. */
export interface DirectIngest {
  /**
   * Feeds `sink` until the stream ends. Rejects with `CameraFault` (`ended` where the camera hung up, `NoPictures` where
   * it sends and nothing comes of it), or with `StreamNotForUs` before the first fragment; an abort resolves. When it settles, no socket and no timer is left.
   */
  run(request: DirectRequest): Promise<void>;
}

export interface DirectRequest {
  /** Names the stream in logs; `null` for one that is only tried. */
  readonly name: string | null;
  /** Without user and password; the host is an address that was checked. */
  readonly url: string;
  /** What a certificate must be for; `null` takes any. */
  readonly serverName: string | null;
  readonly credentials: CameraCredentials;
  readonly transport: 'tcp' | 'udp';
  /** What becomes of G.711, which MP4 does not carry as it is; with `transcode` the stream is not for us. */
  readonly g711: 'flac' | 'transcode' | 'leaveOut';
  readonly sink: FragmentSink;
  readonly signal: AbortSignal;
  /** The camera's clock minus ours in ms, when it is known and whenever it has moved. */
  readonly onClock?: (offsetMs: number) => void;
  /** Told of each picture that came and is not shown, as one that it builds on is missing. */
  readonly onSkipped?: () => void;
}

export interface DirectIngestDeps {
  readonly client: RtspClient;
  /** ms; longest fragment. */
  readonly fragmentMs: number;
  /** ms of packets in which there must be a first picture. */
  readonly firstPictureMs?: number;
  /** As of `FragmenterDeps`. */
  readonly memory?: PictureMemory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A codec that is FFmpeg's, a sound that is, or a codec of ours in packets of another kind. */
export type NotForUsReason = 'codec' | 'sound' | 'packing';

/** What the camera sends is fine, and `what` of it (in the camera's own words) is FFmpeg's. */
export class StreamNotForUs extends NotForUs {
  override readonly name = 'NotForUs';
  readonly reason: NotForUsReason;
  readonly what: string;
  constructor(reason: NotForUsReason, what: string, message: string) {
    super(message);
    this.reason = reason;
    this.what = what;
  }
}

/** The stream was given up by us, for nothing that the camera sends: FFmpeg would do no better. */
export class GivenUp extends CameraFault {
  constructor(message: string) {
    super('internal', message);
    this.name = 'GivenUp';
  }
}

const G711: ReadonlySet<string> = new Set(['PCMA', 'PCMU']);
/** What we read, as long as it is packed as most cameras do. */
const OURS: ReadonlySet<string> = new Set(['H264', 'H265', 'MPEG4-GENERIC']);
/** Half of what a dial usually may last: FFmpeg has the other half. */
const FIRST_PICTURE_MS = 5000;

export function createDirectIngest(deps: DirectIngestDeps): DirectIngest {
  const { client, clock, fragmentMs, firstPictureMs = FIRST_PICTURE_MS } = deps;
  return {
    async run(request) {
      const log = deps.log.child({ stream: request.name ?? 'probe' });
      const figures: DepacketizerFigures = { units: 0, discarded: 0, broken: 0, torn: 0, malformed: 0 };
      let fragmenter: Fragmenter | undefined;

      function choose(tracks: readonly RtspTrack[]): ReadonlyMap<RtspTrack, TrackTaker> {
        const video = tracks.find(({ media }) => media === 'video');
        if (video === undefined) throw new CameraFault('notACamera', 'the device sends no video');
        const audio = tracks.find(({ media }) => media === 'audio') ?? null;
        const sound = audio === null || isLeftOut(audio, request) ? null : audio;
        const chosen = assemble(video, sound);
        fragmenter = chosen.fragmenter;
        return chosen.takers;
      }

      function assemble(video: RtspTrack, sound: RtspTrack | null) {
        let soundIn: SoundDepacketizer | null = null;
        const made: Fragmenter = createFragmenter({
          sink: request.sink,
          clock,
          fragmentMs,
          memory: deps.memory ?? ownMemory,
          video,
          sound:
            sound === null
              ? null
              : {
                  clockRate: sound.clockRate,
                  get config() {
                    if (soundIn === null) throw new Error('the sound is not described yet');
                    return soundIn.config;
                  },
                },
          ...(request.onClock === undefined ? {} : { onClock: request.onClock }),
          ...(request.onSkipped === undefined ? {} : { onSkipped: request.onSkipped }),
        });
        const takers = new Map<RtspTrack, TrackTaker>();
        const videoIn = forUs('codec', video, () => createVideoDepacketizer(video, made.video, figures));
        const watch = createPictureWatch({
          ...{ clock, figures, firstMs: firstPictureMs, lossless: request.transport === 'tcp' },
          fragments: () => made.fragments,
        });
        takers.set(video, {
          packet(packet) {
            videoIn.push(packet);
            watch.packet();
          },
          senderReport: made.videoReport,
        });
        const writer = made.sound;
        if (sound !== null && writer !== null) {
          const depacketizer = forUs('sound', sound, () => createSoundDepacketizer(sound, writer));
          soundIn = depacketizer;
          takers.set(sound, { packet: (packet) => depacketizer.push(packet), senderReport: made.soundReport });
        }
        return { fragmenter: made, takers };
      }

      try {
        await client.run({ ...request, choose });
      } finally {
        fragmenter?.end();
        log.debug({ ...figures, fragments: fragmenter?.fragments ?? 0 }, 'the direct stream has ended');
      }
    },
  };
}

/** Whether a stream goes on without this sound. Throws `StreamNotForUs` where it is to be kept, by FFmpeg. */
function isLeftOut(sound: RtspTrack, { g711 }: DirectRequest): boolean {
  if (!G711.has(sound.encoding) || g711 === 'flac') return false;
  if (g711 === 'leaveOut') return true;
  throw new StreamNotForUs('sound', sound.encoding, `MP4 does not carry ${sound.encoding} sound`);
}

/** Says of which part of the stream it is that only FFmpeg knows it. */
function forUs<Made>(reason: 'codec' | 'sound', track: RtspTrack, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof NotForUs)) throw error;
    const why = OURS.has(track.encoding) ? 'packing' : reason;
    throw new StreamNotForUs(why, track.encoding.replace(/[^ -~]/g, '?').slice(0, 40), error.message);
  }
}
