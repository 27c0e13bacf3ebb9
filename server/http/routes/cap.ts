import { z } from 'zod';
import { ATOM_TYPE, CAP_TYPE } from '#base/cap-xml';
import type { IncidentDetails } from '#contracts/alerts';
import type { Actor } from '../../access/actor.ts';
import { capFeed, capOf } from '../../outputs/cap.ts';
import { actorOf } from '../call.ts';
import { defineRaw, type Route } from '../route.ts';

export interface CapDeps {
  readonly incidents: IncidentReader;
  /** CAP `sender`. */
  readonly source: () => string;
  readonly consoleUrl: () => string;
  readonly now: () => number;
}

/** Incidents as this person or program may see them. */
export interface IncidentReader {
  /** Rejects with `Fault` `notFound` where there is none for them. */
  find(actor: Actor, incidentId: string): Promise<IncidentDetails>;
  /** The newest first. */
  recent(actor: Actor, limit: number): Promise<readonly IncidentDetails[]>;
}

const FEED_LENGTH = 50;
const access = { kind: 'anywhere', permission: 'incident.manage' } as const;
const query = z.object({ status: z.enum(['Actual', 'Exercise']).default('Actual') });

/** Incidents for other systems of public safety: CAP 1.2, and an Atom feed that says which there are. */
export function capRoutes({ incidents, source, consoleUrl, now }: CapDeps): readonly Route[] {
  const options = (status: 'Actual' | 'Exercise') => ({ sender: source(), status, consoleUrl: consoleUrl() });
  return [
    defineRaw({
      name: 'GET /api/incidents/cap.atom',
      access,
      query,
      async handle(call) {
        const recent = await incidents.recent(actorOf(call), FEED_LENGTH);
        const body = capFeed(recent, { ...options(call.query.status), nowMs: now() });
        call.response.writeHead(200, { 'content-type': ATOM_TYPE, 'cache-control': 'no-store' }).end(body);
      },
    }),
    defineRaw({
      name: 'GET /api/incidents/:incident/cap',
      access,
      params: z.object({ incident: z.string().min(1).max(64) }),
      query,
      async handle(call) {
        const incident = await incidents.find(actorOf(call), call.params.incident);
        call.response
          .writeHead(200, { 'content-type': CAP_TYPE, 'cache-control': 'no-store' })
          .end(capOf(incident, options(call.query.status)));
      },
    }),
  ];
}
