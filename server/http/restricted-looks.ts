import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SectorEventView } from '#contracts/sector-events';
import type { Indicator } from '#contracts/sectors';
import { type Actor, auditName } from '../access/actor.ts';
import type { AuditTrail } from '../access/audit.ts';
import { isRestricted } from '../sectors/events/event-journal.ts';
import type { Catalogue } from '../sectors/interfaces.ts';

/** Puts on record who looked at what of the sectors is restricted: figures, rows behind them, events. */
export interface RestrictedLooks {
  /** Of these indicators those count that are restricted. `where`: what more there is to say, an area or a delivery. */
  indicators(actor: Actor, codes: Iterable<string>, where?: Readonly<Record<string, string>>): Promise<void>;
  events(actor: Actor, events: readonly SectorEventView[]): Promise<void>;
  /** What a socket tells waits for nobody. */
  heard(actor: Actor, event: SectorEventView): void;
}

/** Pages fetch themselves again as figures change: within this time that is one look. ms */
const ONE_LOOK_MS = 600_000;
const MOST_LOOKS = 10_000;

export function createRestrictedLooks(deps: {
  readonly audit: Pick<AuditTrail, 'append'>;
  readonly catalogue: Pick<Catalogue, 'indicator' | 'isRestricted'>;
  readonly now: () => number;
  readonly log: Logger;
}): RestrictedLooks {
  const { audit, catalogue, now, log } = deps;
  const known = new Map<string, number>();

  async function note(actor: Actor, detail: Readonly<Record<string, string>>): Promise<void> {
    const look = JSON.stringify([auditName(actor), detail]);
    const atMs = now();
    const lastMs = known.get(look);
    if (lastMs !== undefined && atMs - lastMs < ONE_LOOK_MS && atMs >= lastMs) return;
    await audit.append({ actor, action: 'restricted.seen', detail });
    known.delete(look);
    known.set(look, atMs);
    const oldest = known.size > MOST_LOOKS ? known.keys().next() : undefined;
    if (oldest?.done === false) known.delete(oldest.value);
  }

  async function events(actor: Actor, seen: readonly SectorEventView[]): Promise<void> {
    const bySector = new Map<string, number[]>();
    for (const event of seen) {
      if (!isRestricted(event, catalogue)) continue;
      bySector.set(event.sector, [...(bySector.get(event.sector) ?? []), event.number]);
    }
    for (const [sector, numbers] of bySector) await note(actor, { sector, events: numbers.join(', ') });
  }

  return {
    async indicators(actor, codes, where = {}) {
      const bySector = new Map<string, string[]>();
      for (const code of new Set(codes)) {
        const indicator: Indicator | undefined = catalogue.indicator(code);
        if (indicator?.confidentiality !== 'restricted') continue;
        bySector.set(indicator.sector, [...(bySector.get(indicator.sector) ?? []), code]);
      }
      for (const [sector, seen] of bySector) await note(actor, { sector, ...where, indicators: seen.join(', ') });
    },
    events,
    heard(actor, event) {
      events(actor, [event]).catch((error: unknown) =>
        log.error({ reason: messageOf(error) }, 'who heard of a restricted event is not on record'),
      );
    },
  };
}
