import type {
  AlertDetails,
  AlertView,
  HandoverView,
  IncidentDetails,
  IncidentView,
  PhoneShare,
  RuleQuality,
} from './alerts.ts';
import type { CameraDetails, CameraDraft, CameraView, MaskSet, ProbeResult } from './camera.ts';
import type { DirectiveView } from './directives.ts';
import type { TamnhinEvent } from './events.ts';
import type { BatchReport, BatchView, FeedGrid, FeedView, RowVerdict, SampleReading, UploadPreview } from './feeds.ts';
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
import type { IncidentLinks } from './incident-links.ts';
import type { ActiveModel, ModelFileView, ModelList, ModelUpload } from './models.ts';
import type { NoticeView } from './notices.ts';
import type { OutputFailure, OutputList, OutputTest, OutputView, PushKey } from './outputs.ts';
import type { AreaView, MapView, UnitView, WorkingTime } from './places.ts';
import type { FailingRows, LeagueRow, QualityView } from './quality.ts';
import type {
  BookmarkView,
  CameraRecording,
  DiskView,
  EvidenceKeyView,
  ExportView,
  HoldCost,
  ListedHold,
  PlayableRange,
  PolicyList,
  PolicyView,
  ReleasedHold,
  RemovedCameraView,
  RetentionPlan,
  RetentionQuestion,
  StoredStream,
  Timeline,
} from './recordings.ts';
import type {
  PortalView,
  PublicReport,
  ReportBulkResult,
  ReportContact,
  ReportCounts,
  ReportCreated,
  ReportDetails,
  ReportView,
  ServiceView,
} from './reports.ts';
import type { RuleSet, RuleTrial } from './rules.ts';
import type { NearCamera, RulePreview, SectorEventDetails, SectorEventView, SectorRule } from './sector-events.ts';
import type {
  AreaFigures,
  Figure,
  FigureHistory,
  Indicator,
  ObservationView,
  SectorPage,
  SectorTile,
  SectorView,
  Target,
  TargetResult,
} from './sectors.ts';
import type { CrossingCounts, HeatMap } from './statistics.ts';
import type { VisitorSites } from './visitor-sites.ts';

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
  /** Those whose recordings are still there and that the person may look back at; the last removed first. */
  'GET /api/removed-cameras': readonly RemovedCameraView[];
  'GET /api/cameras/:id/bookmarks': readonly BookmarkView[];
  'POST /api/cameras/:id/bookmarks': BookmarkView;
  'PUT /api/cameras/:id/bookmarks/:bookmark': BookmarkView;
  'DELETE /api/cameras/:id/bookmarks/:bookmark': undefined;
  /** For an hour after it was removed. */
  'POST /api/cameras/:id/bookmarks/:bookmark/restore': BookmarkView;
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
  /** A new key signs from now on; the old one can only verify. */
  'POST /api/evidence/keys': readonly EvidenceKeyView[];

  /** What is recorded of which cameras; of groups and cameras those that the person may configure. */
  'GET /api/recording-policies': PolicyList;
  /** Replaces what there was for this target. */
  'PUT /api/recording-policies': PolicyView;
  /** The target is the query: `?kind=class&class=high`. What lies above counts again. */
  'DELETE /api/recording-policies': undefined;
  'GET /api/cameras/:id/recording-policy': CameraRecording;
  'PUT /api/cameras/:id/recording-policy': PolicyView;
  'DELETE /api/cameras/:id/recording-policy': undefined;

  'GET /api/storage/disks': readonly DiskView[];
  'GET /api/storage/disks/:id/recordings': readonly StoredStream[];
  /** What a pass of retention would delete now; nothing is touched. */
  'GET /api/retention/plan': RetentionPlan;
  'GET /api/retention/questions': readonly RetentionQuestion[];
  /** `:id` is the disk. Refused with `retention.changed` when there is more to go than the person was shown. */
  'POST /api/retention/questions/:id/answer': undefined;

  /** Those that hold now, of cameras whose recordings the person may see; oldest first. */
  'GET /api/holds': readonly ListedHold[];
  /** Released ones, the last released first. */
  'GET /api/holds/history': readonly ReleasedHold[];
  /** What a hold would keep from going, before it is made. */
  'GET /api/holds/cost': HoldCost;
  /** One for each camera, all or none. */
  'POST /api/holds': readonly ListedHold[];
  /** The first of two people agrees to let them go. */
  'POST /api/holds/ask-release': readonly ListedHold[];
  /** Takes the asking back. */
  'POST /api/holds/keep': readonly ListedHold[];
  /** The second of two people: from now on they do not hold. */
  'POST /api/holds/release': undefined;

  'GET /api/cameras/:id/rules': RuleSet;
  'PUT /api/cameras/:id/rules': RuleSet;
  /** What a rule would have told of recorded video; answers at once, the trial goes on. */
  'POST /api/cameras/:id/rule-trials': RuleTrial;
  'GET /api/rule-trials/:trial': RuleTrial;
  'DELETE /api/rule-trials/:trial': undefined;

  /** How often the lines of a camera were crossed. */
  'GET /api/cameras/:id/counts': CrossingCounts;
  'GET /api/cameras/:id/heat': HeatMap;

  /** Those of cameras that the person may see; the newest first. */
  'GET /api/alerts': readonly AlertView[];
  'GET /api/alerts/:alert': AlertDetails;
  /** Refused with `alert.owned` when somebody else has it. */
  'POST /api/alerts/:alert/claim': AlertView;
  /** Gives it back: it is new again. */
  'POST /api/alerts/:alert/release': AlertView;
  'POST /api/alerts/:alert/dispatch': AlertView;
  'POST /api/alerts/:alert/notes': AlertDetails;
  'POST /api/alerts/:alert/close': AlertView;
  /** Takes a closing back, for an hour. */
  'POST /api/alerts/:alert/reopen': AlertView;
  'GET /api/alert-quality': readonly RuleQuality[];
  'POST /api/alert-quality/:suggestion/apply': RuleQuality;
  'POST /api/alert-quality/:suggestion/undo': RuleQuality;
  /** The last 50, newest first. */
  'GET /api/handovers': readonly HandoverView[];
  'POST /api/handovers': HandoverView;
  'POST /api/handovers/:handover/take': HandoverView;

  'GET /api/visitor-sites': VisitorSites;
  'PUT /api/visitor-sites': VisitorSites;
  'GET /api/notices': readonly NoticeView[];
  'POST /api/notices': NoticeView;
  'PUT /api/notices/:notice': NoticeView;
  'POST /api/notices/:notice/withdraw': NoticeView;

  'GET /api/incidents': readonly IncidentView[];
  'POST /api/incidents': IncidentDetails;
  'GET /api/incidents/:incident': IncidentDetails;
  'PUT /api/incidents/:incident': IncidentDetails;
  'POST /api/incidents/:incident/notes': IncidentDetails;
  'POST /api/incidents/:incident/alerts': IncidentDetails;
  'DELETE /api/incidents/:incident/alerts/:alert': IncidentDetails;
  'POST /api/incidents/:incident/cameras/:id': IncidentDetails;
  'DELETE /api/incidents/:incident/cameras/:id': IncidentDetails;
  /** A new camera that a phone sends, until the incident is closed. */
  'POST /api/incidents/:incident/phones': PhoneShare;
  'POST /api/incidents/:incident/people/:person': IncidentDetails;
  'DELETE /api/incidents/:incident/people/:person': IncidentDetails;
  /** A clip answers at once and has its fingerprint when it is made. */
  'POST /api/incidents/:incident/exhibits': IncidentDetails;
  'GET /api/incidents/:incident/links': IncidentLinks;
  'POST /api/incidents/:incident/links': IncidentDetails;
  'DELETE /api/incidents/:incident/links/:kind/:id': IncidentDetails;
  'POST /api/incidents/:incident/close': IncidentDetails;
  'POST /api/incidents/:incident/reopen': IncidentDetails;

  'GET /api/outputs': OutputList;
  'POST /api/outputs': OutputView;
  'PUT /api/outputs/:output': OutputView;
  'DELETE /api/outputs/:output': undefined;
  /** Sends a message that says that it is a test, past what waits. */
  'POST /api/outputs/:output/test': OutputTest;
  /** The last 200, newest first. */
  'GET /api/outputs/:output/failures': readonly OutputFailure[];
  'POST /api/outputs/:output/failures/:failure/retry': undefined;

  'GET /api/push/key': PushKey;
  'POST /api/push/subscriptions': undefined;
  'DELETE /api/push/subscriptions': undefined;
  'GET /api/models': ModelList;
  /** For those who set up what is recognised. */
  'GET /api/models/active': ActiveModel;
  /** The body is the file itself; its name is the query: `?name=yolox-nano`. Answers when it was judged. */
  'POST /api/models': ModelUpload;
  'POST /api/models/:name/check': ModelFileView;
  'PUT /api/models/:name/card': ModelFileView;
  /** Refused with the problem as code, `model.tooSlow`: the one before stays. */
  'POST /api/models/:name/use': ModelFileView;
  'DELETE /api/models/:name': undefined;

  'GET /api/areas': readonly AreaView[];
  'GET /api/map': MapView;
  'GET /api/units': readonly UnitView[];
  'POST /api/units': UnitView;
  'PUT /api/units/:unit': UnitView;
  'DELETE /api/units/:unit': undefined;
  'GET /api/working-time': WorkingTime;
  'PUT /api/working-time': WorkingTime;

  'GET /api/sectors': readonly SectorView[];
  'POST /api/sectors': SectorView;
  'PUT /api/sectors/:sector': SectorView;
  'DELETE /api/sectors/:sector': undefined;
  /** Those that the person may read. */
  'GET /api/sector-tiles': readonly SectorTile[];
  'GET /api/sectors/:sector/page': SectorPage;
  'GET /api/indicators': readonly Indicator[];
  'PUT /api/indicators/:indicator': Indicator;
  'DELETE /api/indicators/:indicator': undefined;
  'GET /api/indicators/:indicator/history': FigureHistory;
  'GET /api/indicators/:indicator/areas': AreaFigures;
  'GET /api/indicators/:indicator/targets': readonly Target[];
  /** Replaces those of the areas that are named. */
  'PUT /api/indicators/:indicator/targets': readonly Target[];
  /** Takes some away and adds others; what is there afterwards. */
  'POST /api/indicators/:indicator/target-changes': readonly Target[];
  /** The figure of the province as it would be now. */
  'POST /api/indicators/:indicator/trial': Figure;
  'GET /api/target-results': readonly TargetResult[];
  /** All revisions of a cell, the newest first: which batch, which row, who sent it. */
  'GET /api/observations': readonly ObservationView[];
  'POST /api/observations/confirm': undefined;

  'GET /api/quality': readonly QualityView[];
  'GET /api/quality/failing': FailingRows;
  'GET /api/quality/league': readonly LeagueRow[];

  'GET /api/feeds': readonly FeedView[];
  'POST /api/feeds': FeedView;
  'GET /api/feeds/:feed': FeedView;
  'PUT /api/feeds/:feed': FeedView;
  'DELETE /api/feeds/:feed': undefined;
  /** A new token for the program that sends; the one before ends at once. */
  'POST /api/feeds/:feed/token': TokenCreated;
  'DELETE /api/feeds/:feed/token': undefined;
  /** What a sample looks like: the body is the text itself. */
  'POST /api/feeds/read-sample': SampleReading;
  'POST /api/feeds/try': BatchReport;
  /** The body is JSON, NDJSON or CSV, as its Content-Type says; `Idempotency-Key` and `?dryRun=true`. */
  'POST /api/feeds/:feed/batches': BatchReport;
  'GET /api/feeds/:feed/batches': readonly BatchView[];
  'POST /api/feeds/:feed/heartbeat': undefined;
  'POST /api/feeds/:feed/pull': undefined;
  /** The body is the file. */
  'POST /api/feeds/:feed/uploads': UploadPreview;
  /** With another mapping. */
  'PUT /api/feeds/:feed/uploads/:upload': UploadPreview;
  'POST /api/feeds/:feed/uploads/:upload/commit': BatchReport;
  'DELETE /api/feeds/:feed/uploads/:upload': undefined;
  'GET /api/feeds/:feed/grid': FeedGrid;
  'PUT /api/feeds/:feed/grid': BatchReport;
  'GET /api/batches/:batch': BatchView;
  'GET /api/batches/:batch/rows': readonly RowVerdict[];
  'POST /api/batches/:batch/undo': BatchView;

  'GET /api/sector-events': readonly SectorEventView[];
  'POST /api/sector-events': SectorEventDetails;
  'GET /api/sector-events/:event': SectorEventDetails;
  'POST /api/sector-events/:event/acknowledge': SectorEventView;
  'POST /api/sector-events/:event/notes': SectorEventDetails;
  'POST /api/sector-events/:event/close': SectorEventView;
  'POST /api/sector-events/:event/reopen': SectorEventView;
  /** Opens an incident with it. */
  'POST /api/sector-events/:event/incident': IncidentDetails;
  'GET /api/sector-rules': readonly SectorRule[];
  'PUT /api/sector-rules/:rule': SectorRule;
  'DELETE /api/sector-rules/:rule': undefined;
  'POST /api/rule-previews': RulePreview | null;
  'GET /api/near-cameras': readonly NearCamera[];

  'GET /api/directives': readonly DirectiveView[];
  'POST /api/directives': DirectiveView;
  'GET /api/directives/:directive': DirectiveView;
  'POST /api/directives/:directive/accept': DirectiveView;
  'POST /api/directives/:directive/answer': DirectiveView;
  /** Not good enough: it goes back. */
  'POST /api/directives/:directive/return': DirectiveView;
  'POST /api/directives/:directive/close': DirectiveView;
  'POST /api/directives/:directive/withdraw': DirectiveView;
  'POST /api/directives/:directive/due': DirectiveView;

  'GET /api/reports': readonly ReportView[];
  'GET /api/report-counts': ReportCounts;
  'GET /api/reports/:report': ReportDetails;
  'POST /api/reports/:report/acts': ReportDetails;
  'POST /api/report-acts': ReportBulkResult;
  'GET /api/reports/:report/contact': ReportContact;
  'GET /api/report-services': readonly ServiceView[];
  'PUT /api/report-services/:service': ServiceView;
  'GET /api/portal': PortalView;
  'GET /api/portal/map': MapView;
  'POST /api/portal/reports': ReportCreated;
  /** The body is the picture; header `X-Ticket`. */
  'POST /api/portal/reports/:code/photos': undefined;
  'GET /api/portal/reports/:code': PublicReport;
  'POST /api/portal/reports/:code/rating': PublicReport;

  /** Only events that the person may see; newest first, or oldest first with `after`; those of a range by time. */
  'GET /api/events': readonly TamnhinEvent[];
}
export type ApiRoute = keyof ApiReplies;

/** What the console may send to create or change a camera. */
export type CameraUpdateDraft = CameraDraft & { version: number };
