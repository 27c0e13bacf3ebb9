import type { RuleOf } from '#contracts/rules';
import type { Point } from '#contracts/shapes';
import { crossings, distanceToLine, standOf } from './geometry.ts';
import type { Hit, RuleWatch } from './rule.ts';
import { marginOf } from './stay.ts';

/**
 * Something crosses a line; both directions are told. It has crossed when it is away from the line on the other side:
 * who stands on it crosses nothing. Who is gone before, through a door behind the line, has crossed as well.
 */
export function createLine({ line }: RuleOf<'line'>): RuleWatch {
  /** Where it was seen, and its crossings since it was away from the line, forward less backward. */
  const objects = new Map<number, { readonly at: Point; readonly net: number }>();

  return {
    look({ tracks, ended, resumed }) {
      if (resumed) objects.clear();
      const hits: Hit[] = [];
      for (const track of tracks) {
        if (!track.seen) continue;
        const at = standOf(track.box);
        const before = objects.get(track.id);
        const net = before === undefined ? 0 : before.net + crossings(line, before.at, at);
        const isAway = distanceToLine(line, at) >= marginOf(track);
        if (isAway && net !== 0) hits.push({ track, direction: directionOf(net) });
        objects.set(track.id, { at, net: isAway ? 0 : net });
      }
      for (const track of ended) {
        const net = objects.get(track.id)?.net ?? 0;
        objects.delete(track.id);
        if (net !== 0) hits.push({ track, direction: directionOf(net) });
      }
      return hits;
    },
  };
}

const directionOf = (net: number): 'forward' | 'backward' => (net > 0 ? 'forward' : 'backward');
