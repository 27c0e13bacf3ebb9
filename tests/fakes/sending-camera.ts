import type { Clock } from '#base/clock';
import type { Hub } from '../../server/restream/hub.ts';
import { plainFragments, plainInfo } from './segment-files.ts';

/** A camera that sends in the clock's time until stopped, and somebody who watches it. */
export interface SendingCamera {
  /** Fragments. */
  readonly sent: number;
  /** What the one who watches missed: 0, unless it was held up. */
  readonly missed: number;
  stop(): void;
}

export const FRAGMENT_MS = 200;

/** `changeEvery`: after so many fragments the stream changes, which ends its file. */
export function startSendingCamera(
  hub: Hub,
  cameraId: string,
  clock: Clock,
  { fragmentBytes = 2000, changeEvery = 100 } = {},
): SendingCamera {
  const key = { cameraId, role: 'main' as const };
  const sink = hub.sinkFor(key);
  const pictures = plainFragments(0, changeEvery, fragmentBytes);
  const startMs = clock.now();
  const watcher = hub.stream(key).read({ from: 'nextGroup' });
  let [sent, seen, lost] = [0, 0, 0];
  const watch = (): void => {
    for (let item = watcher.take(); item !== undefined; item = watcher.take()) {
      if (item.type === 'lost') lost += item.fragments;
      if (item.type === 'fragment') seen += 1;
    }
  };
  const send = (): void => {
    for (; startMs + (sent + 1) * FRAGMENT_MS <= clock.now(); sent += 1) {
      const picture = pictures[sent % changeEvery];
      if (picture === undefined) return;
      const generation = 1 + Math.floor(sent / changeEvery);
      if (sent % changeEvery === 0) sink.info({ ...plainInfo, generation });
      sink.fragment({ ...picture, generation, sequence: sent, wallClockMs: startMs + sent * FRAGMENT_MS });
      watch();
    }
  };
  const stop = clock.every(FRAGMENT_MS / 2, send);
  return {
    get sent() {
      return sent;
    },
    get missed() {
      return Math.max(lost, sent - seen);
    },
    stop() {
      stop();
      watcher.close();
    },
  };
}
