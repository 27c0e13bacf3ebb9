import { Fault } from '#base/errors';
import type { StartAt, StreamInfo, StreamItem, StreamKey, StreamRole } from '#contracts/media';
import type { Hub } from '../hub.ts';
import type { StreamReader } from '../stream-reader.ts';
import type { Transcodes } from '../transcode.ts';

/** What one cell reads: a stream of a camera, as it is or, where the browser cannot play it, as H.264. */
export interface Feed {
  readonly role: StreamRole;
  readonly transcoded: boolean;
  /** The browser cannot play this and no transcoder is free: nothing will come. */
  readonly refused: boolean;
  /** Something to take is in memory. */
  readonly behind: boolean;
  take(): StreamItem | undefined;
  skipToNewestKey(): boolean;
  close(): void;
}

export type Unplayable = ReadonlySet<'h265' | 'mjpeg'>;

/** RFC 6381 §3.3 and ISO/IEC 14496-15 Annex E: the family is told by the sample entry. */
function isPlayable(info: StreamInfo, cannotPlay: Unplayable): boolean {
  const entry = info.video.codec.split('.', 1)[0]?.toLowerCase();
  if (entry === 'hvc1' || entry === 'hev1') return !cannotPlay.has('h265');
  if (entry === 'avc1' || entry === 'avc3') return true;
  return !cannotPlay.has('mjpeg');
}

export function openFeed(deps: {
  hub: Hub;
  transcodes: Transcodes;
  key: StreamKey;
  cannotPlay: Unplayable;
  from: StartAt;
  wake: () => void;
}): Feed {
  const { hub, transcodes, key, cannotPlay, from, wake } = deps;
  let reader: StreamReader = hub.stream(key).read({ from, wake });
  let transcoded = false;
  let refused = false;

  /** The camera's own stream is let go only after the transcoder holds it. */
  function transcode(): void {
    const own = reader;
    try {
      reader = transcodes.stream(key).read({ from: 'latestGroup', wake });
      transcoded = true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refused = true;
    }
    own.close();
  }

  return {
    role: key.role,
    get transcoded() {
      return transcoded;
    },
    get refused() {
      return refused;
    },
    get behind() {
      return reader.behind > 0;
    },
    take() {
      const item = reader.take();
      if (item?.type !== 'info' || transcoded || isPlayable(item.info, cannotPlay)) return item;
      transcode();
      return refused ? undefined : reader.take();
    },
    skipToNewestKey: () => reader.skipToNewestKey(),
    close: () => reader.close(),
  };
}
