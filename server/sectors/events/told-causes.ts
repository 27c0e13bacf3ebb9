import type { SectorEventView } from '#contracts/sector-events';
import type { NewSectorEvent } from '../interfaces.ts';
import type { SectorEventDesk } from './sector-events.ts';

/**
 * What was told of causes that last, one event each, and of whom; also over a restart. What a person has closed stays
 * closed until its cause has been over once, or somebody is in it whom that person did not know of.
 */
export interface ToldCauses {
  /** Takes up what was told before, of keys that begin so. */
  load(source: SectorEventView['source']['kind'], prefixes: readonly string[]): Promise<void>;
  has(key: string): boolean;
  /** Was this one told of under the key? */
  hasMember(key: string, member: string): boolean;
  keys(): readonly string[];
  /** `members`: all of whom it tells now, where those are several. */
  tell(event: NewSectorEvent, members: readonly string[]): Promise<void>;
  end(key: string, why: string): Promise<void>;
}

type Desk = Pick<SectorEventDesk, 'open' | 'end' | 'revalue' | 'openOf' | 'openKeys' | 'lastingCauses' | 'noteCause'>;

export function createToldCauses(events: Desk): ToldCauses {
  const told = new Map<string, ReadonlySet<string>>();
  return {
    async load(source, prefixes) {
      for (const key of await events.openKeys(source)) {
        if (prefixes.some((prefix) => key.startsWith(prefix))) told.set(key, new Set());
      }
      for (const prefix of prefixes) {
        for (const [key, members] of await events.lastingCauses(prefix)) told.set(key, members);
      }
    },
    has: (key) => told.has(key),
    hasMember: (key, member) => told.get(key)?.has(member) === true,
    keys: () => [...told.keys()],
    async tell(event, members) {
      const { key } = event;
      const before = told.get(key);
      const joins = before !== undefined && members.some((member) => !before.has(member));
      if (before === undefined || (joins && (await events.openOf(key)) === undefined)) await events.open(event);
      else await events.revalue(key, event.value ?? null, event.title, event);
      if (before !== undefined && !joins && before.size === members.length) return;
      await events.noteCause(key, members);
      told.set(key, new Set(members));
    },
    async end(key, why) {
      await events.end(key, why);
      await events.noteCause(key, null);
      told.delete(key);
    },
  };
}
