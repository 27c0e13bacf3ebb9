import { expect, it } from 'vitest';
import { createLiveEdge } from './live-edge.ts';

it('plays faster the further it is behind, and jumps over a second', () => {
  const edge = createLiveEdge();
  expect([0.02, 0.2, 0.6, 3].map((ahead) => edge.beforeAppend(ahead))).toEqual([
    { kind: 'rate', rate: 1 },
    { kind: 'rate', rate: 1.08 },
    { kind: 'rate', rate: 1.25 },
    { kind: 'seek', leaveSeconds: edge.targetSeconds },
  ]);
});

it('goes on until it is near once it plays faster, and not for a little that is too much', () => {
  const edge = createLiveEdge();
  const rates = [0.09, 0.12, 0.09, 0.07, 0.05, 0.09].map((ahead) => edge.beforeAppend(ahead));
  expect(rates.map((decision) => decision.kind === 'rate' && decision.rate)).toEqual([1, 1.08, 1.08, 1.08, 1, 1]);
});

it('keeps more in hand after a stall, and gives it back when the line is calm', () => {
  const edge = createLiveEdge();
  const first = edge.targetSeconds;
  for (let stall = 0; stall < 3; stall += 1) edge.stalled();
  const careful = edge.targetSeconds;
  expect(careful).toBeGreaterThan(first * 4);
  for (let fragment = 0; fragment < 2000; fragment += 1) edge.beforeAppend(careful);
  expect(edge.targetSeconds).toBe(first);
});
