import { join, resolve } from 'node:path';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import { type RuleSet, ruleSchema } from '#contracts/rules';
import type { Config } from '../config/schema.ts';
import type { Access } from './access/access.ts';
import { SYSTEM } from './access/actor.ts';
import { can } from './access/can.ts';
import { createAlertQuality, type RuleBook } from './alerts/alert-quality.ts';
import { createAlerts } from './alerts/alerts.ts';
import { createNightlyReport } from './alerts/nightly-report.ts';
import { createPresence } from './alerts/presence.ts';
import type { Groups } from './cameras/groups.ts';
import type { CameraRegister } from './cameras/register.ts';
import type { EventLog } from './events/event-log.ts';
import { createIncidentPhones } from './incidents/incident-phones.ts';
import { createIncidents } from './incidents/incidents.ts';
import type { IncidentExports, IncidentHolds, IncidentPictures } from './incidents/interfaces.ts';

/** The rules of cameras, all of one camera together. */
export interface RuleSets {
  set(cameraId: string): RuleSet;
  /** Rejects with `conflict` when `set.version` is not the newest. */
  replace(cameraId: string, set: RuleSet): Promise<RuleSet>;
}

/** ms after a camera or a group was moved. */
const MOVED_MS = 500;

/** Joins events with the people who act on them. */
export async function createAlertsPart(
  house: { config: Config; clock: Clock; log: Logger; shutdown: Shutdown },
  parts: {
    database: Database;
    events: EventLog;
    access: Pick<Access, 'audit' | 'users' | 'tokens' | 'onActorChanged'>;
    register: CameraRegister;
    groups: Pick<Groups, 'onChanged'>;
    /** The pictures that events were told with. */
    pictures: IncidentPictures;
    exports: IncidentExports;
    holds: IncidentHolds;
    /** What the cameras are watched for. */
    rules: RuleSets;
  },
) {
  const { config, clock, log, shutdown } = house;
  const { database, events, access, register, groups } = parts;
  const alerts = await createAlerts({ database, events, config: config.alerts, clock, log });

  const mayAct = ownerMay(access, register);
  function freeLost(ownerId?: string): void {
    alerts.acts.freeLost(mayAct, ownerId).catch((error: unknown) => {
      log.error({ reason: messageOf(error) }, 'alerts of people who are gone were not given back');
    });
  }
  // One session that ends is a person who signs out, and may be back in a minute.
  const stop = access.onActorChanged((change) => {
    if (change.kind === 'person' && change.sessionId === undefined) freeLost(change.userId);
    if (change.kind === 'token') freeLost(change.tokenId);
  });
  // A camera that moves may leave the scope of who has its alerts; many move at once when a group does, or an import.
  let cancelLook: (() => void) | undefined;
  function lookSoon(): void {
    cancelLook ??= clock.after(MOVED_MS, () => {
      cancelLook = undefined;
      freeLost();
    });
  }
  const stops = [stop, register.onSaved(lookSoon), groups.onChanged(lookSoon), () => cancelLook?.()];
  shutdown.add('owners of alerts', () => {
    for (const each of stops) each();
  });

  const presence = createPresence({ database, clock, log });
  shutdown.add('presence', () => presence.close());
  const quality = createAlertQuality({ database, clock, rules: oneByOne(parts.rules), presence });
  const report = createNightlyReport({
    ...{ database, clock, log, append: events.append, totals: quality.totals },
    hour: config.alerts.reportHour,
  });
  shutdown.add('report of alerts', () => report.close());

  const incidents = createIncidents({
    ...{ database, clock, log, folder: join(resolve(config.data.directory), 'incidents') },
    alerts: { ...alerts, setIncident: alerts.acts.setIncident },
    ...{ pictures: parts.pictures, exports: parts.exports, holds: parts.holds },
    cameraNumber: (cameraId) => (register.find(cameraId) ?? register.findRemoved(cameraId))?.number ?? 0,
  });
  shutdown.add('incidents', () => incidents.end());
  const phones = createIncidentPhones(database);
  let ending: Promise<void> = Promise.resolve();
  /** Links of phones end with their incident, also where the program ended in between. */
  function endPhones(): void {
    ending = ending.then(async () => {
      for (const cameraId of await phones.over()) await endPhone(cameraId);
    });
    ending = ending.catch((error: unknown) => log.error({ reason: messageOf(error) }, 'a phone still sends'));
  }
  async function endPhone(cameraId: string): Promise<void> {
    const camera = register.find(cameraId);
    if (camera?.enabled === true) {
      await register.update(cameraId, { ...camera, enabled: false });
      await access.audit.append({
        actor: SYSTEM,
        action: 'incident.phoneEnded',
        cameraId,
        detail: { name: camera.name },
      });
    }
    await phones.forget(cameraId);
  }
  incidents.onChanged(endPhones);
  endPhones();
  shutdown.add('phones of incidents', () => ending);

  /** Called once those who are told of alerts listen: they then also end after the alerts, and hear of the last one. */
  function begin(): void {
    alerts.begin();
    shutdown.add('alerts', () => alerts.close());
    freeLost();
  }

  return { alerts, incidents, incidentPhones: phones, alertQuality: quality, presence, beginAlerts: begin };
}

function oneByOne(sets: RuleSets): RuleBook {
  const find = (cameraId: string, ruleId: string) => sets.set(cameraId).rules.find(({ id }) => id === ruleId);
  return {
    find: async (cameraId, ruleId) => find(cameraId, ruleId),
    async changeRule(cameraId, ruleId, change) {
      const { rules, version } = sets.set(cameraId);
      const changed = rules.map((rule) => (rule.id === ruleId ? ruleSchema.parse(change(rule)) : rule));
      await sets.replace(cameraId, { rules: changed, version });
    },
  };
}

/** May the person or token with this id, as it is today, still work on alerts of the camera? */
function ownerMay(access: Pick<Access, 'users' | 'tokens'>, register: Pick<CameraRegister, 'target'>) {
  return async (ownerId: string, cameraId: string): Promise<boolean> => {
    const user = (await access.users.list()).find(({ id }) => id === ownerId);
    if (user !== undefined) {
      const { id: userId, username, displayName, grants, enabled } = user;
      const person = { kind: 'person', userId, username, displayName, grants } as const;
      const signedIn = { ...person, mustChangePassword: false, mustEnrolTotp: false, address: '' };
      return enabled && can(signedIn, 'alert.claim', register.target(cameraId));
    }
    return (await access.tokens.list()).some(({ id }) => id === ownerId);
  };
}
