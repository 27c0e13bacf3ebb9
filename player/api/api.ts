import type { z } from 'zod';
import type {
  closeInputSchema,
  exhibitInputSchema,
  incidentChangeSchema,
  incidentInputSchema,
} from '#contracts/alerts';
import type { CameraUpdateDraft } from '#contracts/api';
import type { CameraDraft, MaskSet } from '#contracts/camera';
import type {
  bulkRegisterSchema,
  changePasswordSchema,
  discoveryInputSchema,
  groupInputSchema,
  layoutInputSchema,
  mediaLinkSchema,
  preferencesSchema,
  probeSchema,
  ptzSchema,
  setupSchema,
  signInSchema,
  tokenInputSchema,
  userInputSchema,
} from '#contracts/http';
import type { IncidentLink } from '#contracts/incident-links';
import type { StreamRole } from '#contracts/media';
import type { ModelUpload } from '#contracts/models';
import type { noticeChangeSchema, noticeInputSchema } from '#contracts/notices';
import type { OutputDraft } from '#contracts/outputs';
import type {
  bookmarkInputSchema,
  cameraPolicyInputSchema,
  exportInputSchema,
  holdInputSchema,
  PolicyTarget,
  retentionAnswerSchema,
} from '#contracts/recordings';
import type { ruleSetInputSchema, ruleTrialInputSchema } from '#contracts/rules';
import type { VisitorSite } from '#contracts/visitor-sites';
import type { Call } from './call.ts';
import type { Http } from './http.ts';
import { readReadiness } from './readiness.ts';
import { createReportsApi } from './reports-api.ts';
import { createSectorsApi } from './sectors-api.ts';

type Body<Schema extends z.ZodType> = z.input<Schema>;
type Signal = AbortSignal | undefined;

export interface EventQuery {
  readonly after?: number;
  readonly before?: number;
  readonly cameraId?: string;
  /** ms since 1970; with one of them the events come by time. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Thins for drawing. */
  readonly pieces?: number;
  readonly limit?: number;
}
/** ms since 1970. */
export interface RecordedRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly role?: StreamRole | undefined;
}
/** ms since 1970. */
export interface CountsQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: 'hour' | 'day';
}
export interface BookmarkQuery {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly text?: string | undefined;
  readonly order?: 'oldest' | 'newest';
  readonly limit?: number;
}
export interface HoldHistoryQuery {
  readonly cameraId?: string | undefined;
  readonly text?: string | undefined;
  readonly beforeMs?: number | undefined;
  readonly beforeId?: string | undefined;
  readonly limit?: number;
}
export interface AlertQuery {
  readonly state?: 'open' | 'closed';
  readonly cameraId?: string | undefined;
  readonly severity?: string | undefined;
  /** `AlertView.number`; only lower ones. */
  readonly before?: number | undefined;
  readonly limit?: number;
}
export interface AuditQuery {
  readonly before?: number | undefined;
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly cameraId?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit?: number | undefined;
}

/** ms. A probe ends within 10 s on the server; the rest is for the way. */
const PROBE_TIMEOUT_MS = 20_000;
const IMPORT_TIMEOUT_MS = 300_000;
const VERIFY_TIMEOUT_MS = 120_000;
/** ms. It reads the whole index of what is recorded. */
const PLAN_TIMEOUT_MS = 120_000;
/** ms. Others may be checked first, each for up to a minute. */
const MODEL_TIMEOUT_MS = 300_000;
/** ms. A camera that steers late steers wrong. */
const PTZ_TIMEOUT_MS = 5000;
/** The server itself waits half a minute for the other side. */
const OUTPUT_TEST_TIMEOUT_MS = 40_000;

export type Api = ReturnType<typeof createApi>;

