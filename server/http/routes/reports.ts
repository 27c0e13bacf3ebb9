import { z } from 'zod';
import { Fault, messageOf } from '#base/errors';
import type { Target } from '#contracts/access';
import type { PersonRef } from '#contracts/alerts';
import {
  type ReportAct,
  type ReportBulkResult,
  type ReportView,
  reportBulkSchema,
  reportQuerySchema,
  serviceInputSchema,
  versionedActSchema,
} from '#contracts/reports';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import { REPORT_SECTOR, type ReportPlaces } from '../../reports/interfaces.ts';
import { ACTS_OF_UNITS } from '../../reports/report-acts.ts';
import type { ReportServices } from '../../reports/report-services.ts';
import { type StoredReport, unknownReport } from '../../reports/report-store.ts';
import type { Reports } from '../../reports/reports.ts';
import { actorOf, forbidden } from '../call.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';

export interface ReportDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly reports: Reports;
  readonly reportServices: ReportServices;
  readonly reportPlaces: Pick<ReportPlaces, 'units' | 'unitsAbove'>;
  readonly personOf: (actor: Actor) => PersonRef;
}

const handling = { kind: 'anywhere', permission: 'report.handle' } as const;
const name = z.string().min(1).max(64);
const params = z.object({ report: name });

/** What `can` is asked about: a report belongs to the sector, and to the unit that it was given to. */
export function reportTarget(unitId: string | null, { unitsAbove }: Pick<ReportPlaces, 'unitsAbove'>): Target {
  return {
    ...{ kind: 'sector', sector: REPORT_SECTOR, feedId: null },
    unitIds: unitId === null ? [] : [unitId, ...unitsAbove(unitId)],
  };
}

/**
 * Reports for those who handle them: operators all, a unit those that were given to it. Who sent one is asked for by
 * itself, and each look is on record; the code that speaks for the sender is never a unit's.
 */
export function reportRoutes(deps: ReportDeps): readonly Route[] {
  const { access, reports, reportServices, reportPlaces, personOf } = deps;
  const everything = reportTarget(null, reportPlaces);
  const handlesAll = (actor: Actor): boolean => can(actor, 'report.handle', everything);
  const sees = (actor: Actor) => (report: Pick<StoredReport, 'unitId'>) =>
    can(actor, 'report.handle', reportTarget(report.unitId, reportPlaces));

  /** The units whose reports the actor handles; `null`: all reports. */
  function unitsOf(actor: Actor): readonly string[] | null {
    if (handlesAll(actor)) return null;
    return reportPlaces.units().flatMap(({ id }) => (sees(actor)({ unitId: id }) ? [id] : []));
  }

  async function guarded(actor: Actor, id: string): Promise<StoredReport> {
    const report = await reports.find(id);
    if (!sees(actor)(report)) throw unknownReport();
    return report;
  }

  const shown = <View extends ReportView>(actor: Actor, view: View): View =>
    handlesAll(actor) ? view : { ...view, code: '' };

  async function details(actor: Actor, id: string) {
    const found = await reports.details(id, sees(actor));
    return { ...shown(actor, found), alike: found.alike.map((view) => shown(actor, view)) };
  }

  async function act(actor: Actor, id: string, what: ReportAct, seen?: number): Promise<void> {
    await guarded(actor, id);
    if (!ACTS_OF_UNITS.includes(what.act) && !handlesAll(actor)) throw forbidden();
    if (what.act === 'merge') await guarded(actor, what.into);
    const { number, unitId } = await reports.act(id, what, personOf(actor), seen);
    const more = what.act === 'assign' ? { unitId } : what.act === 'merge' ? { into: what.into } : {};
    await access.audit.append({ actor, action: 'report.acted', detail: { id, number, act: what.act, ...more } });
  }

  return [
    defineRoute({
      name: 'GET /api/reports',
      access: handling,
      query: reportQuerySchema,
      async handle(call) {
        const actor = actorOf(call);
        return (await reports.list(call.query, unitsOf(actor))).map((view) => shown(actor, view));
      },
    }),
    defineRoute({
      name: 'GET /api/report-counts',
      access: handling,
      handle: (call) => reports.counts(unitsOf(actorOf(call))),
    }),
    defineRoute({
      name: 'GET /api/reports/:report',
      access: handling,
      params,
      async handle(call) {
        const actor = actorOf(call);
        await guarded(actor, call.params.report);
        return details(actor, call.params.report);
      },
    }),
    defineRoute({
      name: 'POST /api/reports/:report/acts',
      access: handling,
      params,
      body: versionedActSchema,
      async handle(call) {
        const actor = actorOf(call);
        await act(actor, call.params.report, call.body, call.body.version);
        return details(actor, call.params.report);
      },
    }),
    defineRoute({
      name: 'POST /api/report-acts',
      access: handling,
      body: reportBulkSchema,
      async handle(call): Promise<ReportBulkResult> {
        const done: string[] = [];
        const failed: { id: string; code: string }[] = [];
        for (const id of new Set(call.body.ids)) {
          try {
            await act(actorOf(call), id, call.body.act);
            done.push(id);
          } catch (error) {
            // One that somebody else has taken further does not hold up the rest.
            if (!(error instanceof Fault) || error.kind === 'internal') throw error;
            failed.push({ id, code: error.code || messageOf(error) });
          }
        }
        return { done, failed };
      },
    }),
    defineRoute({
      name: 'GET /api/reports/:report/contact',
      access: { kind: 'anywhere', permission: 'report.contact' },
      params,
      async handle(call) {
        const actor = actorOf(call);
        const report = await reports.find(call.params.report);
        const target = reportTarget(report.unitId, reportPlaces);
        if (!can(actor, 'report.contact', target)) throw sees(actor)(report) ? forbidden() : unknownReport();
        // Before it is shown: a look that cannot be recorded does not happen.
        const detail = { id: report.id, number: report.number };
        await access.audit.append({ actor, action: 'report.contactSeen', detail });
        return reports.contact(report.id);
      },
    }),
    defineRaw({
      name: 'GET /api/reports/:report/photos/:photo',
      access: handling,
      params: params.extend({ photo: name }),
      async handle(call) {
        const { id } = await guarded(actorOf(call), call.params.report);
        const jpeg = await reports.photo(id, call.params.photo);
        call.response.writeHead(200, {
          'content-type': 'image/jpeg',
          'content-length': jpeg.byteLength,
          'cache-control': 'private, max-age=3600',
        });
        call.response.end(jpeg);
      },
    }),
    defineRoute({
      name: 'GET /api/report-services',
      access: handling,
      handle: async () => reportServices.list(),
    }),
    defineRoute({
      name: 'PUT /api/report-services/:service',
      access: { kind: 'system', permission: 'sector.manage' },
      params: z.object({ service: name }),
      body: serviceInputSchema,
      async handle(call) {
        if (call.body.code !== call.params.service) {
          throw new Fault('invalid', 'report.serviceCode', 'the code of a service does not change');
        }
        const service = await reportServices.put(call.body);
        const detail = { code: service.code, name: service.name.vi, enabled: service.enabled };
        await access.audit.append({ actor: actorOf(call), action: 'report.serviceChanged', detail });
        return service;
      },
    }),
  ];
}
