import { describe, expect, it } from 'vitest';
import { createFakeCamera, type FakeCamera } from '../../../tests/fakes/fragments.ts';
import { createRing } from '../ring.ts';
import { createSegmenter, type Segmenter, type Targets } from './segmenter.ts';

function setUp(targets: Targets = { segmentSeconds: 2, partMs: 200 }): { camera: FakeCamera; segmenter: Segmenter } {
  const ring = createRing({ keepMs: 1e9, mostMs: 1e9, mostBytes: 1e9 });
  const segmenter = createSegmenter(targets);
  const camera = createFakeCamera({
    info: (info) => ring.begin(info),
    fragment: (fragment) => {
      ring.push(fragment);
      const info = ring.newestInfo();
      if (info !== undefined) segmenter.add(ring.end - 1, fragment, info);
    },
  });
  return { camera, segmenter };
}

/** Each segment as its first place, its duration and the durations of its parts; `*` marks what holds a key frame. */
const shape = (segmenter: Segmenter): string[] =>
  segmenter.segments.map((segment) => {
    const parts = segment.parts.map((part) => `${Math.round(part.durationMs)}${part.independent ? '*' : ''}`);
    const gap = segment.discontinuity ? '!' : '';
    return `${gap}${segment.first}:${Math.round(segment.durationMs)}[${parts.join(' ')}]${segment.closed ? '' : '…'}`;
  });

/** What must hold however strange the camera is. */
function checkInvariants(segmenter: Segmenter, targets: Targets): void {
  const { segments } = segmenter;
  segments.forEach((segment, at) => {
    const next = segments[at + 1];
    expect(Math.round(segment.durationMs / 1000)).toBeLessThanOrEqual(targets.segmentSeconds);
    if (next !== undefined) {
      expect(segment.closed).toBe(true);
      expect(next.first).toBe(segment.end);
      expect(next.sequenceNumber).toBe(segment.sequenceNumber + 1);
    }
    segment.parts.forEach((part, index) => {
      expect(part.durationMs).toBeLessThanOrEqual(targets.partMs);
      expect(part.first).toBe(segment.parts[index - 1]?.end ?? segment.first);
    });
    if (segment.closed && segment.parts.length > 0) expect(segment.parts.at(-1)?.end).toBe(segment.end);
  });
}

describe('segmenter', () => {
  it('makes a segment of each group and a part of each fragment', () => {
    const { camera, segmenter } = setUp();
    camera.group(10);
    camera.group(3);
    expect(shape(segmenter)).toEqual(['0:2000[200* 200 200 200 200 200 200 200 200 200]', '10:600[200* 200 200]…']);
  });

  it('puts single pictures together until a part is full, without waiting for the next one', () => {
    const { camera, segmenter } = setUp();
    camera.group(13, 40);
    expect(shape(segmenter)).toEqual(['0:520[200* 200]…']);
    camera.push({ ms: 40 });
    camera.push({ ms: 40 });
    expect(shape(segmenter)).toEqual(['0:600[200* 200 200]…']);
  });

  it('closes an unfinished part at a key frame', () => {
    const { camera, segmenter } = setUp();
    camera.group(27, 40);
    camera.push({ key: true, ms: 40 });
    expect(shape(segmenter)).toEqual(['0:1080[200* 200 200 200 200 80]', '27:40[]…']);
  });

  it('puts short groups together', () => {
    const { camera, segmenter } = setUp();
    for (let at = 0; at < 5; at += 1) camera.group(2, 200);
    expect(shape(segmenter)).toEqual(['0:1200[200* 200 200* 200 200* 200]', '6:800[200* 200 200* 200]…']);
  });

  it('cuts a group of 14 s where the target duration ends, and goes on', () => {
    const { camera, segmenter } = setUp();
    camera.group(70);
    camera.group(5);
    expect(shape(segmenter).map((each) => each.replace(/\[.*\]/, ''))).toEqual([
      '0:2400',
      '12:2400',
      '24:2400',
      '36:2400',
      '48:2400',
      '60:2000',
      '70:1000…',
    ]);
    camera.group(70);
    // A key frame begins a segment, however short the rest before it is.
    expect(
      shape(segmenter)
        .slice(6)
        .map((each) => each.replace(/\[.*\]/, '')),
    ).toEqual(['70:1000', '75:2400', '87:2400', '99:2400', '111:2400', '123:2400', '135:2000…']);
  });

  it('marks a change of the stream and a jump of its times, not jitter', () => {
    const { camera, segmenter } = setUp();
    camera.group(5);
    camera.lose(1);
    camera.push();
    camera.begin({ width: 1280 });
    camera.group(5);
    camera.lose(20);
    camera.group(5);
    expect(shape(segmenter)).toEqual([
      '0:1200[200* 200 200 200 200 200]',
      '!6:1000[200* 200 200 200 200]',
      '!11:1000[200* 200 200 200 200]…',
    ]);
    expect([0, 1, 2, 3].map((index) => segmenter.discontinuitiesBefore(index))).toEqual([0, 0, 1, 2]);
    segmenter.forgetBefore(10);
    expect(shape(segmenter)).toHaveLength(1);
    expect(segmenter.discontinuitiesBefore(0)).toBe(1);
  });

  it('gives a fragment longer than a part a segment of its own, and one longer than a segment its limit', () => {
    const { camera, segmenter } = setUp();
    camera.group(5);
    camera.push({ ms: 1000 });
    camera.push({ ms: 7000 });
    camera.group(2);
    expect(shape(segmenter)).toEqual(['0:1000[200* 200 200 200 200]', '5:1000[]', '6:2490[]', '!7:400[200* 200]…']);
  });

  it('says which part is next, and expects groups as long as the last one', () => {
    const { camera, segmenter } = setUp();
    camera.group(10);
    camera.group(9);
    const [first] = segmenter.segments;
    const second = (first?.sequenceNumber ?? 0) + 1;
    expect(segmenter.next()).toEqual({ sequenceNumber: second, part: 9 });
    camera.push();
    expect(segmenter.next()).toEqual({ sequenceNumber: second + 1, part: 0 });
    camera.push();
    expect(segmenter.next()).toEqual({ sequenceNumber: second, part: 11 });
  });

  it('numbers from the time of the first picture, so that no number is used again after a restart', () => {
    const { camera, segmenter } = setUp();
    camera.group(1);
    // 500 s after 2020 began, two numbers for each second.
    expect(segmenter.segments[0]?.sequenceNumber).toBe(1000);
  });

  it('holds its promises with a camera that does whatever it likes', () => {
    const targets = { segmentSeconds: 2, partMs: 250 };
    const { camera, segmenter } = setUp(targets);
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    for (let at = 0; at < 3000; at += 1) {
      if (random(100) === 0) camera.begin();
      if (random(100) === 0) camera.lose(random(30));
      camera.push({ key: random(20) === 0, ms: random(50) === 0 ? random(5000) : random(260) });
      if (at % 100 === 0) {
        checkInvariants(segmenter, targets);
        segmenter.forgetBefore(Math.max(0, at - 200));
      }
    }
    checkInvariants(segmenter, targets);
  });
});
