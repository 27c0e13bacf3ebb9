import { Fault } from '#base/errors';
import type { PersonRef } from '#contracts/alerts';
import type { ReportAct, ReportState, ServiceView } from '#contracts/reports';
import type { NewStep, StoredReport } from './report-store.ts';

/** What may be done with a report in which state, and what becomes of it. Whether somebody may is asked at the door. */

/** Of reports that wait for their answer: those can be late. */
export const WAITING: readonly ReportState[] = ['received', 'verified', 'assigned', 'inProgress'];

const FROM: Readonly<Record<ReportAct['act'], readonly ReportState[]>> = {
  verify: ['received'],
  reject: ['received', 'verified', 'assigned', 'inProgress'],
  assign: ['verified', 'assigned', 'inProgress'],
  start: ['assigned'],
  note: ['received', 'verified', 'rejected', 'assigned', 'inProgress', 'answered', 'closed', 'duplicate'],
  answer: ['assigned', 'inProgress', 'answered'],
  close: ['answered'],
  reopen: ['answered', 'closed', 'rejected', 'duplicate'],
  extend: ['verified', 'assigned', 'inProgress'],
  merge: ['received', 'verified', 'assigned', 'inProgress'],
  changeService: ['received', 'verified', 'assigned', 'inProgress'],
};

/** Those of a unit work on what is theirs; what becomes of a report is decided by those who have all of them. */
export const ACTS_OF_UNITS: readonly ReportAct['act'][] = ['start', 'note', 'answer'];

/** ms: nobody puts a citizen off for longer than this at once. */
const LONGEST_EXTENSION_MS = 90 * 86_400_000;

export interface ActContext {
  readonly nowMs: number;
  readonly by: PersonRef | null;
  /** The service that `changeService` names. */
  readonly service: ServiceView | undefined;
  /** Is there a unit with this id? */
  readonly hasUnit: (unitId: string) => boolean;
  /** By when an answer is due that runs from `fromMs`. */
  readonly due: (service: ServiceView, fromMs: number) => number;
  /** The service of the report as it is. */
  readonly ownService: ServiceView | undefined;
  /** The report that `merge` names. */
  readonly into: Pick<StoredReport, 'id' | 'number' | 'state'> | undefined;
}

export interface Acted {
  readonly next: StoredReport;
  readonly steps: readonly NewStep[];
}

/** Throws `conflict` (`report.state`) where the report is not in a state for it. */
export function actOn(report: StoredReport, act: ReportAct, context: ActContext): Acted {
  if (!FROM[act.act].includes(report.state)) {
    throw new Fault('conflict', 'report.state', `a report that is ${report.state} cannot be taken through ${act.act}`);
  }
  const { nowMs, by } = context;
  const done = (kind: NewStep['kind'], change: Partial<StoredReport>, text = '', shown = true): Acted => ({
    next: { ...report, ...change },
    steps: [{ by, kind, text, public: shown }],
  });
  switch (act.act) {
    case 'verify':
      return done('verified', { state: 'verified', verified: true, publicText: act.publicText });
    case 'reject':
      return done('rejected', { state: 'rejected', closedMs: nowMs }, act.text);
    case 'assign': {
      if (!context.hasUnit(act.unitId)) throw new Fault('notFound', 'unit.unknown', 'there is no such organisation');
      const again = act.unitId === report.unitId;
      const change = { state: again ? report.state : ('assigned' as const), unitId: act.unitId };
      const handler = again ? report.handler : null;
      // What is told to the unit is not for the citizen.
      return done(
        'assigned',
        { ...change, handler, assignedMs: report.assignedMs ?? nowMs },
        act.text,
        act.text === '',
      );
    }
    case 'start':
      return done('started', { state: 'inProgress', handler: by });
    case 'note':
      return done('noted', {}, act.text, false);
    case 'answer':
      return done(
        'answered',
        { state: 'answered', handler: report.handler ?? by, answeredMs: report.answeredMs ?? nowMs },
        act.text,
      );
    case 'close':
      return done('closed', { state: 'closed', closedMs: nowMs });
    case 'reopen': {
      const { ownService } = context;
      const looked = report.verified ? 'verified' : 'received';
      const state = report.unitId === null ? looked : 'assigned';
      return done(
        'reopened',
        {
          ...{ state, answeredMs: null, closedMs: null, duplicateOf: null, rating: null, extension: null },
          ...{ reopened: report.reopened + 1, overdueTold: false },
          dueMs: ownService === undefined ? report.dueMs : context.due(ownService, nowMs),
        },
        act.text,
      );
    }
    case 'extend': {
      if (act.untilMs <= Math.max(nowMs, report.dueMs ?? 0) || act.untilMs > nowMs + LONGEST_EXTENSION_MS) {
        throw new Fault('invalid', 'report.extension', 'later than it is due now, and at most 90 days from today', {
          fields: [{ path: 'untilMs', code: 'range', message: 'not a time that it can be put off to' }],
        });
      }
      const extension = { untilMs: act.untilMs, reason: act.text };
      return done('extended', { dueMs: act.untilMs, extension, overdueTold: false }, act.text);
    }
    case 'merge': {
      const { into } = context;
      if (into === undefined) throw new Fault('notFound', 'report.unknown', 'there is no such report');
      if (into.id === report.id || into.state === 'duplicate') {
        throw new Fault(
          'conflict',
          'report.mergeInto',
          'it can only be joined to another report that stands for itself',
        );
      }
      return done('merged', { state: 'duplicate', duplicateOf: into.id, closedMs: nowMs }, `#${into.number}`, false);
    }
    case 'changeService': {
      const { service } = context;
      if (service === undefined) throw new Fault('notFound', 'report.service', 'there is no such service');
      if (service.code === report.service) return { next: report, steps: [] };
      const dueMs = report.extension === null ? context.due(service, report.receivedMs) : report.dueMs;
      const change = { service: service.code, emergency: service.emergency, dueMs, overdueTold: false };
      return done('changed', change, `${report.service} → ${service.code}`, false);
    }
  }
}
