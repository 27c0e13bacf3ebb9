import type { English } from '../../app/words.ts';
import type { eventsVi } from './vi.ts';

export const eventsEn: English<typeof eventsVi> = {
  title: 'Events',
  cameraDown: '{{camera}} has no picture: {{reason}}',
  cameraBack: '{{camera}} is back after {{duration}}',
  cameraLive: '{{camera}} is live',
  cameraRegistered: 'Camera {{camera}} was added',
  cameraChanged: 'Camera {{camera}} was changed',
  cameraRemoved: 'Camera {{camera}} was removed',
  systemStarted: 'The system started, version {{version}}',
  unknownCamera: 'Removed camera',
  fresh_one: '{{count}} new event',
  fresh_other: '{{count}} new events',
  severity: 'Severity',
  allSeverities: 'All severities',
  atLeast: '{{severity}} and above',
  camera: 'Camera',
  allCameras: 'All cameras',
  empty: 'No events yet',
  emptyHint: 'Cameras that lose or regain their picture, and changes, appear here the moment they happen.',
  emptyFiltered: 'No event matches the filter',
  clearFilter: 'Clear the filter',
  older: 'Older events',
  end: 'This is the oldest event',
  openOnWall: 'Show on the live wall',
};
