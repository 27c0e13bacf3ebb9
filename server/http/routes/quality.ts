import { z } from 'zod';
import type { FeedView } from '#contracts/feeds';
import { confirmInputSchema, failingQuerySchema, qualityQuerySchema } from '#contracts/quality';
import { sectorRuleSchema } from '#contracts/sector-events';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { Catalogue } from '../../sectors/interfaces.ts';
import type { createRulePreview } from '../../sectors/rules/preview.ts';
import { sectorOfRule, unknownRule } from '../../sectors/rules/rule-store.ts';
import type { Rules } from '../../sectors/rules/rules.ts';
import { leagueFile } from '../../sectors/scores/league.ts';
import type { ScoreDesk } from '../../sectors/scores/scoring.ts';
import type { SectorTargets } from '../../sectors/targets.ts';
import { actorOf, forbidden } from '../call.ts';
import type { RestrictedLooks } from '../restricted-looks.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';

export interface QualityDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly scores: ScoreDesk;
  readonly rules: Rules;
  readonly previewRule: ReturnType<typeof createRulePreview>;
  readonly catalogue: Pick<Catalogue, 'sector' | 'indicator'>;
  readonly targets: SectorTargets;
  readonly looks: Pick<RestrictedLooks, 'indicators'>;
}

const reading = { kind: 'anywhere', permission: 'sector.read' } as const;
const managing = { kind: 'anywhere', permission: 'sector.manage' } as const;
const ruleParams = z.object({ rule: z.string().min(1).max(64) });
const fileQuery = qualityQuerySchema.extend({ language: z.enum(['vi', 'en']).default('vi') });

/** How good what departments deliver is, and the rules that judge it: each sees what is of sectors and units of theirs. */
export function qualityRoutes(deps: QualityDeps): readonly Route[] {
  const { access, scores, rules, previewRule, catalogue, targets, looks } = deps;
  const sees = (actor: Actor) => (feed: FeedView, unitId: string | null) =>
    can(actor, 'sector.read', targets.of({ sector: feed.sector, unitId: unitId ?? feed.ownerUnitId, feedId: feed.id }));
  const readsSector = (actor: Actor, sector: string): boolean => can(actor, 'sector.read', targets.whole(sector));
  /** It answers with values: as the figures themselves, not for those who only deliver, and on record. */
  async function guardFigures(actor: Actor, code: string): Promise<void> {
    const indicator = catalogue.indicator(code);
    if (indicator?.confidentiality !== 'restricted') return;
    const whole = { kind: 'sector', sector: indicator.sector, unitIds: [], feedId: null } as const;
    if (!can(actor, 'sector.read', whole)) throw forbidden();
    await looks.indicators(actor, [code]);
  }

  return [
    defineRoute({
      name: 'GET /api/quality',
      access: reading,
      query: qualityQuerySchema,
      handle: (call) => scores.quality(call.query, sees(actorOf(call))),
    }),
    defineRoute({
      name: 'GET /api/quality/failing',
      access: reading,
      query: failingQuerySchema,
      async handle(call) {
        const failing = await scores.failing(call.query, sees(actorOf(call)));
        await looks.indicators(
          actorOf(call),
          failing.rows.flatMap(({ indicator }) => indicator ?? []),
        );
        return failing;
      },
    }),
    defineRoute({
      name: 'GET /api/quality/league',
      access: reading,
      query: qualityQuerySchema,
      handle: (call) => scores.league(call.query, sees(actorOf(call))),
    }),
    defineRaw({
      name: 'GET /api/quality/league.csv',
      access: reading,
      query: fileQuery,
      async handle(call) {
        const { language, ...query } = call.query;
        const rows = await scores.league(query, sees(actorOf(call)));
        const nameOf = (sector: string): string => catalogue.sector(sector)?.name[language] ?? sector;
        call.response
          .writeHead(200, {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': 'attachment; filename="league.csv"',
            'cache-control': 'no-store',
          })
          .end(leagueFile(rows, language, nameOf));
      },
    }),
    defineRoute({
      name: 'POST /api/observations/confirm',
      access: { kind: 'anywhere', permission: 'sector.act' },
      body: confirmInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { note, ...place } = call.body;
        const sector = catalogue.indicator(place.indicator)?.sector ?? '';
        if (!can(actor, 'sector.act', targets.whole(sector))) throw forbidden();
        await scores.confirm(place, { name: auditName(actor), note });
        await access.audit.append({ actor, action: 'observation.confirmed', detail: { ...place, note } });
        return undefined;
      },
    }),

    defineRoute({
      name: 'GET /api/sector-rules',
      access: reading,
      async handle(call) {
        const actor = actorOf(call);
        return rules.list().filter((rule) => readsSector(actor, sectorOfRule(rule)));
      },
    }),
    defineRoute({
      name: 'PUT /api/sector-rules/:rule',
      access: managing,
      params: ruleParams,
      body: sectorRuleSchema,
      async handle(call) {
        const actor = actorOf(call);
        const rule = { ...call.body, id: call.params.rule };
        const before = rules.find(rule.id);
        for (const sector of new Set([rule, ...(before === undefined ? [] : [before])].map(sectorOfRule))) {
          if (!can(actor, 'sector.manage', targets.whole(sector))) throw forbidden();
        }
        const saved = await rules.save(rule);
        await access.audit.append({ actor, action: 'sectorRule.changed', detail: { ...saved } });
        return saved;
      },
    }),
    defineRoute({
      name: 'DELETE /api/sector-rules/:rule',
      access: managing,
      params: ruleParams,
      async handle(call) {
        const actor = actorOf(call);
        const rule = rules.find(call.params.rule);
        if (rule === undefined) throw unknownRule();
        if (!can(actor, 'sector.manage', targets.whole(sectorOfRule(rule)))) throw forbidden();
        await rules.remove(rule.id);
        await access.audit.append({ actor, action: 'sectorRule.removed', detail: { id: rule.id, name: rule.name.vi } });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/rule-previews',
      access: managing,
      body: sectorRuleSchema,
      async handle(call) {
        const actor = actorOf(call);
        const sectors = call.body.kind === 'correlation' ? sectorsOfTypes(call.body.types) : [sectorOfRule(call.body)];
        for (const sector of sectors) {
          if (!can(actor, 'sector.manage', targets.whole(sector))) throw forbidden();
        }
        if (call.body.kind !== 'correlation') await guardFigures(actor, call.body.indicator);
        return previewRule(call.body);
      },
    }),
  ];
}

function sectorsOfTypes(types: readonly string[]): readonly string[] {
  return [...new Set(types.map((type) => type.split('.')[0] ?? ''))];
}
