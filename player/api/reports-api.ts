import type { z } from 'zod';
import type { ReportAct, reportQuerySchema, serviceInputSchema } from '#contracts/reports';
import type { Call } from './call.ts';

type Signal = AbortSignal | undefined;
export type ServiceDraft = z.input<typeof serviceInputSchema>;
export type ReportQuery = Partial<z.output<typeof reportQuerySchema>>;

/** Every call about citizens' reports. */
export function createReportsApi(call: Call) {
  return {
    reports: {
      list: (query: ReportQuery, signal?: Signal) =>
        call('GET /api/reports', { query: { ...query }, ...withSignal(signal) }),
      counts: (signal?: Signal) => call('GET /api/report-counts', withSignal(signal)),
      get: (report: string, signal?: Signal) =>
        call('GET /api/reports/:report', { params: { report }, ...withSignal(signal) }),
      /** `version`: what the person saw; the server refuses it for an older one. */
      act: (report: string, act: ReportAct, version?: number) =>
        call('POST /api/reports/:report/acts', {
          params: { report },
          body: version === undefined ? act : { ...act, version },
        }),
      actOnMany: (ids: readonly string[], act: ReportAct) => call('POST /api/report-acts', { body: { ids, act } }),
      /** Each look is on record. */
      contact: (report: string) => call('GET /api/reports/:report/contact', { params: { report } }),
      putService: (service: ServiceDraft) =>
        call('PUT /api/report-services/:service', { params: { service: service.code }, body: service }),
      services: (signal?: Signal) => call('GET /api/report-services', withSignal(signal)),
    },
  };
}

export function reportPhotoUrl(reportId: string, photoId: string): string {
  return `/api/reports/${encodeURIComponent(reportId)}/photos/${encodeURIComponent(photoId)}`;
}

function withSignal(signal: Signal): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
