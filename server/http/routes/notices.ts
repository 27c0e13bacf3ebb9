import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { ATOM_TYPE, CAP_TYPE } from '#base/cap-xml';
import { Fault } from '#base/errors';
import type { PersonRef } from '#contracts/alerts';
import { type NoticeView, noticeChangeSchema, noticeInputSchema, noticeWithdrawSchema } from '#contracts/notices';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import type { Incidents } from '../../incidents/incidents.ts';
import type { NoticeAddresses } from '../../notices/notice-cap.ts';
import type { Notices } from '../../notices/notices.ts';
import { capAnswer, createPublicAnswers, type PublicAnswer } from '../../notices/public-answers.ts';
import { actorOf } from '../call.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';

export interface NoticeDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly notices: Notices;
  readonly incidents: Pick<Incidents, 'details'>;
  readonly addresses: () => NoticeAddresses;
  /** Throws `tooMany` for an address that asks too often. */
  readonly limit: (address: string) => void;
  /** The same of what is not in the feed: each of these is read for itself. */
  readonly limitReading: (address: string) => void;
  readonly personOf: (actor: Actor) => PersonRef;
  readonly now: () => number;
}

const publishing = { kind: 'system', permission: 'notice.publish' } as const;
const name = z.string().min(1).max(64);
const params = z.object({ notice: name });
/** A proxy and the browser may keep it so long, seconds. */
const CACHE = 'public, max-age=30';

/** Notices to the public: what somebody publishes, changes and withdraws, and the same for everybody, without signing in. */
export function noticeRoutes({
  access,
  notices,
  incidents,
  addresses,
  limit,
  limitReading,
  personOf,
  now,
}: NoticeDeps): readonly Route[] {
  const answers = createPublicAnswers({ notices, addresses, now });
  async function note(
    actor: Actor,
    action: string,
    view: NoticeView,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const { id, number, title, areaName, severity, incidentId } = view;
    const detail = { id, number, title, areaName, severity, incidentId, ...more };
    await access.audit.append({ actor, action, detail });
  }

  /** Of a notice that is over for so long that it is not in the feed. */
  async function older(id: string, address: string): Promise<PublicAnswer | undefined> {
    limitReading(address);
    return capAnswer(await notices.public(id), addresses());
  }

  return [
    defineRoute({
      name: 'GET /api/notices',
      access: publishing,
      query: z.object({
        before: z.coerce.number().int().min(1).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      handle: (call) => notices.list(call.query),
    }),
    defineRoute({
      name: 'POST /api/notices',
      access: publishing,
      body: noticeInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { incidentId } = call.body;
        // It must be there; of what is in it nothing is used.
        if (incidentId !== null) await incidents.details(incidentId, () => false);
        const view = await notices.publish(call.body, personOf(actor));
        answers.drop();
        await note(actor, 'notice.published', view, { text: view.text });
        return view;
      },
    }),
    defineRoute({
      name: 'PUT /api/notices/:notice',
      access: publishing,
      params,
      body: noticeChangeSchema,
      async handle(call) {
        const view = await notices.change(call.params.notice, call.body);
        answers.drop();
        await note(actorOf(call), 'notice.changed', view, { text: view.text });
        return view;
      },
    }),
    defineRoute({
      name: 'POST /api/notices/:notice/withdraw',
      access: publishing,
      params,
      body: noticeWithdrawSchema,
      async handle(call) {
        const actor = actorOf(call);
        const view = await notices.withdraw(call.params.notice, call.body.note, personOf(actor));
        answers.drop();
        await note(actor, 'notice.withdrawn', view, { note: view.withdrawnNote });
        return view;
      },
    }),

    defineRaw({
      name: 'GET /open/notices.atom',
      access: { kind: 'public' },
      async handle({ request, response, client }) {
        limit(client.address);
        answer(request, response, ATOM_TYPE, await answers.feed());
      },
    }),
    defineRaw({
      name: 'GET /open/notices/:notice.cap',
      access: { kind: 'public' },
      params,
      async handle({ request, response, client, params: { notice: id } }) {
        limit(client.address);
        const known = (await answers.cap(id)) ?? (await older(id, client.address));
        if (known === undefined) throw new Fault('notFound', 'notice.unknown', 'there is no such notice');
        answer(request, response, CAP_TYPE, known);
      },
    }),
  ];
}

function answer(request: IncomingMessage, response: ServerResponse, type: string, { body, etag }: PublicAnswer): void {
  const headers = { etag, 'cache-control': CACHE };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': type }).end(body);
}
