import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import { createSteadyLook } from '#base/steady-look';
import type { PersonRef } from '#contracts/alerts';
import type { DirectiveState, DirectiveView, directiveInputSchema, directiveQuerySchema } from '#contracts/directives';
import type { UnitView } from '#contracts/places';
import type { Scores } from '#contracts/quality';
import type { Figure } from '#contracts/sectors';
import {
  addSteps,
  getDirective,
  insertDirective,
  isOpen,
  type NewStep,
  readDirectives,
  readSteps,
  type StoredDirective,
  saveDirective,
} from './directive-store.ts';

/** What a leader directs from a figure, and what the unit answers. Whether somebody may is asked before by the door. */
export interface Directives {
  /** The newest first; `visible` narrows by who gives it of what and who must answer. */
  list(
    query: z.output<typeof directiveQuerySchema> & { readonly askedBy: string },
    visible: (directive: Pick<DirectiveView, 'unitId' | 'by' | 'pinned'>) => boolean,
  ): Promise<DirectiveView[]>;
  /** Rejects with `notFound`. */
  find(id: string): Promise<DirectiveView>;
  /** The figure is pinned as it stands, with the scores of its sector. Rejects with `invalid`. */
  give(input: z.output<typeof directiveInputSchema>, by: PersonRef): Promise<DirectiveView>;
  accept(id: string, by: PersonRef): Promise<DirectiveView>;
  answer(id: string, by: PersonRef, text: string): Promise<DirectiveView>;
  /** Not good enough: it goes back to the unit. */
  return(id: string, by: PersonRef, text: string): Promise<DirectiveView>;
  close(id: string, by: PersonRef, text: string): Promise<DirectiveView>;
  withdraw(id: string, by: PersonRef, text: string): Promise<DirectiveView>;
  /** Before it is answered. Rejects with `invalid` for a time that is past. */
  moveDue(id: string, by: PersonRef, due: { readonly dueMs: number; readonly text: string }): Promise<DirectiveView>;
  /** Those that wait for their unit or its giver, and of them those that are overdue. */
  openCounts(): { readonly open: number; readonly overdue: number };
  onChanged(listener: (directive: DirectiveView) => void): () => void;
  begin(): void;
  stop(): Promise<void>;
}

export interface DirectiveNeeds {
  readonly unit: (id: string) => UnitView | undefined;
  readonly figure: (indicator: string, areaCode: string) => Promise<Figure>;
  /** Of the indicator; `undefined` where there is none. */
  readonly sectorOf: (indicator: string) => string | undefined;
  readonly hasArea: (areaCode: string) => boolean;
  readonly scoresOf: (sector: string) => Scores;
  /** It is overdue, or is no longer. */
  readonly overdue: (directive: DirectiveView, sector: string | null) => Promise<void>;
  readonly settled: (directive: DirectiveView) => Promise<void>;
}

const LOOK_EVERY_MS = 5000;
const MOST_AT_ONCE = 100;
const PAGE = 200;
const PAGES = 25;

