import { alternating, box, crossing, disc, gradient, line, repeat, type Scene } from './picture.ts';
import { bird, palm } from './scenery.ts';
import { barge, leftwards, sampan } from './vehicles.ts';

/** A landing on a wide river at dusk. */
export const river: Scene = {
  background:
    gradient('sky', '#6f6a9c', '#f3a76b', 0, 150) +
    disc(470, 118, 26, '#ffd98a') +
    box(0, 128, 640, 24, '#4b4f4a') +
    repeat(12, (at) => palm(24 + at * 56, 142, 26 + ((at * 7) % 17), '#37483a')) +
    repeat(5, (at) => box(70 + at * 120, 120, 30, 20, '#574a44')) +
    gradient('water', '#d98f68', '#3d4f66', 150, 210) +
    repeat(26, (at) =>
      line(`M${(at * 97) % 640} ${164 + at * 7} h${26 + (at % 4) * 12}`, '#f4c79a', 2, 'opacity="0.35"'),
    ) +
    box(0, 336, 240, 24, '#5b4632') +
    repeat(6, (at) => box(16 + at * 40, 322, 6, 38, '#46351f')) +
    line('M40 322 H222', '#8c7046', 3),
  actors: [
    ...alternating(bird('#3c3550'), 0.8, (sprite) =>
      crossing(sprite, { ground: 66, speed: 30, every: 46, swing: { height: 8, seconds: 5 } }),
    ),
    ...alternating(bird('#3c3550'), 0.9, (sprite) =>
      crossing(sprite, { ground: 84, speed: 30, every: 46, after: 2, swing: { height: 6, seconds: 6 } }),
    ),
    crossing(leftwards(barge()), { ground: 214, speed: -13, every: 68, swing: { height: 1, seconds: 6 } }),
    crossing(sampan('#93774a'), { ground: 244, speed: 17, every: 52, after: 14, swing: { height: 2, seconds: 4 } }),
    crossing(leftwards(sampan('#8d6f8a')), {
      ground: 286,
      speed: -22,
      every: 40,
      after: 6,
      swing: { height: 3, seconds: 3.4 },
    }),
    crossing(sampan(), { ground: 330, speed: 27, every: 33, after: 20, swing: { height: 3, seconds: 3 } }),
  ],
};
