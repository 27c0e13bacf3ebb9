import type { CameraDetails, CameraDraft, CameraView, MaskSet, ProbeResult } from './camera.ts';
import type { TamnhinEvent } from './events.ts';
import type {
  AuditEntry,
  AuditVerification,
  CameraCreated,
  DiscoveryProgress,
  GroupView,
  ImportReport,
  LayoutView,
  MediaLink,
  PtzPreset,
  PublishKey,
  SessionView,
  TokenCreated,
  TokenView,
  TotpEnabled,
  TotpEnrolment,
  UserView,
} from './http.ts';
import type { BookmarkView, EvidenceKeyView, ExportView, PlayableRange, Timeline } from './recordings.ts';

/**
 * What each route of the JSON interface answers with. Both ends are typed by it: a handler that gives something else
 * does not compile, and the console's client reads the same map. `undefined` is 204 without a body.
 */
export interface ApiReplies {
  'GET /api/session': SessionView;
  'POST /api/session': SessionView;
  'DELETE /api/session': undefined;
  'PUT /api/session/password': SessionView;
  'POST /api/session/totp': TotpEnrolment;
  'PUT /api/session/totp': TotpEnabled;
  'DELETE /api/session/totp': undefined;
  'PUT /api/session/preferences': SessionView;
  'POST /api/setup': SessionView;

  'GET /api/users': readonly UserView[];
  'POST /api/users': UserView;
  'PUT /api/users/:id': UserView;
  'DELETE /api/users/:id': undefined;
  'POST /api/users/:id/end-sessions': undefined;
  'DELETE /api/users/:id/totp': undefined;

  'GET /api/tokens': readonly TokenView[];
  'POST /api/tokens': TokenCreated;
  'DELETE /api/tokens/:id': undefined;
  'POST /api/tokens/:id/rotate': TokenCreated;

  'GET /api/audit': readonly AuditEntry[];
  'GET /api/audit/verify': AuditVerification;

  /** Those that the person may see. */
  'GET /api/cameras': readonly CameraView[];
  'GET /api/cameras/:id': CameraView;
  'GET /api/cameras/:id/details': CameraDetails;
  'POST /api/cameras': CameraCreated;
  'PUT /api/cameras/:id': CameraDetails;
  'DELETE /api/cameras/:id': undefined;
  'POST /api/cameras/probe': ProbeResult;
  'POST /api/cameras/:id/restart': undefined;
  'POST /api/cameras/:id/publish-key': PublishKey;
  'GET /api/cameras/:id/masks': MaskSet;
  'PUT /api/cameras/:id/masks': MaskSet;
  'GET /api/cameras/:id/ptz': readonly PtzPreset[];
  'POST /api/cameras/:id/ptz': undefined;
  'POST /api/cameras/:id/media-link': MediaLink;
  /** What was recorded between two moments, and what is marked there. */
  'GET /api/cameras/:id/timeline': Timeline;
  /** Where the video of a range lies, for players. */
  'GET /api/cameras/:id/groups': PlayableRange;
  'GET /api/cameras/:id/bookmarks': readonly BookmarkView[];
  'POST /api/cameras/:id/bookmarks': BookmarkView;
  'DELETE /api/cameras/:id/bookmarks/:bookmark': undefined;
  /** The body is the file itself, `text/csv`; `?dryRun=true` (the default) writes nothing. */
  'POST /api/cameras/import': ImportReport;
  /** Brings the invented cameras in; nothing happens when they are there. */
  'POST /api/demo': undefined;
  'DELETE /api/demo': undefined;

  'POST /api/discoveries': DiscoveryProgress;
  'GET /api/discoveries/:id': DiscoveryProgress;
  /** Stops it and the registration that runs on it; what was found or registered stays. */
  'DELETE /api/discoveries/:id': DiscoveryProgress;
  /** Answers at once; the report grows in `DiscoveryProgress.registration`. */
  'POST /api/discoveries/:id/register': DiscoveryProgress;

  /** Those that hold a camera that the person may see, and the ones above them. */
  'GET /api/groups': readonly GroupView[];
  'POST /api/groups': GroupView;
  'PUT /api/groups/:id': GroupView;
  'DELETE /api/groups/:id': undefined;

  /** The person's own and the shared ones; a cell whose camera the person may not see has `cameraId: null`. */
  'GET /api/layouts': readonly LayoutView[];
  'POST /api/layouts': LayoutView;
  'PUT /api/layouts/:id': LayoutView;
  'DELETE /api/layouts/:id': undefined;

  /** The person's own, newest first. */
  'GET /api/exports': readonly ExportView[];
  'POST /api/exports': ExportView;
  /** Stops one that is not done, removes one that is. */
  'DELETE /api/exports/:id': undefined;
  /** Public: who checks an export compares with it. */
  'GET /api/evidence/keys': readonly EvidenceKeyView[];

  /** Only events that the person may see; newest first, or oldest first with `after`. */
  'GET /api/events': readonly TamnhinEvent[];
}
export type ApiRoute = keyof ApiReplies;

/** What the console may send to create or change a camera. */
export type CameraUpdateDraft = CameraDraft & { version: number };
