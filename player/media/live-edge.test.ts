import { expect, it } from 'vitest';
import { createLiveEdge, type LiveEdge } from './live-edge.ts';

const LENGTH = 0.2;

/**
 * Plays fragments of 0.2 s that each arrive `late` after their end was taken, and gives back for each how much was
 * ahead of the playhead when it came; below zero the picture stood.
 */
function play(edge: LiveEdge, late: (at: number) => number, seconds: number, lead = 0.15): number[] {
  const ahead: number[] = [];
  let [clock, playhead, rate] = [0, Number.NaN, 1];
  for (let at = 0; at < seconds / LENGTH; at += 1) {
    const begin = at * LENGTH;
    const arrival = begin + LENGTH + late(at);
    // The first one is where playing begins.
    playhead = Number.isNaN(playhead) ? begin + LENGTH - lead : Math.min(begin, playhead + (arrival - clock) * rate);
    clock = arrival;
    if (at === 0) continue;
    ahead.push(begin - playhead);
    const decision = edge.beforeAppend(clock + 1000, begin, playhead);
    if (decision.kind === 'seek') playhead = decision.to;
    else rate = decision.rate;
  }
  return ahead;
}

it('leaves no more ahead of the playhead than the margin where fragments come evenly', () => {
  const edge = createLiveEdge();
  const ahead = play(edge, () => 0.02, 60, 0.9);
  for (const left of ahead.slice(100)) {
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(edge.margin + 0.03);
  }
});

it('stays back by as much as the latest fragments come late', () => {
  const ahead = play(createLiveEdge(), (at) => (at % 7 === 3 ? 0.12 : 0.02), 60);
  expect(Math.min(...ahead.slice(100))).toBeGreaterThan(0);
  expect(Math.max(...ahead.slice(100))).toBeLessThan(0.12 + 0.1);
});

it('is close again soon after a line that stood', () => {
  const edge = createLiveEdge();
  const ahead = play(edge, (at) => (at === 50 ? 0.6 : 0.02), 40);
  expect(Math.max(...ahead.slice(52, 60))).toBeGreaterThan(0.4);
  expect(Math.max(...ahead.slice(-50))).toBeLessThan(edge.margin + 0.04);
});

it('jumps when it is a second behind, and not again before the decoder can have arrived', () => {
  const edge = createLiveEdge();
  expect(edge.beforeAppend(100, 50, 48)).toEqual({ kind: 'seek', to: 50 - edge.margin });
  expect(edge.beforeAppend(100.2, 50.2, 48)).toEqual({ kind: 'rate', rate: 1.25 });
  expect(edge.beforeAppend(104, 54, 48).kind).toBe('seek');
});

it('keeps more in hand for a decoder that is late, and gives it back', () => {
  const edge = createLiveEdge();
  const first = edge.margin;
  for (let stall = 0; stall < 9; stall += 1) edge.strained();
  expect(edge.margin).toBeGreaterThan(first * 5);
  for (let second = 0; second < 60; second += 1) edge.beforeAppend(100 + second, second, second - 0.2);
  expect(edge.margin).toBeLessThan(first + 0.01);
});
