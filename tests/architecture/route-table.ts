import type { Permission } from '#contracts/access';
import type { Camera, House } from './house.ts';

/**
 * Who may use which route, written a second time and by hand: a route that is missing here, or that asks for something
 * else than what stands here, fails the test.
 */
export interface Rule {
  readonly needs: 'nothing' | 'person' | Permission;
  /** What the permission is asked about. */
  readonly on?: 'system' | 'anything' | 'camera';
  /** What those who may get; where a real answer would change the house, a request that is refused for its content. */
  readonly gives: number;
  readonly body?: unknown;
  /** What stands for `:id` where it is no camera. */
  readonly id?: string;
  /** Ends or changes what it is used on: each request gets a camera, or a session, of its own. */
  readonly spends?: 'camera' | 'session';
  /** Also of a camera that was removed: its recordings are still there. */
  readonly past?: boolean;
  readonly path?: (house: House, camera: Camera) => string;
}

const nothing = (gives: number): Rule => ({ needs: 'nothing', gives, body: {} });
const person = (gives: number): Rule => ({ needs: 'person', gives, body: {} });
const system = (needs: Permission, gives: number): Rule => ({ needs, on: 'system', gives, body: {}, id: 'unknown' });
const anything = (needs: Permission, gives: number): Rule => ({ ...system(needs, gives), on: 'anything' });
const camera = (needs: Permission, gives: number, body: unknown = {}): Rule => ({ needs, on: 'camera', gives, body });
/** Longer than any: who tries many that are nobody's is slowed down. */
const NO_CODE = 'X'.repeat(41);
/** Read by everybody; only programs with a token of their own send. */
const open311 = (path: string, gives: number): Rule => ({ ...nothing(gives), path: () => `/open311/v2/${path}` });
const live = (file: string): Rule => ({
  ...camera('camera.view', 200),
  path: (_, { id }) => `/live/${id}/main/${file}`,
});
/** The eight seconds that each camera of the house has on a disk. */
const recorded = (gives: number, pathOf: (id: string, range: string, house: House) => string): Rule => ({
  ...camera('camera.playback', gives),
  past: true,
  path: (house, { id }) => pathOf(id, `fromMs=${house.recordedMs}&toMs=${house.recordedMs + 8000}`, house),
});

