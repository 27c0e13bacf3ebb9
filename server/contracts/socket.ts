import type { AlertView, IncidentView } from './alerts.ts';
import type { CameraView } from './camera.ts';
import type { DirectiveView } from './directives.ts';
import type { StreamStateChange, TamnhinEvent } from './events.ts';
import type { DiscoveryProgress } from './http.ts';
import type { ExportView } from './recordings.ts';
import type { ReportView } from './reports.ts';
import type { SectorEventView } from './sector-events.ts';
import type { SectorTile } from './sectors.ts';

/**
 * Everything that travels over socket.io, in two maps. Each outgoing topic names its audience; a topic without one
 * reaches nobody.
 */

export interface ServerToClient {
  'stream:state': (change: StreamStateChange) => void;
  'camera:saved': (camera: CameraView) => void;
  'camera:removed': (camera: { id: string }) => void;
  'event:appended': (event: TamnhinEvent) => void;
  /** Opened or changed in any way; also those that are closed now. */
  'alert:changed': (alert: AlertView) => void;
  'incident:changed': (incident: Pick<IncidentView, 'id' | 'number' | 'version' | 'state'>) => void;
  /** The tile of a sector, whole. */
  'tile:changed': (tile: SectorTile) => void;
  'sectorEvent:changed': (event: SectorEventView) => void;
  'report:changed': (report: Pick<ReportView, 'id' | 'number' | 'version' | 'state'>) => void;
  'directive:changed': (directive: Pick<DirectiveView, 'id' | 'number' | 'version' | 'state'>) => void;
  'discovery:progress': (progress: DiscoveryProgress) => void;
  'export:progress': (view: ExportView) => void;
  /** Layouts, groups or holds changed: fetch them again. */
  'lists:changed': (what: {
    list: 'layouts' | 'groups' | 'holds' | 'handovers' | 'models' | 'outputs' | 'sectors' | 'feeds' | 'places';
  }) => void;
  /** The session was ended elsewhere, or the person's grants changed: fetch the session again. */
  'session:changed': () => void;
}

export interface ClientToServer {
  /** Asks for every event after `sequence` that was missed while the connection was gone. */
  'event:resume': (
    from: { sequence: number },
    answer: (reply: { events: TamnhinEvent[]; complete: boolean }) => void,
  ) => void;
}

/**
 * Who a topic goes to: `camera` — those who may see the camera that the message names; `actor` — the one person who
 * caused it; `incidents` — those who may work on incidents; `sector` — those who may read the sector or what
 * belongs to a unit in it; `reports` — those who may handle the report; `directives` — who gave it and who answers it;
 * `signedIn` — everybody with a session.
 */
export type Audience =
  | 'camera'
  | 'cameraOrAll'
  | 'actor'
  | 'incidents'
  | 'sector'
  | 'reports'
  | 'directives'
  | 'signedIn';

export const AUDIENCES: Readonly<Record<keyof ServerToClient, Audience>> = {
  'stream:state': 'camera',
  'camera:saved': 'camera',
  'camera:removed': 'signedIn',
  'event:appended': 'cameraOrAll',
  'alert:changed': 'cameraOrAll',
  'incident:changed': 'incidents',
  'tile:changed': 'sector',
  'sectorEvent:changed': 'sector',
  'report:changed': 'reports',
  'directive:changed': 'directives',
  'discovery:progress': 'actor',
  'export:progress': 'actor',
  'lists:changed': 'signedIn',
  'session:changed': 'actor',
};

/**
 * ms. How often the server asks a console whether it is there, and how long it waits for the answer. A console that is
 * not asked for the sum of both knows that the line is lost: that must stay below 3 s, also where nothing closes it.
 */
export const SOCKET_HEARTBEAT = { pingInterval: 1000, pingTimeout: 1800 } as const;
