import { z } from 'zod';
import { boundedBytes } from '#base/bounded-bytes';
import { Fault } from '#base/errors';
import {
  type FeedInput,
  feedChangeSchema,
  feedInputSchema,
  feedTokenSchema,
  sampleQuerySchema,
  tryFeedSchema,
} from '#contracts/feeds';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName, SYSTEM } from '../../access/actor.ts';
import type { FeedRegister } from '../../sectors/feeds/feed-register.ts';
import { partly, templateOf } from '../../sectors/intake/grid.ts';
import type { Intake } from '../../sectors/intake/intake.ts';
import { Refusal } from '../../sectors/intake/raw-row.ts';
import { readSample } from '../../sectors/intake/read-sample.ts';
import { reportOf } from '../../sectors/intake/views.ts';
import { languageOf, refusalMessage } from '../../sectors/intake/words.ts';
import type { Catalogue, Observations, Places } from '../../sectors/interfaces.ts';
import { actorOf, forbidden } from '../call.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';
import type { FeedAccess } from './feed-access.ts';

export interface FeedDeps {
  readonly access: Pick<Access, 'audit' | 'tokens'>;
  readonly feedAccess: FeedAccess;
  readonly register: FeedRegister;
  readonly catalogue: Catalogue;
  readonly places: Places;
  readonly observations: Pick<Observations, 'newest'>;
  readonly intake: Pick<Intake, 'preview'>;
  /** Fetches now; rejects with `Fault` when it is no feed that is fetched. */
  readonly pullNow: (feedId: string) => Promise<void>;
  readonly now: () => number;
}

const reading = { kind: 'anywhere', permission: 'sector.read' } as const;
const managing = { kind: 'anywhere', permission: 'feed.manage' } as const;
const pushing = { kind: 'anywhere', permission: 'feed.push' } as const;
export const feedParams = z.object({ feed: z.string().min(1).max(64) });
/** Obliged cells of every commune, in JSON. */
const MOST_FEED_BYTES = 8_000_000;
const MOST_SAMPLE_BYTES = 1_000_000;

