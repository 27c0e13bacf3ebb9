import type { z } from 'zod';
import type { CameraDetails, CameraDraft, CameraView, ProbeResult } from '#contracts/camera';
import type { TamnhinEvent } from '#contracts/events';
import type {
  AuditEntry,
  AuditVerification,
  bulkRegisterSchema,
  changePasswordSchema,
  DiscoveryProgress,
  discoveryInputSchema,
  GroupView,
  groupInputSchema,
  ImportReport,
  LayoutView,
  layoutInputSchema,
  MediaLink,
  mediaLinkSchema,
  PtzPreset,
  PublishKey,
  preferencesSchema,
  probeSchema,
  ptzSchema,
  SessionView,
  setupSchema,
  signInSchema,
  TokenCreated,
  TokenView,
  TotpEnabled,
  TotpEnrolment,
  tokenInputSchema,
  UserView,
  userInputSchema,
} from '#contracts/http';
import type { Http } from './http.ts';

type Body<Schema extends z.ZodType> = z.input<Schema>;
type Signal = AbortSignal | undefined;

export interface EventQuery {
  readonly after?: number;
  readonly before?: number;
  readonly cameraId?: string;
  readonly limit?: number;
}
export interface AuditQuery {
  readonly before?: number;
  readonly action?: string;
  readonly actor?: string;
  readonly cameraId?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit?: number;
}
/** A camera as it was saved; the key only where one was made for it. */
export interface CameraSaved {
  readonly camera: CameraDetails;
  readonly publishKey: PublishKey | null;
}

/** A probe ends within 10 s on the server; the rest is for the way. */
const PROBE_TIMEOUT_MS = 20_000;
const BULK_TIMEOUT_MS = 600_000;

export type Api = ReturnType<typeof createApi>;

