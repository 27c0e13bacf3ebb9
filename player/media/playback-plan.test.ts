import { describe, expect, it } from 'vitest';
import type { PlayableGroup, PlayableRange } from '#contracts/recordings';
import { isRecorded, joinPlaces, keyOf, nextRequest, placeBefore, placesOf, timestampOffset } from './playback-plan.ts';

const T0 = 1_790_000_000_000;
const MB = 2 ** 20;

function group(second: number, more: Partial<PlayableGroup> = {}): PlayableGroup {
  return {
    startMs: T0 + second * 1000,
    durationMs: 2000,
    decodeTime: 900_000 + second * 90_000,
    offset: 1200 + (second / 2) * 500_000,
    bytes: 500_000,
    keyBytes: 60_000,
    ...more,
  };
}

function range(...segments: PlayableGroup[][]): PlayableRange {
  const facts = { mimeType: 'video/mp4', initBytes: 900, timescale: 90_000, width: 640, height: 360 };
  return {
    cameraId: 'a',
    role: 'main',
    segments: segments.map((groups, at) => ({ segmentId: at + 1, ...facts, groups })),
  };
}

const seconds = (from: number, to: number) => ({ fromMs: T0 + from * 1000, toMs: T0 + to * 1000 });
const nothing = () => false;

describe('what is fetched next', () => {
  const places = placesOf(range([0, 2, 4, 6, 8, 10].map((second) => group(second))));

  it('begins with the group under the playhead and takes its neighbours, up to two megabytes', () => {
    const request = nextRequest(places, seconds(3, 30), nothing);
    expect(request?.groups.map(({ startMs }) => startMs - T0)).toEqual([2000, 4000, 6000, 8000]);
    expect([request?.from, request?.to]).toEqual([501_200, 501_200 + 4 * 500_000 - 1]);
  });

  it('leaves out what is there, and ends before it', () => {
    const held = new Set([places[1], places[4]].flatMap((place) => (place ? [keyOf(place)] : [])));
    const request = nextRequest(places, seconds(2, 30), (place) => held.has(keyOf(place)));
    expect(request?.groups.map(({ startMs }) => startMs - T0)).toEqual([4000, 6000]);
    expect(nextRequest(places, seconds(0, 30), () => true)).toBeUndefined();
    expect(nextRequest(places, seconds(20, 30), nothing)).toBeUndefined();
  });

  it('asks for one group where one moment is wanted', () => {
    const moment = (ms: number) => nextRequest(places, { fromMs: T0 + ms - 1, toMs: T0 + ms + 1 }, nothing)?.groups;
    expect(moment(5000)?.map(({ startMs }) => startMs - T0)).toEqual([4000]);
    expect(moment(4002)).toHaveLength(1);
    expect(moment(30_000)).toBeUndefined();
  });

  it('asks for nothing beyond the window, but for one group however large', () => {
    expect(nextRequest(places, seconds(0, 4), nothing)?.groups).toHaveLength(2);
    const large = placesOf(range([group(0, { bytes: 9 * MB }), group(2, { offset: 1200 + 9 * MB })]));
    expect(nextRequest(large, seconds(0, 4), nothing)?.groups).toHaveLength(1);
  });

  it('crosses neither a file, nor a hole in one, nor a step of the clock', () => {
    const first = (list: PlayableRange) => nextRequest(placesOf(list), seconds(0, 60), nothing)?.groups.length;
    expect(first(range([group(0)], [group(2)]))).toBe(1);
    expect(first(range([group(0), group(2, { offset: 700_000 })]))).toBe(1);
    expect(first(range([group(0), group(2, { startMs: T0 + 2040 })]))).toBe(1);
    expect(first(range([group(0), group(2, { startMs: T0 + 2003 })]))).toBe(2);
  });
});

describe('places', () => {
  it('are found by their time', () => {
    const places = placesOf(range([group(0), group(2)], [group(10)]));
    const at = (second: number) => placeBefore(places, T0 + second * 1000)?.group.startMs;
    expect([at(-1), at(0), at(1.9), at(2), at(9), at(10), at(99)]).toEqual([
      undefined,
      T0,
      T0,
      T0 + 2000,
      T0 + 2000,
      T0 + 10_000,
      T0 + 10_000,
    ]);
    expect([-1, 0, 3.9, 4.4, 4.6, 9.9, 10].map((second) => isRecorded(places, T0 + second * 1000))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it('take the newer word on a group that has grown', () => {
    const grown = placesOf(range([group(0, { bytes: 600_000 })]));
    const joined = joinPlaces(placesOf(range([group(0), group(2)])), grown);
    expect(joined.map(({ group: { bytes } }) => bytes)).toEqual([600_000, 500_000]);
  });

  it('lie at their wall-clock on the media time line', () => {
    const [place] = placesOf(range([group(4)]));
    const offset = place && timestampOffset(place, T0 - 60_000);
    // decode time 14 s, shown at 64 s
    expect(offset).toBeCloseTo(64 - 14, 9);
  });
});
