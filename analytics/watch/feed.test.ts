import { describe, expect, it } from 'vitest';
import type { Fragment, StreamInfo } from '#contracts/media';
import { createFakeCamera } from '../../tests/fakes/fragments.ts';
import { createFeed, type FeedOptions } from './feed.ts';

/** A camera of a key frame every two seconds; what was decoded, in seconds since its start. */
function watch(options: Partial<FeedOptions> = {}) {
  const feed = createFeed({ framesPerSecond: 5, whole: false, ...options });
  const decoded: Fragment[] = [];
  let info: StreamInfo | undefined;
  const camera = createFakeCamera(
    {
      info: (next) => {
        info = next;
      },
      fragment: (fragment) => {
        if (info !== undefined) decoded.push(...feed.push(fragment, info));
      },
    },
    0,
  );
  let sent = 0;
  return {
    feed,
    camera,
    /** `bytes`: of predicted fragments. */
    run(seconds: number, bytes: (at: number) => number = () => 1000, groupSeconds = 2): void {
      for (let at = 0; at < seconds * 5; at += 1, sent += 1) {
        const key = sent % (groupSeconds * 5) === 0;
        camera.push({ key, bytes: key ? 60_000 : bytes(at) });
      }
    },
    take(): number[] {
      return decoded.splice(0).map(({ wallClockMs }) => wallClockMs / 1000);
    },
  };
}
/** As an encoder at work on noise. */
const noisy = (at: number): number => 1000 + ((at * 37) % 100);

describe('a quiet camera', () => {
  it('is decoded whole at first, then by its key frames', () => {
    const { run, take } = watch();
    run(20, noisy);
    const seconds = take();
    // Until it is known how large its pictures are.
    expect(seconds.filter((second) => second < 4)).toHaveLength(20);
    expect(seconds.filter((second) => second > 9)).toEqual([10, 12, 14, 16, 18]);
  });

  it('is decoded once a second where its key frames are closer', () => {
    const { camera, take } = watch();
    for (let at = 0; at < 50; at += 1) camera.push({ key: at % 2 === 0, bytes: at % 2 === 0 ? 60_000 : 1000 });
    expect(take().filter((second) => second > 5)).toEqual([5.2, 6.4, 7.6, 8.8]);
  });
});

it('is decoded once a second where every picture stands for itself', () => {
  const { camera, take } = watch();
  for (let at = 0; at < 125; at += 1) camera.push({ key: true, ms: 40 });
  const after = take().filter((second) => second > 3);
  expect(after).toEqual([3.8, 4.8]);
});

describe('a camera that sees something', () => {
  it('is decoded from the key frame on when predicted pictures grow, and some seconds longer if there was something', () => {
    const { run, take, feed } = watch();
    run(20, noisy);
    take();
    run(2, (at) => noisy(at) + (at >= 4 ? 900 : 0));
    const seconds = take();
    // From the first large one on, with what led to it.
    expect(seconds).toEqual([20, 20.2, 20.4, 20.6, 20.8, 21, 21.2, 21.4, 21.6, 21.8]);
    run(10, noisy);
    expect(take()).toEqual([22, 22.2, 22.4, 22.6, 22.8, 23, 24, 26, 28, 30]);
    run(2, (at) => noisy(at) + (at >= 4 ? 900 : 0));
    feed.wake(33_800);
    take();
    run(10, noisy);
    const after = take();
    expect(after.filter((second) => second < 37.7)).toHaveLength(19);
    expect(after.filter((second) => second > 38)).toEqual([40, 42]);
  });

  it('is decoded whole where its sizes tell nothing, and for a while where they did not tell what was seen', () => {
    const filled = watch();
    filled.run(20, () => 50_000);
    expect(filled.take()).toHaveLength(100);
    const { run, take, feed } = watch();
    run(20, noisy);
    for (const seconds of [20, 30, 40]) {
      run(0.2, noisy);
      feed.wake(seconds * 1000);
      run(9.8, noisy);
    }
    take();
    run(20, noisy);
    expect(take()).toHaveLength(100);
  });

  it('is not woken by one picture that is a little large, but by one that is much larger', () => {
    const { run, take } = watch();
    run(20, noisy);
    take();
    run(4, (at) => noisy(at) + (at === 5 ? 80 : 0));
    expect(take()).toEqual([20, 22]);
    run(2, (at) => noisy(at) + (at === 5 ? 9000 : 0));
    expect(take()).toHaveLength(10);
  });

  it('comes to rest where pictures stay large, as in rain', () => {
    const { run, take } = watch();
    run(20, noisy);
    run(60, (at) => 2 * noisy(at));
    take();
    run(8, (at) => 2 * noisy(at));
    expect(take()).toHaveLength(4);
  });

  it('is decoded with what was held back when motion was seen in a key frame', () => {
    const { run, take, feed } = watch();
    run(20, noisy);
    run(0.6, noisy);
    take();
    feed.wake(20_000);
    run(0.2, noisy);
    expect(take()).toEqual([20.2, 20.4, 20.6]);
  });
});

describe('what it is decoded for', () => {
  const grown = (at: number): number => noisy(at) + (at >= 4 && at < 8 ? 900 : 0);

  it('is motion alone where sizes tell nothing, and everything once something was seen', () => {
    const { run, feed } = watch();
    run(20, () => 50_000);
    expect(feed.needs(20_000)).toBe('motion');
    feed.wake(20_000);
    expect([20_000, 23_900, 24_100].map(feed.needs)).toEqual(['everything', 'everything', 'motion']);
  });

  it('is motion alone where sizes have often grown for nothing, until they were right again', () => {
    const { run, feed } = watch();
    run(20, noisy);
    const needs = [];
    for (let round = 0; round < 5; round += 1) {
      run(2, grown);
      needs.push(feed.needs(21_800 + round * 8000));
      run(6, noisy);
      expect(feed.needs(27_800 + round * 8000)).toBe('keyFrames');
    }
    expect(needs).toEqual(['everything', 'everything', 'everything', 'motion', 'motion']);
    for (let round = 5; round < 8; round += 1) {
      run(2, grown);
      feed.wake(21_800 + round * 8000);
      run(6, noisy);
    }
    run(2, grown);
    expect(feed.needs(21_800 + 8 * 8000)).toBe('everything');
  });

  it('is everything where groups are long', () => {
    const { run, feed } = watch();
    run(24, () => 50_000, 8);
    expect(feed.needs(24_000)).toBe('everything');
  });
});

it('is decoded whole where a rule demands it, and where its groups are long', () => {
  const all = watch({ whole: true });
  all.run(20, noisy);
  expect(all.take()).toHaveLength(100);
  const long = watch();
  long.run(24, noisy, 8);
  const seconds = long.take();
  expect(seconds.filter((second) => second > 8)).toHaveLength(79);
});

it('takes no more of a stream of key frames than is looked at', () => {
  const { camera, take } = watch({ whole: true });
  for (let at = 0; at < 125; at += 1) camera.push({ key: true, ms: 40 });
  expect(Math.abs(take().length - 25)).toBeLessThanOrEqual(1);
});

it('goes on at a key frame after a loss, and anew after a change of the stream', () => {
  const { run, take, feed, camera } = watch();
  run(20, noisy);
  take();
  run(0.6, noisy);
  camera.lose(7);
  feed.lose();
  feed.wake(21_000);
  camera.push({ key: true });
  camera.push();
  expect(take()).toEqual([20, 22, 22.2]);
  camera.begin();
  camera.push({ key: true });
  camera.push();
  expect(take()).toHaveLength(2);
});
