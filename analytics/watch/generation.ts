import type { Clock } from '#base/clock';
import type { Fragment, StreamInfo } from '#contracts/media';
import type { Feed } from './feed.ts';
import type { WatchReader } from './interfaces.ts';

/** What is decoded of a stream until it changes. */
export interface Generation {
  /** What is to be decoded now; `undefined` when it is over. Who asks while another still waits is told the same. */
  next(): Promise<readonly Fragment[] | undefined>;
  /** For a decoder of one's own: from the newest key frame on, until for `keepsMs` not everything was needed. */
  from(keepsMs: number): AsyncGenerator<Fragment>;
  /** What has come of the newest group, from its key frame on; empty where that is not known whole. */
  group(): readonly Fragment[];
  /** To what the stream has changed; `undefined` that it ended. */
  following(): StreamInfo | undefined;
}

/** A decoder that is so far behind looks at what is now instead, ms. */
const MOST_BEHIND_MS = 2000;
/** Groups that are longer than this, s, are decoded whole as they come: nobody goes back to their beginning. */
const LONGEST_GROUP_S = 4.5;

export function createGeneration(parts: {
  reader: WatchReader;
  info: StreamInfo;
  feed: Feed;
  clock: Clock;
  signal: AbortSignal;
}): Generation {
  const { reader, info, feed, clock, signal } = parts;
  let following: StreamInfo | undefined;
  let isOver = false;
  let group: Fragment[] = [];
  let returned: readonly Fragment[] | undefined;
  let reading: Promise<readonly Fragment[] | undefined> | undefined;

  async function read(): Promise<readonly Fragment[] | undefined> {
    if (isOver) return undefined;
    const item = await reader.next(signal);
    if (item === undefined || item.type === 'end' || item.type === 'info') {
      isOver = true;
      if (item?.type === 'info') following = item.info;
      return undefined;
    }
    const isLate = item.type === 'fragment' && clock.now() - item.fragment.wallClockMs > MOST_BEHIND_MS;
    if (item.type === 'lost' || (isLate && reader.skipToNewestKey())) {
      feed.lose();
      group = [];
      return [];
    }
    const { fragment } = item;
    const [first] = group;
    if (fragment.keyframe) group = [fragment];
    else if (first !== undefined) {
      const isLong = fragment.decodeTime - first.decodeTime > LONGEST_GROUP_S * info.timescale;
      if (isLong) group = [];
      else group.push(fragment);
    }
    return feed.push(fragment, info);
  }

  function next(): Promise<readonly Fragment[] | undefined> {
    if (returned !== undefined) {
      const again = returned;
      returned = undefined;
      return Promise.resolve(again);
    }
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    next,
    async *from(keepsMs) {
      const first = [...group];
      yield* first;
      let hasBegun = first.length > 0;
      let neededMs = first.at(-1)?.wallClockMs ?? 0;
      for (;;) {
        const more = await next();
        if (more === undefined) return;
        const [oldest] = more;
        if (oldest === undefined) continue;
        const atMs = oldest.wallClockMs;
        if (feed.needs(atMs) === 'everything' || atMs < neededMs) neededMs = atMs;
        else if (atMs - neededMs > keepsMs) {
          returned = more;
          return;
        }
        hasBegun ||= oldest.keyframe;
        if (hasBegun) yield* more;
      }
    },
    group: () => group,
    following: () => following,
  };
}
