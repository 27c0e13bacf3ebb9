import { z } from 'zod';
import { type Grant, grantSchema, PERMISSIONS, type Permission } from './access.ts';
import { type CameraDetails, cameraInputSchema, cameraSourceSchema, type DiscoveryCandidate } from './camera.ts';
import { LANGUAGES, type Language } from './languages.ts';

/** What travels over HTTP: the body schemas of requests and the types of replies. Times are ms since 1970. */

/** Every reply with a status of 400 or above. */
export interface ErrorBody {
  readonly error: {
    /** One of `FAULT_KINDS`. */
    readonly kind: FaultKind;
    /** A stable word that the console has a sentence for, for example `camera.numberTaken`. */
    readonly code: string;
    /** English, for logs and for people who use the API. */
    readonly message: string;
    /** Which fields of the request are wrong, where that is the matter. */
    readonly fields?: readonly FieldFault[];
    /** For `tooMany`: when to try again. */
    readonly retryAfterMs?: number;
  };
}

export interface FieldFault {
  /** Path of the field, `source.mainUrl`. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The closed list of what can go wrong; one table maps a kind to an HTTP status. */
export const FAULT_KINDS = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'notFound',
  'conflict',
  'tooLarge',
  'tooMany',
  'unavailable',
  'timeout',
  'internal',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Header that carries `SessionView.csrfToken` in every state-changing request of a browser session. */
export const CSRF_HEADER = 'x-tamnhin-csrf';

// ---- session -------------------------------------------------------------------------------------------------------

export const passwordSchema = z.string().min(12).max(256);
const usernameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/);
const displayNameSchema = z.string().trim().min(1).max(120);

export const setupSchema = z.object({
  token: z.string().min(1).max(256),
  username: usernameSchema,
  displayName: displayNameSchema,
  password: passwordSchema,
});
export const signInSchema = z.object({
  username: z.string().trim().toLowerCase().min(1).max(64),
  password: z.string().min(1).max(256),
  /** Six digits, or one of the recovery codes. */
  code: z.string().trim().max(32).optional(),
});
export const changePasswordSchema = z.object({ current: z.string().max(256), next: passwordSchema });
export const totpConfirmSchema = z.object({ code: z.string().trim().min(6).max(8) });
export const preferencesSchema = z.object({
  language: z.enum(LANGUAGES).optional(),
  theme: z.enum(['dark', 'light', 'auto']).optional(),
});

export interface SessionView {
  /** No account exists yet: the console shows the page that makes the administrator. */
  readonly setupNeeded: boolean;
  readonly user: UserView | null;
  /** Permissions that the person has on anything at all; decides what the navigation shows. */
  readonly permissions: readonly Permission[];
  readonly csrfToken: string | null;
  /** The password was set by somebody else and must be changed first. */
  readonly mustChangePassword: boolean;
  /** A role of this person demands a second factor that is not set up yet. */
  readonly mustEnrolTotp: boolean;
  readonly demo: boolean;
  readonly version: string;
  readonly serverMs: number;
}
export interface TotpEnrolment {
  /** Base32, to type by hand. */
  readonly secret: string;
  /** otpauth:// address, to show as a QR code. */
  readonly uri: string;
}
export interface TotpEnabled {
  /** Each works once; shown now and never again. */
  readonly recoveryCodes: readonly string[];
}

// ---- people, tokens, audit -------------------------------------------------------------------------------------------

export const userInputSchema = z.object({
  username: usernameSchema,
  displayName: displayNameSchema,
  enabled: z.boolean().default(true),
  grants: z.array(grantSchema).max(200).default([]),
  /** On create: required. On change: sets a new one, which the person must change at the next sign-in. */
  password: passwordSchema.optional(),
});
export interface UserView {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly enabled: boolean;
  readonly grants: readonly Grant[];
  readonly hasTotp: boolean;
  readonly language: Language;
  readonly theme: 'dark' | 'light' | 'auto';
  readonly createdMs: number;
  readonly lastSignInMs: number | null;
}