export const ROUTES: Readonly<Record<string, Rule>> = {
  'GET /api/session': nothing(200),
  'POST /api/session': nothing(400),
  'POST /api/setup': nothing(400),
  'DELETE /api/session': { ...person(204), spends: 'session' },
  'PUT /api/session/password': person(400),
  'PUT /api/session/preferences': person(200),
  'POST /api/session/totp': person(200),
  'PUT /api/session/totp': person(400),
  'DELETE /api/session/totp': person(400),

  'GET /api/users': system('user.manage', 200),
  'POST /api/users': system('user.manage', 400),
  'PUT /api/users/:id': system('user.manage', 400),
  'DELETE /api/users/:id': system('user.manage', 404),
  'POST /api/users/:id/end-sessions': system('user.manage', 404),
  'DELETE /api/users/:id/totp': system('user.manage', 404),
  'GET /api/tokens': system('token.manage', 200),
  'POST /api/tokens': system('token.manage', 400),
  'POST /api/tokens/:id/rotate': system('token.manage', 404),
  'DELETE /api/tokens/:id': system('token.manage', 404),
  'GET /api/audit': system('audit.read', 200),
  'GET /api/audit/verify': system('audit.read', 200),

  'GET /api/cameras': anything('camera.view', 200),
  'GET /api/cameras/:id': camera('camera.view', 200),
  'GET /api/cameras/:id/details': camera('camera.configure', 200),
  'POST /api/cameras': system('camera.configure', 400),
  'PUT /api/cameras/:id': camera('camera.configure', 400),
  'DELETE /api/cameras/:id': { ...camera('camera.configure', 204), spends: 'camera' },
  'POST /api/cameras/probe': system('camera.configure', 400),
  'POST /api/cameras/:id/restart': camera('camera.configure', 204),
  'POST /api/cameras/:id/publish-key': camera('camera.configure', 400),
  'GET /api/cameras/:id/masks': camera('camera.configure', 200),
  'PUT /api/cameras/:id/masks': camera('camera.configure', 400),
  'GET /api/cameras/:id/rules': camera('camera.configure', 200),
  'PUT /api/cameras/:id/rules': camera('camera.configure', 400),
  'POST /api/cameras/:id/rule-trials': camera('camera.configure', 400),
  'GET /api/rule-trials/:trial': anything('camera.configure', 404),
  'DELETE /api/rule-trials/:trial': anything('camera.configure', 404),
  'GET /api/cameras/:id/ptz': camera('camera.ptz', 200),
  'POST /api/cameras/:id/ptz': camera('camera.ptz', 204, { action: 'stop' }),
  'POST /api/cameras/:id/media-link': camera('camera.view', 200),
  'POST /api/cameras/import': system('camera.configure', 400),
  'GET /api/cameras/import/template': system('camera.configure', 200),
  'POST /api/demo': system('system.manage', 204),
  'DELETE /api/demo': system('system.manage', 204),

  'GET /api/groups': anything('camera.view', 200),
  'POST /api/groups': system('camera.configure', 400),
  'PUT /api/groups/:id': system('camera.configure', 400),
  'DELETE /api/groups/:id': system('camera.configure', 404),
  'GET /api/layouts': anything('layout.use', 200),
  'POST /api/layouts': anything('layout.use', 400),
  'PUT /api/layouts/:id': anything('layout.use', 400),
  'DELETE /api/layouts/:id': anything('layout.use', 404),
  'GET /api/events': anything('event.read', 200),
  'GET /api/events/stream': {
    ...anything('event.read', 400),
    body: undefined,
    path: () => '/api/events/stream?after=-1',
  },
  'GET /api/outputs': system('system.manage', 200),
  'POST /api/outputs': system('system.manage', 400),
  'PUT /api/outputs/:output': system('system.manage', 400),
  'DELETE /api/outputs/:output': system('system.manage', 404),
  'POST /api/outputs/:output/test': system('system.manage', 404),
  'GET /api/outputs/:output/failures': system('system.manage', 404),
  'POST /api/outputs/:output/failures/:failure/retry': {
    ...system('system.manage', 404),
    path: () => '/api/outputs/unknown/failures/1/retry',
  },
  'GET /api/push/key': person(200),
  'POST /api/push/subscriptions': person(400),
  'DELETE /api/push/subscriptions': person(400),
  'GET /api/incidents/cap.atom': anything('incident.manage', 200),
  'GET /api/incidents/:incident/cap': {
    ...anything('incident.manage', 404),
    path: () => '/api/incidents/unknown/cap',
  },
  'POST /api/discoveries': { ...system('camera.configure', 400), body: { timeoutMs: 1 } },
  'GET /api/discoveries/:id': system('camera.configure', 404),
  'DELETE /api/discoveries/:id': system('camera.configure', 404),
  'POST /api/discoveries/:id/register': system('camera.configure', 400),

  'GET /live/:id/snapshot.jpg': camera('camera.view', 200),
  'GET /live/:id/:role/:file': live('index.m3u8'),
  'GET /live/:id/:role/h264/:file': live('h264/index.m3u8'),

  'GET /api/removed-cameras': anything('camera.playback', 200),
  'GET /api/cameras/:id/counts': recorded(200, (id, range) => `/api/cameras/${id}/counts?${range}`),
  'GET /api/cameras/:id/counts.csv': recorded(200, (id, range) => `/api/cameras/${id}/counts.csv?${range}`),
  'GET /api/cameras/:id/heat': recorded(200, (id, range) => `/api/cameras/${id}/heat?${range}`),
  'GET /api/cameras/:id/timeline': recorded(200, (id, range) => `/api/cameras/${id}/timeline?${range}`),
  'GET /api/cameras/:id/groups': recorded(200, (id, range) => `/api/cameras/${id}/groups?${range}`),
  'GET /api/cameras/:id/bookmarks': recorded(200, (id, range) => `/api/cameras/${id}/bookmarks?${range}`),
  'POST /api/cameras/:id/bookmarks': { ...camera('camera.playback', 400), past: true },
  'PUT /api/cameras/:id/bookmarks/:bookmark': recorded(400, (id) => `/api/cameras/${id}/bookmarks/unknown`),
  'POST /api/cameras/:id/bookmarks/:bookmark/restore': recorded(
    404,
    (id) => `/api/cameras/${id}/bookmarks/unknown/restore`,
  ),
  'DELETE /api/cameras/:id/bookmarks/:bookmark': recorded(404, (id) => `/api/cameras/${id}/bookmarks/unknown`),
  'GET /recordings/:id/:segment.mp4': recorded(200, (id, _, { segmentOf }) => `/recordings/${id}/${segmentOf(id)}.mp4`),
  'GET /recordings/:id/:role/index.m3u8': recorded(200, (id, range) => `/recordings/${id}/main/index.m3u8?${range}`),
  'GET /recordings/:id/thumbnail.jpg': recorded(
    200,
    (id, _, { recordedMs }) => `/recordings/${id}/thumbnail.jpg?atMs=${recordedMs}`,
  ),

  'GET /api/holds': anything('camera.playback', 200),
  'GET /api/holds/history': anything('camera.playback', 200),
  'GET /api/holds/cost': {
    ...anything('camera.hold', 200),
    path: ({ inside, recordedMs }) =>
      `/api/holds/cost?cameraIds=${inside.id}&startMs=${recordedMs}&endMs=${recordedMs + 8000}`,
  },
  'POST /api/holds': anything('camera.hold', 400),
  'POST /api/holds/ask-release': anything('camera.hold', 400),
  'POST /api/holds/keep': anything('camera.hold', 400),
  'POST /api/holds/release': anything('camera.hold', 400),
  'GET /api/cameras/:id/event-pictures/:pictures/:moment': recorded(
    404,
    (id) => `/api/cameras/${id}/event-pictures/unknown/before`,
  ),

  'GET /api/exports': anything('camera.export', 200),
  'POST /api/exports': anything('camera.export', 400),
  'DELETE /api/exports/:id': anything('camera.export', 404),
  'GET /api/exports/:id/archive': anything('camera.export', 404),
  'GET /api/evidence/keys': nothing(200),
  'POST /api/evidence/keys': system('system.manage', 400),

  'GET /api/recording-policies': anything('camera.configure', 200),
  'PUT /api/recording-policies': system('camera.configure', 400),
  'DELETE /api/recording-policies': { ...system('camera.configure', 400), body: undefined },
  'GET /api/cameras/:id/recording-policy': camera('camera.configure', 200),
  'PUT /api/cameras/:id/recording-policy': camera('camera.configure', 400),
  'DELETE /api/cameras/:id/recording-policy': camera('camera.configure', 204),
  'GET /api/storage/disks': system('system.manage', 200),
  'GET /api/storage/disks/:id/recordings': system('system.manage', 404),
  'GET /api/retention/plan': system('system.manage', 200),
  'GET /api/retention/questions': system('system.manage', 200),
  'POST /api/retention/questions/:id/answer': system('system.manage', 400),

  'GET /api/models': system('system.manage', 200),
  'GET /api/models/active': anything('camera.configure', 200),
  'POST /api/models': { ...system('system.manage', 400), body: undefined },
  'POST /api/models/:name/check': { ...system('system.manage', 404), path: () => '/api/models/unknown/check' },
  'PUT /api/models/:name/card': { ...system('system.manage', 400), path: () => '/api/models/unknown/card' },
  'POST /api/models/:name/use': { ...system('system.manage', 404), path: () => '/api/models/unknown/use' },
  'DELETE /api/models/:name': { ...system('system.manage', 404), path: () => '/api/models/unknown' },
  'GET /api/alerts': anything('event.read', 200),
  'GET /api/alerts/:alert': anything('event.read', 404),
  'POST /api/alerts/:alert/claim': anything('alert.claim', 404),
  'POST /api/alerts/:alert/release': anything('alert.claim', 404),
  'POST /api/alerts/:alert/dispatch': anything('alert.claim', 400),
  'POST /api/alerts/:alert/notes': anything('alert.claim', 400),
  'POST /api/alerts/:alert/close': anything('alert.close', 400),
  'POST /api/alerts/:alert/reopen': anything('alert.close', 404),
  'GET /api/handovers': anything('alert.claim', 200),
  'POST /api/handovers': anything('alert.claim', 200),
  'POST /api/handovers/:handover/take': anything('alert.claim', 404),

  'GET /api/alert-quality': anything('event.read', 200),
  'POST /api/alert-quality/:suggestion/apply': anything('camera.configure', 404),
  'POST /api/alert-quality/:suggestion/undo': anything('camera.configure', 404),
  'GET /api/visitor-sites': system('sector.manage', 200),
  'PUT /api/visitor-sites': system('sector.manage', 400),
  'GET /api/notices': system('notice.publish', 200),
  'POST /api/notices': system('notice.publish', 400),
  'PUT /api/notices/:notice': system('notice.publish', 400),
  'POST /api/notices/:notice/withdraw': system('notice.publish', 400),
  'GET /open/notices.atom': { ...nothing(200), body: undefined },
  'GET /open/notices/:notice.cap': { ...nothing(404), body: undefined, path: () => '/open/notices/unknown.cap' },

  'GET /api/incidents': anything('incident.manage', 200),
  'POST /api/incidents': anything('incident.manage', 400),
  'GET /api/incidents/:incident': anything('incident.manage', 404),
  'PUT /api/incidents/:incident': anything('incident.manage', 400),
  'POST /api/incidents/:incident/notes': anything('incident.manage', 400),
  'POST /api/incidents/:incident/alerts': anything('incident.manage', 400),
  'DELETE /api/incidents/:incident/alerts/:alert': anything('incident.manage', 404),
  'POST /api/incidents/:incident/cameras/:id': anything('incident.manage', 404),
  'DELETE /api/incidents/:incident/cameras/:id': anything('incident.manage', 404),
  'POST /api/incidents/:incident/phones': anything('incident.manage', 400),
  'POST /api/incidents/:incident/people/:person': anything('incident.manage', 404),
  'DELETE /api/incidents/:incident/people/:person': anything('incident.manage', 404),
  'POST /api/incidents/:incident/exhibits': anything('incident.manage', 400),
  'GET /api/incidents/:incident/exhibits/:exhibit': anything('incident.manage', 404),
  'GET /api/incidents/:incident/links': anything('incident.manage', 404),
  'POST /api/incidents/:incident/links': anything('incident.manage', 400),
  'DELETE /api/incidents/:incident/links/:kind/:id': anything('incident.manage', 404),
  'POST /api/incidents/:incident/close': anything('incident.manage', 400),
  'POST /api/incidents/:incident/reopen': anything('incident.manage', 404),

  'GET /api/areas': anything('sector.read', 200),
  'GET /api/map': anything('sector.read', 404),
  'GET /api/units': anything('sector.read', 200),
  'POST /api/units': system('sector.manage', 400),
  'PUT /api/units/:unit': system('sector.manage', 400),
  'DELETE /api/units/:unit': system('sector.manage', 404),
  'GET /api/working-time': anything('sector.read', 200),
  'PUT /api/working-time': system('sector.manage', 400),
  'GET /api/sectors': anything('sector.read', 200),
  'POST /api/sectors': system('sector.manage', 400),
  'PUT /api/sectors/:sector': anything('sector.manage', 400),
  'DELETE /api/sectors/:sector': { ...system('sector.manage', 404), path: () => '/api/sectors/unknown' },
  'GET /api/indicators': anything('sector.read', 200),
  'PUT /api/indicators/:indicator': anything('sector.manage', 400),
  'DELETE /api/indicators/:indicator': {
    ...anything('sector.manage', 404),
    path: () => '/api/indicators/unknown.unknown',
  },
  'GET /api/indicators/:indicator/targets': {
    ...anything('sector.read', 404),
    path: () => '/api/indicators/unknown.unknown/targets',
  },
  'PUT /api/indicators/:indicator/targets': anything('sector.manage', 400),
  'POST /api/indicators/:indicator/target-changes': {
    ...anything('sector.manage', 404),
    path: () => '/api/indicators/unknown.unknown/target-changes',
  },
  'GET /api/target-results': anything('sector.read', 200),
  'POST /api/indicators/:indicator/trial': anything('sector.manage', 400),
  'GET /api/sector-tiles': anything('sector.read', 200),
  'GET /api/sectors/:sector/page': { ...anything('sector.read', 404), path: () => '/api/sectors/unknown/page' },
  'GET /api/indicators/:indicator/history': {
    ...anything('sector.read', 404),
    path: () => '/api/indicators/unknown.unknown/history?fromMs=0&toMs=1',
  },
  'GET /api/indicators/:indicator/areas': {
    ...anything('sector.read', 404),
    path: () => '/api/indicators/unknown.unknown/areas',
  },
  'GET /api/observations': {
    ...anything('sector.read', 404),
    path: () => '/api/observations?indicator=unknown.unknown&area=91&periodStartMs=0',
  },

  'GET /open/catalogue.jsonld': nothing(200),
  'GET /open/indicators/:indicator.csv': { ...nothing(404), path: () => '/open/indicators/unknown.unknown.csv' },
  'GET /open/indicators/:indicator.json': { ...nothing(404), path: () => '/open/indicators/unknown.unknown.json' },

  'GET /api/quality': anything('sector.read', 200),
  'GET /api/quality/failing': { ...anything('sector.read', 200), path: () => '/api/quality/failing?quality=clean' },
  'GET /api/quality/league': anything('sector.read', 200),
  'GET /api/quality/league.csv': anything('sector.read', 200),
  'POST /api/observations/confirm': anything('sector.act', 400),
  'GET /api/sector-events': anything('sector.read', 200),
  'POST /api/sector-events': anything('sector.act', 400),
  'GET /api/sector-events/:event': anything('sector.read', 404),
  'POST /api/sector-events/:event/acknowledge': anything('sector.act', 404),
  'POST /api/sector-events/:event/notes': anything('sector.act', 400),
  'POST /api/sector-events/:event/close': anything('sector.act', 400),
  'POST /api/sector-events/:event/reopen': anything('sector.act', 404),
  'POST /api/sector-events/:event/incident': anything('sector.act', 404),
  'GET /api/sector-rules': anything('sector.read', 200),
  'PUT /api/sector-rules/:rule': anything('sector.manage', 400),
  'DELETE /api/sector-rules/:rule': anything('sector.manage', 404),
  'POST /api/rule-previews': anything('sector.manage', 400),
  'GET /api/near-cameras': {
    ...anything('camera.view', 200),
    path: () => '/api/near-cameras?latitude=10.38&longitude=105.43',
  },
  'GET /api/directives': anything('sector.read', 200),
  'POST /api/directives': anything('directive.give', 400),
  'GET /api/directives/:directive': anything('sector.read', 404),
  'POST /api/directives/:directive/accept': anything('directive.answer', 404),
  'POST /api/directives/:directive/answer': anything('directive.answer', 400),
  'POST /api/directives/:directive/return': anything('directive.give', 400),
  'POST /api/directives/:directive/close': anything('directive.give', 400),
  'POST /api/directives/:directive/withdraw': anything('directive.give', 400),
  'POST /api/directives/:directive/due': anything('directive.give', 400),

  'GET /api/feeds': anything('sector.read', 200),
  'POST /api/feeds': anything('feed.manage', 400),
  'POST /api/feeds/read-sample': { ...anything('feed.manage', 400), body: '   ' },
  'POST /api/feeds/try': anything('feed.manage', 400),
  'GET /api/feeds/:feed': anything('sector.read', 404),
  'PUT /api/feeds/:feed': anything('feed.manage', 400),
  'DELETE /api/feeds/:feed': anything('feed.manage', 404),
  'POST /api/feeds/:feed/token': anything('feed.manage', 404),
  'DELETE /api/feeds/:feed/token': anything('feed.manage', 404),
  'POST /api/feeds/:feed/pull': anything('feed.manage', 404),
  'GET /api/feeds/:feed/template.csv': anything('feed.push', 404),
  'POST /api/feeds/:feed/batches': anything('feed.push', 404),
  'GET /api/feeds/:feed/batches': anything('sector.read', 404),
  'POST /api/feeds/:feed/heartbeat': anything('feed.push', 404),
  'POST /api/feeds/:feed/uploads': anything('feed.push', 404),
  'PUT /api/feeds/:feed/uploads/:upload': anything('feed.push', 404),
  'POST /api/feeds/:feed/uploads/:upload/commit': anything('feed.push', 404),
  'DELETE /api/feeds/:feed/uploads/:upload': anything('feed.push', 404),
  'GET /api/feeds/:feed/grid': anything('feed.push', 404),
  'PUT /api/feeds/:feed/grid': anything('feed.push', 400),
  'GET /api/batches/:batch': anything('sector.read', 404),
  'GET /api/batches/:batch/rows': anything('sector.read', 404),
  'GET /api/batches/:batch/errors.csv': anything('sector.read', 404),
  'POST /api/batches/:batch/undo': anything('feed.push', 404),
  'GET /api/reports': anything('report.handle', 200),
  'GET /api/report-counts': anything('report.handle', 200),
  'GET /api/reports/:report': anything('report.handle', 404),
  'POST /api/reports/:report/acts': anything('report.handle', 400),
  'POST /api/report-acts': anything('report.handle', 400),
  'GET /api/reports/:report/contact': anything('report.contact', 404),
  'GET /api/reports/:report/photos/:photo': anything('report.handle', 404),
  'GET /api/report-services': anything('report.handle', 200),
  'PUT /api/report-services/:service': system('sector.manage', 400),
  'GET /api/portal': nothing(200),
  'GET /api/portal/map': nothing(200),
  'POST /api/portal/reports': nothing(400),
  'POST /api/portal/reports/:code/photos': {
    ...nothing(400),
    body: undefined,
    path: () => `/api/portal/reports/${NO_CODE}/photos`,
  },
  'GET /api/portal/reports/:code': { ...nothing(400), body: undefined, path: () => `/api/portal/reports/${NO_CODE}` },
  'POST /api/portal/reports/:code/rating': nothing(400),
  'GET /open311/v2/discovery.:format': open311('discovery.json', 200),
  'GET /open311/v2/services.:format': open311('services.json', 200),
  'GET /open311/v2/services/:code.:format': open311('services/unknown.json', 404),
  'GET /open311/v2/requests.:format': open311('requests.json', 200),
  'POST /open311/v2/requests.:format': open311('requests.pdf', 404),
  'GET /open311/v2/requests/:number.:format': open311('requests/0.json', 404),
  'GET /open311/v2/tokens/:token.:format': open311('tokens/unknown.pdf', 404),
  'GET /open311/v2/servicerequestupdates.:format': open311('servicerequestupdates.json', 200),

  'GET /healthz': nothing(200),
  'GET /readyz': nothing(200),
  'GET /metrics': system('metrics.read', 200),
  'GET /api/openapi.json': anything('camera.view', 200),
};

export function isStateChange(name: string): boolean {
  return !name.startsWith('GET ');
}
