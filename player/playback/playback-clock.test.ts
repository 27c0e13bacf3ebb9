import { beforeEach, describe, expect, it } from 'vitest';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { readLink } from './deep-link.ts';
import { commandOf, nextRate, rateText } from './keys.ts';
import { createPlaybackClock, LIVE_EDGE_MS, type PlaybackClock } from './playback-clock.ts';

const T0 = Date.UTC(2026, 10, 25);
let time: number;
let clock: PlaybackClock;
beforeEach(() => {
  time = 0;
  clock = createPlaybackClock({ atMs: T0, monotonic: () => time, serverNow: () => T0 + 60_000 + time });
});
const passed = (ms: number): number => {
  time += ms;
  return clock.now() - T0;
};

describe('the clock of playback', () => {
  it('stands, runs, runs faster, and backwards', () => {
    expect(passed(1000)).toBe(0);
    clock.play();
    expect(passed(1000)).toBe(1000);
    clock.setRate(4);
    expect(passed(1000)).toBe(5000);
    clock.setRate(-2);
    expect(passed(1000)).toBe(3000);
    clock.pause();
    expect([passed(1000), clock.speed()]).toEqual([3000, 0]);
  });

  it('waits for those who load after a seek, for a moment and not longer', () => {
    clock.play();
    clock.seek(T0 + 10_000);
    clock.hold(true);
    expect([passed(1000), clock.speed()]).toEqual([10_000, 0]);
    clock.hold(false);
    expect(passed(500)).toBe(10_500);
    clock.seek(T0 + 20_000);
    clock.hold(true);
    time += 1600;
    clock.hold(true);
    expect(passed(500)).toBe(20_500);
    // Somebody who stalls later does not stop the others.
    clock.hold(true);
    expect(passed(500)).toBe(21_000);
  });

  it('never passes what is recorded by now, and runs at its pace there', () => {
    clock.setRate(16);
    clock.play();
    expect(passed(10_000)).toBe(70_000 - LIVE_EDGE_MS);
    expect(clock.speed()).toBe(1);
    expect(passed(1000)).toBe(71_000 - LIVE_EDGE_MS);
    clock.seek(T0 + 1e9);
    expect(clock.now()).toBe(T0 + 71_000 - LIVE_EDGE_MS);
    clock.seek(-5);
    expect(clock.now()).toBe(0);
  });
});

describe('what is typed', () => {
  it('an address says which cameras and when', () => {
    expect(readLink('cameras=a,b,,a&at=2026-11-25T00:00:00.500Z')).toEqual({ cameraIds: ['a', 'b'], atMs: T0 + 500 });
    expect(readLink(`at=${T0}`)).toEqual({ cameraIds: [], atMs: T0 });
    for (const at of ['', 'nonsense', '-1', '99999999-99']) expect(readLink(`at=${at}`).atMs).toBeNull();
    expect(readLink(`cameras=${Array.from({ length: 40 }, (_, id) => id).join(',')}`).cameraIds).toHaveLength(16);
  });

  it('a moment goes to the second through a field and back', () => {
    expect(fromLocalInput(toLocalInput(T0 + 7000))).toBe(T0 + 7000);
    expect(fromLocalInput('')).toBeNull();
  });

  it('keys are commands, also with capitals', () => {
    const key = (name: string, shiftKey = false) => commandOf({ key: name, shiftKey });
    expect([key(' '), key('K'), key('ArrowLeft'), key('ArrowLeft', true), key('?', true), key('z')]).toEqual([
      'toggle',
      'toggle',
      'back10',
      'back60',
      'help',
      undefined,
    ]);
  });

  it('rates go up and down their list, backwards too', () => {
    expect([nextRate(1, 1), nextRate(32, 1), nextRate(0.125, -1), nextRate(-2, 1)]).toEqual([2, 32, 0.125, -4]);
    expect([0.125, 1, 32, -2].map(rateText)).toEqual(['1/8×', '1×', '32×', '−2×']);
  });
});