/** How units deliver: set up, tried, and told by a token from which program. */
export function feedRoutes(deps: FeedDeps): readonly Route[] {
  const { access, feedAccess, register, catalogue, places, intake, now } = deps;

  function note(actor: Actor, action: string, feed: { id: string; name: string }, more: Record<string, unknown> = {}) {
    return access.audit.append({ actor, action, detail: { id: feed.id, name: feed.name, ...more } });
  }

  return [
    defineRoute({
      name: 'GET /api/feeds',
      access: reading,
      async handle(call) {
        const actor = actorOf(call);
        await register.refreshTokens();
        return register
          .list()
          .filter((feed) => feedAccess.sees(actor, feed))
          .map(register.view);
      },
    }),
    defineRoute({
      name: 'POST /api/feeds',
      access: managing,
      body: feedInputSchema,
      mostBytes: MOST_FEED_BYTES,
      async handle(call) {
        const actor = actorOf(call);
        feedAccess.assertSetUp(actor, call.body);
        if (call.body.way === 'builtin') throw forbidden();
        const made = await register.create(call.body, auditName(actor));
        await note(actor, 'feed.created', { id: made.id, name: made.input.name }, outline(call.body));
        return register.view(made);
      },
    }),
    defineRoute({
      name: 'POST /api/feeds/read-sample',
      access: managing,
      query: sampleQuerySchema,
      // Bytes, not text: their encoding is part of what is looked at.
      upload: true,
      async handle(call) {
        const { headers } = call.request;
        const body = call.request.iterator({ destroyOnReturn: false });
        try {
          const bytes = await boundedBytes(body, MOST_SAMPLE_BYTES, headers['content-encoding']);
          return await readSample(bytes, call.query, catalogue);
        } catch (error) {
          throw asFault(error, call.request.headers['accept-language']);
        }
      },
    }),
    defineRoute({
      name: 'POST /api/feeds/try',
      access: managing,
      body: tryFeedSchema,
      mostBytes: MOST_FEED_BYTES,
      async handle(call) {
        const { feed, sample } = call.body;
        feedAccess.assertSetUp(actorOf(call), feed);
        const tried = await intake.preview(feed, Buffer.from(sample));
        return reportOf(tried, languageOf(call.request.headers['accept-language']));
      },
    }),
    defineRoute({
      name: 'GET /api/feeds/:feed',
      access: reading,
      params: feedParams,
      async handle(call) {
        await register.refreshTokens();
        const feed = register.find(call.params.feed);
        if (feed === undefined || !feedAccess.sees(actorOf(call), feed)) {
          throw new Fault('notFound', 'feed.unknown', 'there is no such feed');
        }
        return register.view(feed);
      },
    }),
    defineRoute({
      name: 'PUT /api/feeds/:feed',
      access: managing,
      params: feedParams,
      body: feedChangeSchema,
      mostBytes: MOST_FEED_BYTES,
      async handle(call) {
        const actor = actorOf(call);
        const { version, ...input } = call.body;
        const before = feedAccess.guarded(actor, call.params.feed, 'feed.manage');
        feedAccess.assertSetUp(actor, input, before);
        if ((input.way === 'builtin') !== (before.input.way === 'builtin')) throw forbidden();
        const saved = await register.update(before.id, input, version, auditName(actor));
        await note(actor, 'feed.changed', { id: saved.id, name: saved.input.name }, outline(input));
        return register.view(saved);
      },
    }),
    defineRoute({
      name: 'DELETE /api/feeds/:feed',
      access: managing,
      params: feedParams,
      async handle(call) {
        const actor = actorOf(call);
        const feed = feedAccess.guarded(actor, call.params.feed, 'feed.manage');
        // It would be back within minutes: a sector that is not wanted is switched off.
        if (feed.input.way === 'builtin') throw forbidden();
        if (feed.tokenId !== null) await endToken(feed.tokenId);
        await register.remove(feed.id);
        await note(actor, 'feed.removed', { id: feed.id, name: feed.input.name });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/feeds/:feed/token',
      access: managing,
      params: feedParams,
      body: feedTokenSchema,
      async handle(call) {
        const actor = actorOf(call);
        const feed = feedAccess.guarded(actor, call.params.feed, 'feed.manage');
        // Whoever may set up the feed may give away this one right, which is narrower than any of theirs.
        const made = await access.tokens.create(SYSTEM, {
          name: feed.input.name.slice(0, 120),
          permissions: ['feed.push'],
          scopes: [{ kind: 'feed', feedId: feed.id }],
          ...call.body,
        });
        if (feed.tokenId !== null) await endToken(feed.tokenId);
        await register.setToken(feed.id, made.token);
        const { hint, expiresMs, addresses } = made.token;
        await note(actor, 'feed.tokenMade', { id: feed.id, name: feed.input.name }, { hint, expiresMs, addresses });
        return made;
      },
    }),
    defineRoute({
      name: 'DELETE /api/feeds/:feed/token',
      access: managing,
      params: feedParams,
      async handle(call) {
        const actor = actorOf(call);
        const feed = feedAccess.guarded(actor, call.params.feed, 'feed.manage');
        if (feed.tokenId !== null) await endToken(feed.tokenId);
        await register.setToken(feed.id, null);
        await note(actor, 'feed.tokenEnded', { id: feed.id, name: feed.input.name });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/feeds/:feed/pull',
      access: managing,
      params: feedParams,
      async handle(call) {
        const actor = actorOf(call);
        const feed = feedAccess.guarded(actor, call.params.feed, 'feed.manage');
        await deps.pullNow(feed.id);
        await note(actor, 'feed.pulled', { id: feed.id, name: feed.input.name });
        return undefined;
      },
    }),
    defineRaw({
      name: 'GET /api/feeds/:feed/template.csv',
      access: pushing,
      params: feedParams,
      async handle(call) {
        const feed = feedAccess.guarded(actorOf(call), call.params.feed, 'feed.push');
        const text = await templateOf(partly(feed, feedAccess.partOf(actorOf(call), feed)), now(), {
          catalogue,
          places,
          observations: deps.observations,
        });
        call.response.setHeader('content-type', 'text/csv; charset=utf-8');
        call.response.setHeader(
          'content-disposition',
          `attachment; filename="${feed.input.sector}-${feed.id.slice(0, 8)}.csv"`,
        );
        call.response.setHeader('cache-control', 'no-store');
        call.response.end(text);
      },
    }),
  ];

  /** One that an administrator has taken away already is gone. */
  async function endToken(tokenId: string): Promise<void> {
    try {
      await access.tokens.remove(SYSTEM, tokenId);
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'notFound')) throw error;
    }
  }
}

/** For the audit: where from and whether a secret was given; never what it is. */
function outline({ sector, ownerUnitId, way, format, paused, pull, mqtt }: FeedInput): Record<string, unknown> {
  const url = pull?.url ?? mqtt?.url;
  const secretGiven = pull?.secret !== undefined || mqtt?.password !== undefined;
  return {
    sector,
    ownerUnitId,
    way,
    format,
    paused,
    ...(url === undefined ? {} : { from: originOf(url), secretGiven }),
  };
}

function originOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}

export function asFault(error: unknown, acceptLanguage: string | undefined): unknown {
  if (!(error instanceof Refusal)) return error;
  const message = refusalMessage(error.code, error.detail, languageOf(acceptLanguage));
  return new Fault('invalid', `delivery.${error.code}`, message);
}