/** Every call of the console to the server; those of the sectors are in `sectors-api.ts`. */
export function createApi(call: Call, { request, upload }: Pick<Http, 'request' | 'upload'>) {
  return {
    ...createSectorsApi(call, { upload }),
    ...createReportsApi(call),
    session: {
      get: (signal?: Signal) => call('GET /api/session', withSignal(signal)),
      signIn: (body: Body<typeof signInSchema>) => call('POST /api/session', { body }),
      signOut: () => call('DELETE /api/session'),
      setup: (body: Body<typeof setupSchema>) => call('POST /api/setup', { body }),
      changePassword: (body: Body<typeof changePasswordSchema>) => call('PUT /api/session/password', { body }),
      savePreferences: (body: Body<typeof preferencesSchema>) => call('PUT /api/session/preferences', { body }),
      enrolTotp: () => call('POST /api/session/totp'),
      confirmTotp: (code: string) => call('PUT /api/session/totp', { body: { code } }),
      removeTotp: (password: string) => call('DELETE /api/session/totp', { body: { password } }),
    },
    cameras: {
      list: (signal?: Signal) => call('GET /api/cameras', withSignal(signal)),
      details: (id: string, signal?: Signal) =>
        call('GET /api/cameras/:id/details', { params: { id }, ...withSignal(signal) }),
      create: (body: CameraDraft) => call('POST /api/cameras', { body }),
      update: (id: string, body: CameraUpdateDraft) => call('PUT /api/cameras/:id', { params: { id }, body }),
      remove: (id: string) => call('DELETE /api/cameras/:id', { params: { id } }),
      masks: (id: string, signal?: Signal) =>
        call('GET /api/cameras/:id/masks', { params: { id }, ...withSignal(signal) }),
      replaceMasks: (id: string, body: MaskSet) => call('PUT /api/cameras/:id/masks', { params: { id }, body }),
      restart: (id: string) => call('POST /api/cameras/:id/restart', { params: { id } }),
      probe: (body: Body<typeof probeSchema>, signal?: Signal) =>
        call('POST /api/cameras/probe', { body, timeoutMs: PROBE_TIMEOUT_MS, ...withSignal(signal) }),
      /** Without `write` it only reports. */
      import: (csv: string, write: boolean, signal?: Signal) =>
        call('POST /api/cameras/import', {
          text: { type: 'text/csv', content: csv },
          query: { dryRun: write ? 'false' : 'true' },
          timeoutMs: IMPORT_TIMEOUT_MS,
          ...withSignal(signal),
        }),
      newPublishKey: (id: string) => call('POST /api/cameras/:id/publish-key', { params: { id } }),
      mediaLink: (id: string, body: Body<typeof mediaLinkSchema>) =>
        call('POST /api/cameras/:id/media-link', { params: { id }, body }),
      ptz: (id: string, body: Body<typeof ptzSchema>) =>
        call('POST /api/cameras/:id/ptz', { params: { id }, body, timeoutMs: PTZ_TIMEOUT_MS }),
      presets: (id: string, signal?: Signal) =>
        call('GET /api/cameras/:id/ptz', { params: { id }, ...withSignal(signal) }),
    },
    discoveries: {
      start: (body: Body<typeof discoveryInputSchema>) => call('POST /api/discoveries', { body }),
      get: (id: string, signal?: Signal) => call('GET /api/discoveries/:id', { params: { id }, ...withSignal(signal) }),
      /** Ends the search, and the registration that runs on it. */
      stop: (id: string) => call('DELETE /api/discoveries/:id', { params: { id } }),
      register: (id: string, body: Body<typeof bulkRegisterSchema>) =>
        call('POST /api/discoveries/:id/register', { params: { id }, body }),
    },
    groups: {
      list: (signal?: Signal) => call('GET /api/groups', withSignal(signal)),
      create: (body: Body<typeof groupInputSchema>) => call('POST /api/groups', { body }),
      update: (id: string, body: Body<typeof groupInputSchema>) =>
        call('PUT /api/groups/:id', { params: { id }, body }),
      remove: (id: string) => call('DELETE /api/groups/:id', { params: { id } }),
    },
    layouts: {
      list: (signal?: Signal) => call('GET /api/layouts', withSignal(signal)),
      create: (body: Body<typeof layoutInputSchema>) => call('POST /api/layouts', { body }),
      update: (id: string, body: Body<typeof layoutInputSchema>) =>
        call('PUT /api/layouts/:id', { params: { id }, body }),
      remove: (id: string) => call('DELETE /api/layouts/:id', { params: { id } }),
    },
    events: {
      list: (query: EventQuery, signal?: Signal) =>
        call('GET /api/events', { query: { ...query }, ...withSignal(signal) }),
    },
    recordings: {
      timeline: (id: string, query: RecordedRange, signal?: Signal) =>
        call('GET /api/cameras/:id/timeline', { params: { id }, query: { ...query }, ...withSignal(signal) }),
      groups: (id: string, query: RecordedRange, signal?: Signal) =>
        call('GET /api/cameras/:id/groups', { params: { id }, query: { ...query }, ...withSignal(signal) }),
      /** Cameras that were removed and whose recordings are still there. */
      removedCameras: (signal?: Signal) => call('GET /api/removed-cameras', withSignal(signal)),
      bookmarks: (id: string, query: BookmarkQuery, signal?: Signal) =>
        call('GET /api/cameras/:id/bookmarks', { params: { id }, query: { ...query }, ...withSignal(signal) }),
      changeBookmark: (id: string, bookmark: string, body: Body<typeof bookmarkInputSchema>) =>
        call('PUT /api/cameras/:id/bookmarks/:bookmark', { params: { id, bookmark }, body }),
      restoreBookmark: (id: string, bookmark: string) =>
        call('POST /api/cameras/:id/bookmarks/:bookmark/restore', { params: { id, bookmark } }),
      bookmark: (id: string, body: Body<typeof bookmarkInputSchema>) =>
        call('POST /api/cameras/:id/bookmarks', { params: { id }, body }),
      removeBookmark: (id: string, bookmark: string) =>
        call('DELETE /api/cameras/:id/bookmarks/:bookmark', { params: { id, bookmark } }),
    },
    statistics: {
      counts: (id: string, query: CountsQuery, signal?: Signal) =>
        call('GET /api/cameras/:id/counts', { params: { id }, query: { ...query }, ...withSignal(signal) }),
      heat: (id: string, { fromMs, toMs }: Omit<CountsQuery, 'by'>, signal?: Signal) =>
        call('GET /api/cameras/:id/heat', { params: { id }, query: { fromMs, toMs }, ...withSignal(signal) }),
    },
    rules: {
      of: (id: string, signal?: Signal) =>
        call('GET /api/cameras/:id/rules', { params: { id }, ...withSignal(signal) }),
      replace: (id: string, body: Body<typeof ruleSetInputSchema>) =>
        call('PUT /api/cameras/:id/rules', { params: { id }, body }),
      /** Answers at once; `trial` says how far it is. */
      startTrial: (id: string, body: Body<typeof ruleTrialInputSchema>) =>
        call('POST /api/cameras/:id/rule-trials', { params: { id }, body }),
      trial: (trial: string, signal?: Signal) =>
        call('GET /api/rule-trials/:trial', { params: { trial }, ...withSignal(signal) }),
      stopTrial: (trial: string) => call('DELETE /api/rule-trials/:trial', { params: { trial } }),
    },
    recordingPolicies: {
      list: (signal?: Signal) => call('GET /api/recording-policies', withSignal(signal)),
      ofCamera: (id: string, signal?: Signal) =>
        call('GET /api/cameras/:id/recording-policy', { params: { id }, ...withSignal(signal) }),
      set: (target: PolicyTarget, { policy }: Body<typeof cameraPolicyInputSchema>) =>
        target.kind === 'camera'
          ? call('PUT /api/cameras/:id/recording-policy', { params: { id: target.cameraId }, body: { policy } })
          : call('PUT /api/recording-policies', { body: { target, policy } }),
      remove: (target: PolicyTarget) =>
        target.kind === 'camera'
          ? call('DELETE /api/cameras/:id/recording-policy', { params: { id: target.cameraId } })
          : call('DELETE /api/recording-policies', { query: { ...target } }),
    },
    storage: {
      disks: (signal?: Signal) => call('GET /api/storage/disks', withSignal(signal)),
      recordingsOn: (id: string, signal?: Signal) =>
        call('GET /api/storage/disks/:id/recordings', { params: { id }, ...withSignal(signal) }),
      plan: () => call('GET /api/retention/plan', { timeoutMs: PLAN_TIMEOUT_MS }),
      questions: (signal?: Signal) => call('GET /api/retention/questions', withSignal(signal)),
      answer: (diskId: string, body: Body<typeof retentionAnswerSchema>) =>
        call('POST /api/retention/questions/:id/answer', { params: { id: diskId }, body }),
      rotateKey: (current: string) => call('POST /api/evidence/keys', { body: { current } }),
    },
    holds: {
      list: (signal?: Signal) => call('GET /api/holds', withSignal(signal)),
      history: (query: HoldHistoryQuery, signal?: Signal) =>
        call('GET /api/holds/history', { query: { ...query }, ...withSignal(signal) }),
      cost: (cameraIds: readonly string[], range: { startMs: number; endMs: number }, signal?: Signal) =>
        call('GET /api/holds/cost', { query: { cameraIds: cameraIds.join(','), ...range }, ...withSignal(signal) }),
      make: (body: Body<typeof holdInputSchema>) => call('POST /api/holds', { body }),
      askRelease: (ids: readonly string[]) => call('POST /api/holds/ask-release', { body: { ids } }),
      keep: (ids: readonly string[]) => call('POST /api/holds/keep', { body: { ids } }),
      release: (ids: readonly string[]) => call('POST /api/holds/release', { body: { ids } }),
    },
    alerts: {
      list: (query: AlertQuery, signal?: Signal) =>
        call('GET /api/alerts', { query: { ...query }, ...withSignal(signal) }),
      get: (alert: string, signal?: Signal) =>
        call('GET /api/alerts/:alert', { params: { alert }, ...withSignal(signal) }),
      claim: (alert: string, takeOver = false) =>
        call('POST /api/alerts/:alert/claim', { params: { alert }, body: { takeOver } }),
      release: (alert: string) => call('POST /api/alerts/:alert/release', { params: { alert } }),
      dispatch: (alert: string, unit: string) =>
        call('POST /api/alerts/:alert/dispatch', { params: { alert }, body: { unit } }),
      note: (alert: string, text: string) =>
        call('POST /api/alerts/:alert/notes', { params: { alert }, body: { text } }),
      close: (alert: string, body: Body<typeof closeInputSchema>) =>
        call('POST /api/alerts/:alert/close', { params: { alert }, body }),
      reopen: (alert: string) => call('POST /api/alerts/:alert/reopen', { params: { alert } }),
      quality: (days: number, signal?: Signal) =>
        call('GET /api/alert-quality', { query: { days }, ...withSignal(signal) }),
      applySuggestion: (suggestion: string) =>
        call('POST /api/alert-quality/:suggestion/apply', { params: { suggestion } }),
      undoSuggestion: (suggestion: string) =>
        call('POST /api/alert-quality/:suggestion/undo', { params: { suggestion } }),
    },
    handovers: {
      list: (signal?: Signal) => call('GET /api/handovers', withSignal(signal)),
      make: (note: string) => call('POST /api/handovers', { body: { note } }),
      take: (handover: string) => call('POST /api/handovers/:handover/take', { params: { handover } }),
    },
    visitorSites: {
      list: (signal?: Signal) => call('GET /api/visitor-sites', withSignal(signal)),
      replace: (sites: readonly VisitorSite[], version: number) =>
        call('PUT /api/visitor-sites', { body: { sites: [...sites], version } }),
    },
    notices: {
      list: (query: { before?: number; limit?: number }, signal?: Signal) =>
        call('GET /api/notices', { query: { ...query }, ...withSignal(signal) }),
      publish: (body: Body<typeof noticeInputSchema>) => call('POST /api/notices', { body }),
      change: (notice: string, body: Body<typeof noticeChangeSchema>) =>
        call('PUT /api/notices/:notice', { params: { notice }, body }),
      withdraw: (notice: string, note: string) =>
        call('POST /api/notices/:notice/withdraw', { params: { notice }, body: { note } }),
    },
    incidents: {
      list: (query: { state?: 'open' | 'closed'; before?: number; limit?: number }, signal?: Signal) =>
        call('GET /api/incidents', { query: { ...query }, ...withSignal(signal) }),
      get: (incident: string, signal?: Signal) =>
        call('GET /api/incidents/:incident', { params: { incident }, ...withSignal(signal) }),
      create: (body: Body<typeof incidentInputSchema>) => call('POST /api/incidents', { body }),
      change: (incident: string, body: Body<typeof incidentChangeSchema>) =>
        call('PUT /api/incidents/:incident', { params: { incident }, body }),
      note: (incident: string, text: string) =>
        call('POST /api/incidents/:incident/notes', { params: { incident }, body: { text } }),
      join: (incident: string, alertIds: readonly string[]) =>
        call('POST /api/incidents/:incident/alerts', { params: { incident }, body: { alertIds } }),
      leave: (incident: string, alert: string) =>
        call('DELETE /api/incidents/:incident/alerts/:alert', { params: { incident, alert } }),
      addCamera: (incident: string, id: string) =>
        call('POST /api/incidents/:incident/cameras/:id', { params: { incident, id } }),
      removeCamera: (incident: string, id: string) =>
        call('DELETE /api/incidents/:incident/cameras/:id', { params: { incident, id } }),
      sharePhone: (incident: string, name: string) =>
        call('POST /api/incidents/:incident/phones', { params: { incident }, body: { name } }),
      addPerson: (incident: string, person: string) =>
        call('POST /api/incidents/:incident/people/:person', { params: { incident, person } }),
      removePerson: (incident: string, person: string) =>
        call('DELETE /api/incidents/:incident/people/:person', { params: { incident, person } }),
      addExhibit: (incident: string, body: Body<typeof exhibitInputSchema>) =>
        call('POST /api/incidents/:incident/exhibits', { params: { incident }, body }),
      links: (incident: string, signal?: Signal) =>
        call('GET /api/incidents/:incident/links', { params: { incident }, ...withSignal(signal) }),
      link: (incident: string, kind: IncidentLink['kind'], id: string) =>
        call('POST /api/incidents/:incident/links', { params: { incident }, body: { kind, id } }),
      unlink: (incident: string, kind: IncidentLink['kind'], id: string) =>
        call('DELETE /api/incidents/:incident/links/:kind/:id', { params: { incident, kind, id } }),
      close: (incident: string, note: string) =>
        call('POST /api/incidents/:incident/close', { params: { incident }, body: { note } }),
      reopen: (incident: string) => call('POST /api/incidents/:incident/reopen', { params: { incident } }),
    },
    exports: {
      list: (signal?: Signal) => call('GET /api/exports', withSignal(signal)),
      start: (body: Body<typeof exportInputSchema>) => call('POST /api/exports', { body }),
      remove: (id: string) => call('DELETE /api/exports/:id', { params: { id } }),
      keys: (signal?: Signal) => call('GET /api/evidence/keys', withSignal(signal)),
    },
    models: {
      list: (signal?: Signal) => call('GET /api/models', withSignal(signal)),
      active: (signal?: Signal) => call('GET /api/models/active', withSignal(signal)),
      upload: (name: string, file: Blob, onSent: (share: number) => void, signal: AbortSignal) =>
        upload<ModelUpload>('/api/models', file, { query: { name }, onSent, signal }),
      check: (name: string) => call('POST /api/models/:name/check', { params: { name }, timeoutMs: MODEL_TIMEOUT_MS }),
      use: (name: string) => call('POST /api/models/:name/use', { params: { name }, timeoutMs: MODEL_TIMEOUT_MS }),
      writeCard: (name: string, card: string) =>
        call('PUT /api/models/:name/card', { params: { name }, body: { card }, timeoutMs: MODEL_TIMEOUT_MS }),
      remove: (name: string) => call('DELETE /api/models/:name', { params: { name } }),
    },
    users: {
      list: (signal?: Signal) => call('GET /api/users', withSignal(signal)),
      create: (body: Body<typeof userInputSchema>) => call('POST /api/users', { body }),
      update: (id: string, body: Body<typeof userInputSchema>) => call('PUT /api/users/:id', { params: { id }, body }),
      remove: (id: string) => call('DELETE /api/users/:id', { params: { id } }),
      endSessions: (id: string) => call('POST /api/users/:id/end-sessions', { params: { id } }),
      removeTotp: (id: string) => call('DELETE /api/users/:id/totp', { params: { id } }),
    },
    tokens: {
      list: (signal?: Signal) => call('GET /api/tokens', withSignal(signal)),
      create: (body: Body<typeof tokenInputSchema>) => call('POST /api/tokens', { body }),
      rotate: (id: string) => call('POST /api/tokens/:id/rotate', { params: { id } }),
      remove: (id: string) => call('DELETE /api/tokens/:id', { params: { id } }),
    },
    outputs: {
      list: (signal?: Signal) => call('GET /api/outputs', withSignal(signal)),
      create: (body: OutputDraft) => call('POST /api/outputs', { body }),
      update: (output: string, body: OutputDraft) => call('PUT /api/outputs/:output', { params: { output }, body }),
      remove: (output: string) => call('DELETE /api/outputs/:output', { params: { output } }),
      test: (output: string) =>
        call('POST /api/outputs/:output/test', { params: { output }, timeoutMs: OUTPUT_TEST_TIMEOUT_MS }),
      failures: (output: string, signal?: Signal) =>
        call('GET /api/outputs/:output/failures', { params: { output }, ...withSignal(signal) }),
      retry: (output: string, failure: number) =>
        call('POST /api/outputs/:output/failures/:failure/retry', { params: { output, failure: String(failure) } }),
    },
    audit: {
      list: (query: AuditQuery, signal?: Signal) =>
        call('GET /api/audit', { query: { ...query }, ...withSignal(signal) }),
      verify: (signal?: Signal) =>
        call('GET /api/audit/verify', { timeoutMs: VERIFY_TIMEOUT_MS, ...withSignal(signal) }),
    },
    push: {
      /** `null`: the server sends no pushes. */
      key: (signal?: Signal) =>
        request<{ readonly publicKey: string | null }>('GET', '/api/push/key', withSignal(signal)),
      subscribe: (subscription: PushSubscriptionJSON) =>
        request<undefined>('POST', '/api/push/subscriptions', { body: subscription }),
      unsubscribe: (endpoint: string) =>
        request<undefined>('DELETE', '/api/push/subscriptions', { body: { endpoint } }),
    },
    /** Not part of the JSON interface: what a load balancer asks. 503 with the same body is no error here. */
    readiness: (signal?: Signal) => readReadiness(request, signal),
    demo: {
      install: () => call('POST /api/demo', { timeoutMs: IMPORT_TIMEOUT_MS }),
      remove: () => call('DELETE /api/demo', { timeoutMs: IMPORT_TIMEOUT_MS }),
    },
  };
}

function withSignal(signal: Signal): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
