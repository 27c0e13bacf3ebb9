import { z } from 'zod';
import { accessSection } from './sections/access.ts';
import { alertsSection } from './sections/alerts.ts';
import { analyticsSection } from './sections/analytics.ts';
import { camerasSection } from './sections/cameras.ts';
import { dataSection } from './sections/data.ts';
import { demoSection } from './sections/demo.ts';
import { eventsSection } from './sections/events.ts';
import { feedsSection } from './sections/feeds.ts';
import { liveSection } from './sections/live.ts';
import { placesSection } from './sections/places.ts';
import { recordingsSection } from './sections/recordings.ts';
import { reportsSection } from './sections/reports.ts';
import { rtspOutSection } from './sections/rtsp-out.ts';
import { serverSection } from './sections/server.ts';

/** The whole configuration. A key that is not here is an error: a typing mistake must not pass in silence. */
export const configSchema = z.strictObject({
  server: serverSection.prefault({}),
  data: dataSection.prefault({}),
  access: accessSection.prefault({}),
  cameras: camerasSection.prefault({}),
  live: liveSection.prefault({}),
  rtspOut: rtspOutSection.prefault({}),
  recordings: recordingsSection.prefault({}),
  analytics: analyticsSection.prefault({}),
  alerts: alertsSection.prefault({}),
  events: eventsSection.prefault({}),
  places: placesSection.prefault({}),
  feeds: feedsSection.prefault({}),
  reports: reportsSection.prefault({}),
  demo: demoSection.prefault({}),
});
export type Config = z.output<typeof configSchema>;
export type ServerConfig = Config['server'];
export type CamerasConfig = Config['cameras'];
export type LiveConfig = Config['live'];
export type RtspOutConfig = Config['rtspOut'];
export type RecordingsConfig = Config['recordings'];
export type AnalyticsConfig = Config['analytics'];
export type AlertsConfig = Config['alerts'];