export const tokenInputSchema = z.object({
  name: z.string().trim().min(1).max(120),
  permissions: z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length),
  scopes: z.array(grantSchema.shape.scope).min(1).max(200),
  /** Days until it ends. */
  days: z.number().int().min(1).max(730),
  /** Addresses or CIDR ranges that may use it; empty allows all. */
  addresses: z.array(z.string().trim().min(2).max(64)).max(50).default([]),
});
export interface TokenView {
  readonly id: string;
  readonly name: string;
  /** The first characters, to tell tokens apart. */
  readonly hint: string;
  readonly permissions: readonly Permission[];
  readonly scopes: readonly z.output<typeof grantSchema.shape.scope>[];
  readonly addresses: readonly string[];
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly lastUsedMs: number | null;
}
/** The reply to making or rotating a token: the only time its text is shown. */
export interface TokenCreated {
  readonly token: TokenView;
  readonly secret: string;
  /** For RTSP players, whose user is the token's id; `null` for a token that may not see cameras. */
  readonly streamPassword: string | null;
}

export const auditQuerySchema = z.object({
  /** Only entries with a lower sequence, newest first. */
  before: z.coerce.number().int().min(1).optional(),
  action: z.string().max(64).optional(),
  actor: z.string().max(120).optional(),
  cameraId: z.string().max(64).optional(),
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export interface AuditEntry {
  readonly sequence: number;
  readonly timeMs: number;
  /** Username, `token:<name>`, or `system`. */
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly cameraId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Hex SHA-256 over the entry and the hash of the one before. */
  readonly hash: string;
}
export interface AuditVerification {
  readonly ok: boolean;
  readonly entries: number;
  /** The first entry whose link is broken. */
  readonly brokenAt: number | null;
}

// ---- cameras ---------------------------------------------------------------------------------------------------------

export const probeSchema = z.object({
  source: cameraSourceSchema,
  /** Probe with the stored password of this camera when `source` carries none. */
  cameraId: z.string().optional(),
});
export const cameraUpdateSchema = cameraInputSchema.extend({ version: z.number().int() });

/** Where ONVIF is looked for when nobody says otherwise. */
export const ONVIF_PORTS = [80, 8000, 8080] as const;

export const discoveryInputSchema = z.object({
  /** WS-Discovery on the LAN. */
  multicast: z.boolean().default(true),
  /** IPv4 ranges to ask one by one: `10.0.0.0/24`, `10.0.0.5-10.0.0.60`, or one address; 4096 addresses in all. */
  ranges: z.array(z.string().trim().min(7).max(64)).max(16).default([]),
  ports: z
    .array(z.number().int().min(1).max(65_535))
    .min(1)
    .max(8)
    .default([...ONVIF_PORTS]),
  /** How long to listen for answers by multicast; ranges take as long as their addresses need. */
  timeoutMs: z.number().int().min(1000).max(120_000).default(5000),
});
export interface DiscoveryProgress {
  readonly id: string;
  readonly state: 'running' | 'finished' | 'stopped' | 'failed';
  /** Addresses asked, of how many. */
  readonly asked: number;
  readonly total: number;
  readonly candidates: readonly DiscoveryCandidate[];
  readonly error: string | null;
  /** The bulk registration that was started on what was found; `null` before. */
  readonly registration: RegistrationProgress | null;
}
export interface RegistrationProgress {
  readonly state: 'running' | 'finished' | 'stopped';
  readonly total: number;
  /** Grows by one line for each device that was tested, in the order in which they end. */
  readonly report: ImportReport;
}
/** Registers many discovered devices with the same credentials; each is tested first. */
export const bulkRegisterSchema = z.object({
  devices: z
    .array(z.object({ deviceUrl: z.string().min(1).max(2048), name: z.string().trim().max(120) }))
    .min(1)
    .max(500),
  username: z.string().max(128).default(''),
  password: z.string().max(256).default(''),
  groupId: z.string().nullable().default(null),
});

/** One line of the CSV import, or one device of a bulk registration. */
export interface ImportLine {
  /** 1 is the first line after the header. */
  readonly line: number;
  readonly name: string;
  readonly ok: boolean;
  readonly faults: readonly FieldFault[];
  readonly cameraId: string | null;
}
export interface ImportReport {
  readonly written: boolean;
  readonly good: number;
  readonly bad: number;
  readonly lines: readonly ImportLine[];
  /** Paths of groups that the lines name and that do not exist yet; the import makes them. */
  readonly newGroups: readonly string[];
}

export const groupInputSchema = z.object({
  name: z.string().trim().min(1).max(120),
  parentId: z.string().nullable().default(null),
});
export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
}

export const ptzSchema = z.discriminatedUnion('action', [
  /** Speeds from -1 to 1; the camera moves until `stop` or for at most `timeoutMs`. */
  z.object({
    action: z.literal('move'),
    pan: z.number().min(-1).max(1).default(0),
    tilt: z.number().min(-1).max(1).default(0),
    zoom: z.number().min(-1).max(1).default(0),
    timeoutMs: z.number().int().min(100).max(10_000).default(2000),
  }),
  z.object({ action: z.literal('stop') }),
  z.object({ action: z.literal('preset'), token: z.string().min(1).max(256) }),
]);
export type PtzCommand = z.output<typeof ptzSchema>;
export interface PtzPreset {
  readonly token: string;
  readonly name: string;
}

export const mediaLinkSchema = z.object({
  role: z.enum(['main', 'sub']).default('main'),
  seconds: z.number().int().min(60).max(86_400).default(3600),
});
export interface MediaLink {
  readonly url: string;
  readonly expiresMs: number;
}

/** The reply to registering a camera that sends to us or asking for a new key: the only time the key is shown. */
export interface PublishKey {
  /** Empty for phones: their key is the end of a link to `/share`. */
  readonly server: string;
  readonly streamKey: string;
}
export interface CameraCreated {
  readonly camera: CameraDetails;
  /** For cameras that send to us only. */
  readonly publishKey: PublishKey | null;
}
export const importQuerySchema = z.object({
  /** Anything but `false` only reports. */
  dryRun: z
    .string()
    .default('true')
    .transform((value) => value !== 'false'),
});

// ---- layouts ---------------------------------------------------------------------------------------------------------

export const layoutCellSchema = z.object({
  column: z.number().int().min(0).max(15),
  row: z.number().int().min(0).max(15),
  columnSpan: z.number().int().min(1).max(16).default(1),
  rowSpan: z.number().int().min(1).max(16).default(1),
  cameraId: z.string().nullable().default(null),
  /** A pinned cell is never taken over by a tour or an event. */
  pinned: z.boolean().default(false),
});
export const layoutInputSchema = z
  .object({
    name: z.string().trim().min(1).max(120),
    shared: z.boolean().default(false),
    columns: z.number().int().min(1).max(16),
    rows: z.number().int().min(1).max(16),
    cells: z.array(layoutCellSchema).min(1).max(64),
  })
  .refine(cellsFit, { path: ['cells'], message: 'cells lie outside the grid or over each other' });
export type LayoutInput = z.output<typeof layoutInputSchema>;
export type LayoutCell = z.output<typeof layoutCellSchema>;
export interface LayoutView extends LayoutInput {
  readonly id: string;
  readonly ownerId: string;
  readonly ownerName: string;
  /** May this person change it? */
  readonly mine: boolean;
}

function cellsFit(layout: { columns: number; rows: number; cells: readonly LayoutCell[] }): boolean {
  const taken = new Set<number>();
  for (const cell of layout.cells) {
    if (cell.column + cell.columnSpan > layout.columns || cell.row + cell.rowSpan > layout.rows) return false;
    for (let row = cell.row; row < cell.row + cell.rowSpan; row += 1) {
      for (let column = cell.column; column < cell.column + cell.columnSpan; column += 1) {
        const place = row * layout.columns + column;
        if (taken.has(place)) return false;
        taken.add(place);
      }
    }
  }
  return true;
}
