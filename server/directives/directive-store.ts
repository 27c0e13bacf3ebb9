import type { Queries, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import type { DirectiveState, DirectiveView } from '#contracts/directives';

/** Directives and their steps as they are kept. What it writes goes into the caller's transaction. */
export type StoredDirective = Omit<DirectiveView, 'unitName' | 'overdue' | 'steps'> & {
  /** It was told that it is overdue. */
  readonly toldOverdue: boolean;
  readonly sector: string | null;
};
type Step = DirectiveView['steps'][number];
export type NewStep = Omit<Step, 'timeMs'>;

interface Row {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly byId: string;
  readonly byName: string;
  readonly givenMs: number;
  readonly unitId: string;
  readonly dueMs: number;
  readonly state: DirectiveState;
  readonly overdue: number;
  readonly sector: string | null;
  readonly pinned: string | null;
}
const COLUMNS = `id, number, version, title, text, by_id AS byId, by_name AS byName, given_ms AS givenMs,
  unit_id AS unitId, due_ms AS dueMs, state, overdue, sector, pinned`;

/** `where` is SQL of this part's own, with `?` for `params`. */
export async function readDirectives(
  queries: Queries,
  where: string,
  ...params: SqlValue[]
): Promise<StoredDirective[]> {
  const rows = await queries.all<Row>(`SELECT ${COLUMNS} FROM directives ${where}`, ...params);
  return rows.map(({ byId, byName, overdue, pinned, ...row }) => ({
    ...row,
    by: { id: byId, name: byName },
    toldOverdue: overdue !== 0,
    pinned: pinned === null ? null : JSON.parse(pinned),
  }));
}

/** Rejects with `notFound`. */
export async function getDirective(queries: Queries, id: string): Promise<StoredDirective> {
  const [directive] = await readDirectives(queries, 'WHERE id = ?', id);
  if (directive === undefined) throw unknownDirective();
  return directive;
}

export function unknownDirective(): Fault {
  return new Fault('notFound', 'directive.unknown', 'there is no such directive');
}

export function isOpen({ state }: Pick<DirectiveView, 'state'>): boolean {
  return state !== 'closed' && state !== 'withdrawn';
}

/** Gives it the next number. */
export async function insertDirective(
  queries: Queries,
  directive: Omit<StoredDirective, 'number' | 'version'>,
): Promise<StoredDirective> {
  const last = await queries.get<{ number: number | null }>('SELECT MAX(number) AS number FROM directives');
  const whole: StoredDirective = { ...directive, number: (last?.number ?? 0) + 1, version: 1 };
  await queries.run(
    `INSERT INTO directives (number, id, version, title, text, by_id, by_name, given_ms, unit_id, due_ms, state, open,
       overdue, sector, pinned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[whole.number, whole.id, whole.version, whole.title, whole.text, whole.by.id, whole.by.name, whole.givenMs],
    ...[whole.unitId, whole.dueMs, whole.state, isOpen(whole) ? 1 : 0, whole.toldOverdue ? 1 : 0, whole.sector],
    whole.pinned === null ? null : JSON.stringify(whole.pinned),
  );
  return whole;
}

/** Keeps it under the next version, with what was done. */
export async function saveDirective(
  queries: Queries,
  directive: StoredDirective,
  steps: readonly NewStep[],
  nowMs: number,
): Promise<StoredDirective> {
  const next = { ...directive, version: directive.version + 1 };
  await queries.run(
    'UPDATE directives SET version = ?, state = ?, open = ?, overdue = ?, due_ms = ? WHERE number = ?',
    ...[next.version, next.state, isOpen(next) ? 1 : 0, next.toldOverdue ? 1 : 0, next.dueMs, next.number],
  );
  await addSteps(queries, next.number, steps, nowMs);
  return next;
}

export async function addSteps(
  queries: Queries,
  number: number,
  steps: readonly NewStep[],
  nowMs: number,
): Promise<void> {
  const last = await queries.get<{ sequence: number | null }>(
    'SELECT MAX(sequence) AS sequence FROM directive_steps WHERE directive_number = ?',
    number,
  );
  let sequence = last?.sequence ?? 0;
  for (const { by, kind, text } of steps) {
    sequence += 1;
    await queries.run(
      `INSERT INTO directive_steps (directive_number, sequence, time_ms, by_id, by_name, kind, text)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[number, sequence, nowMs, by.id, by.name, kind, text],
    );
  }
}

interface StepRow {
  readonly timeMs: number;
  readonly byId: string;
  readonly byName: string;
  readonly kind: Step['kind'];
  readonly text: string;
}
export async function readSteps(queries: Queries, number: number): Promise<Step[]> {
  const rows = await queries.all<StepRow>(
    `SELECT time_ms AS timeMs, by_id AS byId, by_name AS byName, kind, text FROM directive_steps
     WHERE directive_number = ? ORDER BY sequence`,
    number,
  );
  return rows.map(({ timeMs, byId, byName, kind, text }) => ({
    ...{ timeMs, kind, text },
    by: { id: byId, name: byName },
  }));
}
