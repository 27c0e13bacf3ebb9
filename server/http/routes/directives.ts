import { z } from 'zod';
import type { Target } from '#contracts/access';
import type { PersonRef } from '#contracts/alerts';
import {
  type DirectiveView,
  directiveDueSchema,
  directiveInputSchema,
  directiveQuerySchema,
  directiveTextSchema,
} from '#contracts/directives';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can, canAnywhere } from '../../access/can.ts';
import { unknownDirective } from '../../directives/directive-store.ts';
import type { Directives } from '../../directives/directives.ts';
import { unknownIndicator } from '../../sectors/catalogue/catalogue.ts';
import type { Catalogue } from '../../sectors/interfaces.ts';
import { actorOf, forbidden } from '../call.ts';
import type { RestrictedLooks } from '../restricted-looks.ts';
import { defineRoute, type Route } from '../route.ts';

export interface DirectiveDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly directives: Directives;
  /** Of an organisation. */
  readonly unitTarget: (unitId: string) => Extract<Target, { kind: 'sector' }>;
  /** Of a sector as a whole. */
  readonly sectorTarget: (sector: string) => Target;
  readonly catalogue: Pick<Catalogue, 'indicator'>;
  readonly personOf: (actor: Actor) => PersonRef;
  readonly looks: Pick<RestrictedLooks, 'indicators'>;
}

const reading = { kind: 'anywhere', permission: 'sector.read' } as const;
const giving = { kind: 'anywhere', permission: 'directive.give' } as const;
const answering = { kind: 'anywhere', permission: 'directive.answer' } as const;
type Directed = Pick<DirectiveView, 'by' | 'unitId' | 'pinned'>;
const pinnedIn = ({ pinned }: Directed): readonly string[] => (pinned === null ? [] : [pinned.figure.indicator]);
const params = z.object({ directive: z.string().min(1).max(64) });

/** Directives, for those who give them and for the people of the unit that answers. */
export function directiveRoutes(deps: DirectiveDeps): readonly Route[] {
  const { access, directives, unitTarget, sectorTarget, catalogue, personOf, looks } = deps;

  /** As giver: of the sector that it is about, to the unit that it goes to, or by themselves. */
  function leads(actor: Actor, { by, unitId, pinned }: Directed): boolean {
    const sector = pinned === null ? null : (catalogue.indicator(pinned.figure.indicator)?.sector ?? null);
    const target = { ...unitTarget(unitId), sector };
    return (
      can(actor, 'directive.give', target) || (canAnywhere(actor, 'directive.give') && by.id === personOf(actor).id)
    );
  }
  const sees = (actor: Actor) => (directive: Directed) =>
    leads(actor, directive) || can(actor, 'directive.answer', unitTarget(directive.unitId));

  /** A figure that is pinned is read by whoever pins it: by the same rule as on its page. */
  function assertReads(actor: Actor, code: string): void {
    const indicator = catalogue.indicator(code);
    if (indicator === undefined) return;
    const { sector, confidentiality } = indicator;
    if (!can(actor, 'sector.read', sectorTarget(sector))) throw unknownIndicator();
    const whole: Target = { kind: 'sector', sector, unitIds: [], feedId: null };
    if (confidentiality === 'restricted' && !can(actor, 'sector.read', whole)) throw forbidden();
  }

  /** The directive, if the actor may do this with it; one that is none of theirs is not there. */
  async function guarded(actor: Actor, id: string, as: 'giver' | 'unit'): Promise<DirectiveView> {
    const directive = await directives.find(id);
    if (!sees(actor)(directive)) throw unknownDirective();
    const allowed =
      as === 'giver' ? leads(actor, directive) : can(actor, 'directive.answer', unitTarget(directive.unitId));
    if (!allowed) throw forbidden();
    return directive;
  }

  async function note(actor: Actor, action: string, directive: DirectiveView, more: Record<string, unknown> = {}) {
    const { id, number, title, unitName } = directive;
    await access.audit.append({ actor, action, detail: { id, number, title, unit: unitName, ...more } });
    return directive;
  }

  return [
    defineRoute({
      name: 'GET /api/directives',
      access: reading,
      query: directiveQuerySchema,
      async handle(call) {
        const actor = actorOf(call);
        const found = await directives.list({ ...call.query, askedBy: personOf(actor).id }, sees(actor));
        await looks.indicators(actor, found.flatMap(pinnedIn));
        return found;
      },
    }),
    defineRoute({
      name: 'POST /api/directives',
      access: giving,
      body: directiveInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { figure, dueMs } = call.body;
        if (figure !== null) assertReads(actor, figure.indicator);
        const given = await directives.give(call.body, personOf(actor));
        return note(actor, 'directive.given', given, { dueMs, ...(figure ?? {}) });
      },
    }),
    defineRoute({
      name: 'GET /api/directives/:directive',
      access: reading,
      params,
      async handle(call) {
        const directive = await directives.find(call.params.directive);
        if (!sees(actorOf(call))(directive)) throw unknownDirective();
        await looks.indicators(actorOf(call), pinnedIn(directive), { directive: String(directive.number) });
        return directive;
      },
    }),
    defineRoute({
      name: 'POST /api/directives/:directive/accept',
      access: answering,
      params,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.directive, 'unit');
        return note(actor, 'directive.accepted', await directives.accept(id, personOf(actor)));
      },
    }),
    defineRoute({
      name: 'POST /api/directives/:directive/answer',
      access: answering,
      params,
      body: directiveTextSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { text } = call.body;
        const { id } = await guarded(actor, call.params.directive, 'unit');
        return note(actor, 'directive.answered', await directives.answer(id, personOf(actor), text), { text });
      },
    }),
    defineRoute({
      name: 'POST /api/directives/:directive/return',
      access: giving,
      params,
      body: directiveTextSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { text } = call.body;
        const { id } = await guarded(actor, call.params.directive, 'giver');
        return note(actor, 'directive.returned', await directives.return(id, personOf(actor), text), { text });
      },
    }),
    defineRoute({
      name: 'POST /api/directives/:directive/close',
      access: giving,
      params,
      body: directiveTextSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { text } = call.body;
        const { id } = await guarded(actor, call.params.directive, 'giver');
        return note(actor, 'directive.closed', await directives.close(id, personOf(actor), text), { text });
      },
    }),
    defineRoute({
      name: 'POST /api/directives/:directive/due',
      access: giving,
      params,
      body: directiveDueSchema,
      async handle(call) {
        const actor = actorOf(call);
        const before = await guarded(actor, call.params.directive, 'giver');
        const moved = await directives.moveDue(before.id, personOf(actor), call.body);
        const { dueMs, text } = call.body;
        return note(actor, 'directive.dueMoved', moved, { dueMs, before: before.dueMs, text });
      },
    }),
    defineRoute({
      name: 'POST /api/directives/:directive/withdraw',
      access: giving,
      params,
      body: directiveTextSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { text } = call.body;
        const { id } = await guarded(actor, call.params.directive, 'giver');
        return note(actor, 'directive.withdrawn', await directives.withdraw(id, personOf(actor), text), { text });
      },
    }),
  ];
}
