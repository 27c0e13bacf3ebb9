import { Fault } from '#base/errors';
import type { KeyFrameDecoder } from '#contracts/media';
import { type KeyFrameDecoders, SMALL_SIDE, smallSize } from './key-frame-decoders.ts';

/** Of quiet cameras, a key frame each every few seconds; where more wait, looking is behind already. */
const MOST_WAITING = 256;
const WITHIN_MS = 3000;

/** Small pictures of key frames by shared decoders, for looking at by machine. */
export function createKeyFrameDecoder(decoders: KeyFrameDecoders): KeyFrameDecoder {
  const line = decoders.line(MOST_WAITING);
  return {
    async frame(info, keyframe, { maxWidth, maxHeight }) {
      if (maxWidth !== SMALL_SIDE || maxHeight !== SMALL_SIDE) return 'unable';
      let over: () => void;
      try {
        over = await line.turn();
      } catch (error) {
        if (error instanceof Fault && error.kind === 'tooMany') return 'busy';
        throw error;
      }
      try {
        const picture = await decoders.picture(info, keyframe, SMALL_SIDE, WITHIN_MS);
        if (picture === 'busy') return 'busy';
        const size = smallSize(info.video);
        // Not what its stream says of itself: who looks at it would see another picture than of its own decoder.
        if (picture === 'unable' || picture.width !== size.width || picture.height !== size.height) return 'unable';
        return { ...picture, wallClockMs: keyframe.wallClockMs };
      } finally {
        over();
      }
    },
  };
}