export async function createDirectives(
  options: { database: Database; clock: Clock; log: Logger } & DirectiveNeeds,
): Promise<Directives> {
  const { database, clock } = options;
  const log = options.log.child({ part: 'directives' });
  const listeners = new Set<(directive: DirectiveView) => void>();
  /** Those that are open, and from when on they are late; `null`: they are answered. */
  const open = new Map<string, number | null>();
  for (const one of await readDirectives(database, 'WHERE open = 1')) open.set(one.id, lateFrom(one));
  /** Those that were told when a run before this one was cut off. */
  let settledOld = false;

  async function viewOf({ toldOverdue: _told, sector: _sector, ...one }: StoredDirective): Promise<DirectiveView> {
    const overdue = isOpen(one) && isLate(lateFrom(one), clock.now());
    const unitName = options.unit(one.unitId)?.name ?? one.unitId;
    return { ...one, unitName, overdue, steps: await readSteps(database, one.number) };
  }

  async function told(directive: StoredDirective): Promise<DirectiveView> {
    if (isOpen(directive)) open.set(directive.id, lateFrom(directive));
    else open.delete(directive.id);
    const view = await viewOf(directive);
    for (const listener of listeners) listener(view);
    return view;
  }

  /** One transaction over the directive as it is at that moment. */
  async function act(
    id: string,
    from: readonly DirectiveState[],
    to: DirectiveState,
    step: NewStep,
  ): Promise<DirectiveView> {
    const done = await database.transaction(async (queries) => {
      const directive = await getDirective(queries, id);
      if (!from.includes(directive.state)) throw wrongState(directive);
      return saveDirective(queries, { ...directive, state: to }, [step], Math.round(clock.now()));
    });
    const view = await told(done);
    // Whoever has answered is late no more, and what is over is over.
    if (isLateNoMore(done)) await settle(view);
    return view;
  }

  /** What is told ends before that is written down: whoever is cut off in between ends it again. */
  async function settle(view: DirectiveView): Promise<void> {
    await options.settled(view);
    // Sent back and late again, it is told again.
    await database.run('UPDATE directives SET overdue = 0 WHERE number = ?', view.number);
  }

  async function pin(figure: z.output<typeof directiveInputSchema>['figure']) {
    if (figure === null) return { pinned: null, sector: null };
    const sector = options.sectorOf(figure.indicator);
    if (sector === undefined) throw invalid('figure.indicator', 'indicator.unknown', 'there is no such indicator');
    if (!options.hasArea(figure.areaCode)) throw invalid('figure.areaCode', 'area.unknown', 'there is no such area');
    const stood = await options.figure(figure.indicator, figure.areaCode);
    return { pinned: { figure: stood, scores: options.scoresOf(sector) }, sector };
  }

  async function look(): Promise<void> {
    const nowMs = Math.round(clock.now());
    const late = await readDirectives(
      database,
      "WHERE open = 1 AND overdue = 0 AND due_ms <= ? AND state <> 'answered' ORDER BY due_ms LIMIT ?",
      ...[nowMs, MOST_AT_ONCE],
    );
    if (!settledOld) {
      const old = await readDirectives(database, "WHERE overdue = 1 AND (open = 0 OR state = 'answered')");
      for (const one of old) await settle(await viewOf(one));
      settledOld = true;
    }
    for (const one of late) {
      const { id } = one;
      await options.overdue(await viewOf(one), one.sector);
      const done = await database.transaction(async (queries) => {
        const directive = await getDirective(queries, id);
        if (!isOpen(directive) || directive.state === 'answered') return undefined;
        return saveDirective(queries, { ...directive, toldOverdue: true }, [], nowMs);
      });
      if (done === undefined) await options.settled(await viewOf(one));
      else await told(done);
    }
  }

  const failed = 'directives that are due were not looked at';
  const steady = createSteadyLook({ look, everyMs: LOOK_EVERY_MS, failed, clock, log });

  return {
    async list({ state, unit, mine, overdue, askedBy, before, limit }, visible) {
      const found: DirectiveView[] = [];
      let last = before ?? Number.MAX_SAFE_INTEGER;
      const where = ['open = ?'];
      const params: SqlValue[] = [state === 'open' ? 1 : 0];
      const narrow = (condition: string, value: SqlValue): void => {
        where.push(condition);
        params.push(value);
      };
      if (unit !== undefined) narrow('unit_id = ?', unit);
      if (mine) narrow('by_id = ?', askedBy);
      if (overdue) narrow("state <> 'answered' AND due_ms <= ?", Math.round(clock.now()));
      const wanted = where.join(' AND ');
      for (let page = 0; page < PAGES; page += 1) {
        const rows = await readDirectives(
          database,
          `WHERE ${wanted} AND number < ? ORDER BY number DESC LIMIT ?`,
          ...[...params, last, PAGE],
        );
        for (const row of rows) {
          last = row.number;
          if (visible(row)) found.push(await viewOf(row));
          if (found.length === limit) return found;
        }
        if (rows.length < PAGE) break;
      }
      return found;
    },
    find: async (id) => viewOf(await getDirective(database, id)),
    async give({ title, text, unitId, dueMs, figure }, by) {
      const nowMs = Math.round(clock.now());
      if (options.unit(unitId) === undefined) throw invalid('unitId', 'unit.unknown', 'there is no such organisation');
      if (dueMs <= nowMs) throw invalid('dueMs', 'directive.past', 'it must be due in the future');
      const pinned = await pin(figure);
      const given = await database.transaction(async (queries) => {
        const one = await insertDirective(queries, {
          ...{ id: randomUUID(), title, text, unitId, dueMs, by, givenMs: nowMs, state: 'given', toldOverdue: false },
          ...pinned,
        });
        await addSteps(queries, one.number, [{ by, kind: 'given', text: '' }], nowMs);
        return one;
      });
      return told(given);
    },
    accept: (id, by) => act(id, ['given'], 'accepted', { by, kind: 'accepted', text: '' }),
    answer: (id, by, text) => act(id, ['given', 'accepted'], 'answered', { by, kind: 'answered', text }),
    return: (id, by, text) => act(id, ['answered'], 'accepted', { by, kind: 'returned', text }),
    close: (id, by, text) => act(id, ['answered'], 'closed', { by, kind: 'closed', text }),
    withdraw: (id, by, text) =>
      act(id, ['given', 'accepted', 'answered'], 'withdrawn', { by, kind: 'withdrawn', text }),
    async moveDue(id, by, { dueMs, text }) {
      const nowMs = Math.round(clock.now());
      if (dueMs <= nowMs) throw invalid('dueMs', 'directive.past', 'it must be due in the future');
      const { moved, wasLate } = await database.transaction(async (queries) => {
        const directive = await getDirective(queries, id);
        if (directive.state !== 'given' && directive.state !== 'accepted') throw wrongState(directive);
        const step = { by, kind: 'dueChanged', text: `${directive.dueMs}:${dueMs}:${text}` } as const;
        const next = await saveDirective(queries, { ...directive, dueMs, toldOverdue: false }, [step], nowMs);
        return { moved: next, wasLate: directive.toldOverdue };
      });
      const view = await told(moved);
      if (wasLate) await options.settled(view);
      return view;
    },
    openCounts() {
      const nowMs = clock.now();
      return { open: open.size, overdue: [...open.values()].filter((fromMs) => isLate(fromMs, nowMs)).length };
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin: steady.begin,
    stop: steady.close,
  };
}

/** Whoever has answered is not late, however long the answer waits for its giver. */
function lateFrom({ state, dueMs }: Pick<StoredDirective, 'state' | 'dueMs'>): number | null {
  return state === 'answered' ? null : dueMs;
}

function isLate(fromMs: number | null, nowMs: number): boolean {
  return fromMs !== null && fromMs <= nowMs;
}

function isLateNoMore(directive: StoredDirective): boolean {
  return directive.toldOverdue && (directive.state === 'answered' || !isOpen(directive));
}

function invalid(path: string, code: string, message: string): Fault {
  return new Fault('invalid', code, message, { fields: [{ path, code, message }] });
}

function wrongState({ state }: StoredDirective): Fault {
  return new Fault('conflict', `directive.${state}`, `this directive is ${state}: somebody was quicker`);
}