/** Every call of the console to the server, on one page. */
export function createApi({ request }: Pick<Http, 'request'>) {
  const id = encodeURIComponent;
  return {
    session: {
      get: (signal?: Signal) => request<SessionView>('GET', '/api/session', withSignal(signal)),
      signIn: (body: Body<typeof signInSchema>) => request<SessionView>('POST', '/api/session', { body }),
      signOut: () => request<void>('DELETE', '/api/session'),
      signOutElsewhere: () => request<void>('DELETE', '/api/session/others'),
      setup: (body: Body<typeof setupSchema>) => request<SessionView>('POST', '/api/setup', { body }),
      changePassword: (body: Body<typeof changePasswordSchema>) =>
        request<SessionView>('PUT', '/api/session/password', { body }),
      savePreferences: (body: Body<typeof preferencesSchema>) =>
        request<SessionView>('PUT', '/api/session/preferences', { body }),
      enrolTotp: () => request<TotpEnrolment>('POST', '/api/session/totp'),
      confirmTotp: (code: string) => request<TotpEnabled>('POST', '/api/session/totp/confirm', { body: { code } }),
      removeTotp: () => request<void>('DELETE', '/api/session/totp'),
    },
    cameras: {
      list: (signal?: Signal) => request<CameraView[]>('GET', '/api/cameras', withSignal(signal)),
      details: (cameraId: string, signal?: Signal) =>
        request<CameraDetails>('GET', `/api/cameras/${id(cameraId)}`, withSignal(signal)),
      create: (body: CameraDraft) => request<CameraSaved>('POST', '/api/cameras', { body }),
      update: (cameraId: string, body: CameraDraft & { version: number }) =>
        request<CameraSaved>('PUT', `/api/cameras/${id(cameraId)}`, { body }),
      remove: (cameraId: string) => request<void>('DELETE', `/api/cameras/${id(cameraId)}`),
      restart: (cameraId: string) => request<void>('POST', `/api/cameras/${id(cameraId)}/restart`),
      probe: (body: Body<typeof probeSchema>, signal?: Signal) =>
        request<ProbeResult>('POST', '/api/cameras/probe', {
          body,
          timeoutMs: PROBE_TIMEOUT_MS,
          ...withSignal(signal),
        }),
      import: (csv: string, write: boolean, signal?: Signal) =>
        request<ImportReport>('POST', '/api/cameras/import', {
          text: { type: 'text/csv', content: csv },
          query: { write: write ? 'true' : undefined },
          timeoutMs: BULK_TIMEOUT_MS,
          ...withSignal(signal),
        }),
      bulk: (body: Body<typeof bulkRegisterSchema>, signal?: Signal) =>
        request<ImportReport>('POST', '/api/cameras/bulk', {
          body,
          timeoutMs: BULK_TIMEOUT_MS,
          ...withSignal(signal),
        }),
      newPublishKey: (cameraId: string) => request<PublishKey>('POST', `/api/cameras/${id(cameraId)}/publish-key`),
      mediaLink: (cameraId: string, body: Body<typeof mediaLinkSchema>) =>
        request<MediaLink>('POST', `/api/cameras/${id(cameraId)}/media-link`, { body }),
      ptz: (cameraId: string, body: Body<typeof ptzSchema>) =>
        request<void>('POST', `/api/cameras/${id(cameraId)}/ptz`, { body, timeoutMs: 5000 }),
      presets: (cameraId: string, signal?: Signal) =>
        request<PtzPreset[]>('GET', `/api/cameras/${id(cameraId)}/presets`, withSignal(signal)),
    },
    discovery: {
      start: (body: Body<typeof discoveryInputSchema>) =>
        request<DiscoveryProgress>('POST', '/api/discovery', { body }),
      get: (jobId: string, signal?: Signal) =>
        request<DiscoveryProgress>('GET', `/api/discovery/${id(jobId)}`, withSignal(signal)),
      stop: (jobId: string) => request<void>('DELETE', `/api/discovery/${id(jobId)}`),
    },
    groups: {
      list: (signal?: Signal) => request<GroupView[]>('GET', '/api/groups', withSignal(signal)),
      create: (body: Body<typeof groupInputSchema>) => request<GroupView>('POST', '/api/groups', { body }),
      update: (groupId: string, body: Body<typeof groupInputSchema>) =>
        request<GroupView>('PUT', `/api/groups/${id(groupId)}`, { body }),
      remove: (groupId: string) => request<void>('DELETE', `/api/groups/${id(groupId)}`),
    },
    layouts: {
      list: (signal?: Signal) => request<LayoutView[]>('GET', '/api/layouts', withSignal(signal)),
      create: (body: Body<typeof layoutInputSchema>) => request<LayoutView>('POST', '/api/layouts', { body }),
      update: (layoutId: string, body: Body<typeof layoutInputSchema>) =>
        request<LayoutView>('PUT', `/api/layouts/${id(layoutId)}`, { body }),
      remove: (layoutId: string) => request<void>('DELETE', `/api/layouts/${id(layoutId)}`),
    },
    events: {
      list: (query: EventQuery, signal?: Signal) =>
        request<TamnhinEvent[]>('GET', '/api/events', { query: { ...query }, ...withSignal(signal) }),
    },
    users: {
      list: (signal?: Signal) => request<UserView[]>('GET', '/api/users', withSignal(signal)),
      create: (body: Body<typeof userInputSchema>) => request<UserView>('POST', '/api/users', { body }),
      update: (userId: string, body: Body<typeof userInputSchema>) =>
        request<UserView>('PUT', `/api/users/${id(userId)}`, { body }),
      remove: (userId: string) => request<void>('DELETE', `/api/users/${id(userId)}`),
      endSessions: (userId: string) => request<void>('DELETE', `/api/users/${id(userId)}/sessions`),
      removeTotp: (userId: string) => request<void>('DELETE', `/api/users/${id(userId)}/totp`),
    },
    tokens: {
      list: (signal?: Signal) => request<TokenView[]>('GET', '/api/tokens', withSignal(signal)),
      create: (body: Body<typeof tokenInputSchema>) => request<TokenCreated>('POST', '/api/tokens', { body }),
      rotate: (tokenId: string) => request<TokenCreated>('POST', `/api/tokens/${id(tokenId)}/rotate`),
      remove: (tokenId: string) => request<void>('DELETE', `/api/tokens/${id(tokenId)}`),
    },
    audit: {
      list: (query: AuditQuery, signal?: Signal) =>
        request<AuditEntry[]>('GET', '/api/audit', { query: { ...query }, ...withSignal(signal) }),
      verify: (signal?: Signal) =>
        request<AuditVerification>('POST', '/api/audit/verify', { timeoutMs: 120_000, ...withSignal(signal) }),
    },
    demo: {
      remove: () => request<void>('DELETE', '/api/demo', { timeoutMs: 60_000 }),
    },
    ready: (signal?: Signal) => request<unknown>('GET', '/readyz', withSignal(signal)),
  };
}

function withSignal(signal: Signal): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
