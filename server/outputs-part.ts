import { createChangeLog } from '#base/change-log';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger, SecretRegister } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Shutdown } from '#base/shutdown';
import { ROLE_PERMISSIONS } from '#contracts/access';
import type { AlertView } from '#contracts/alerts';
import { calledRoles } from '#contracts/escalation';
import { createAddressGuard } from '../camera-adapters/address-guard.ts';
import type { Config } from '../config/schema.ts';
import type { Access } from './access/access.ts';
import type { Actor } from './access/actor.ts';
import { can } from './access/can.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { CameraRegister } from './cameras/register.ts';
import type { EventLog } from './events/event-log.ts';
import type { IncidentReader } from './http/routes/cap.ts';
import type { Incidents } from './incidents/incidents.ts';
import type { ChangeSource } from './outputs/output-intake.ts';
import { createOutputs } from './outputs/outputs.ts';
import { createPush } from './outputs/push/push.ts';

/** Joins what happens with those outside who are told of it. */
export async function createOutputsPart(
  house: { config: Config; clock: Clock; log: Logger; secrets: SecretRegister; shutdown: Pick<Shutdown, 'add'> },
  parts: {
    database: Database;
    secretBox: SecretBox;
    events: EventLog;
    access: Pick<Access, 'users' | 'onActorChanged'>;
    register: Pick<CameraRegister, 'find' | 'findRemoved' | 'target'>;
    /** Where people reach the console, without a slash at the end; known once the doors are open. */
    consoleUrl: () => string;
    alerts: Pick<Alerts, 'find' | 'onChanged'>;
    incidents: Pick<Incidents, 'list' | 'details' | 'entries' | 'onChanged'>;
  },
) {
  const { config, clock, log, secrets, shutdown } = house;
  const { database, secretBox, events, access, register, consoleUrl, alerts, incidents } = parts;
  const guard = createAddressGuard({ allowNetworks: config.events.outputNetworks });
  const source = (): string => config.events.source ?? consoleUrl();
  const nameOf = (cameraId: string): string =>
    (register.find(cameraId) ?? register.findRemoved(cameraId))?.name ?? cameraId;
  const groupsOf = (cameraId: string): readonly string[] => {
    const target = register.target(cameraId);
    return target.kind === 'camera' ? target.groupIds : [];
  };

  const changeLog = createChangeLog(database);
  const changes: ChangeSource = {
    ...changeLog,
    onNoted(listener) {
      const stops = [alerts.onChanged(listener), incidents.onChanged(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
  async function alertNow(alertId: string): Promise<AlertView | undefined> {
    return alerts.find(alertId).catch((error: unknown) => {
      if (error instanceof Fault && error.kind === 'notFound') return undefined;
      throw error;
    });
  }

  const outputs = await createOutputs({
    ...{ database, secretBox, secrets, clock, log, events, changes, source, groupsOf, nameOf, consoleUrl },
    ...{ entriesOf: incidents.entries, alertNow },
    check: guard.check,
    site: config.events.site,
  });
  shutdown.add('outputs', () => outputs.close());

  /** Those whom the alert calls at its level and who may see its camera, as they stand now. */
  async function receiversOf(alert: AlertView) {
    const target = register.target(alert.cameraId);
    const called = calledRoles(alert);
    return (await access.users.list())
      .filter(({ id, username, displayName, grants, enabled }) => {
        const wanted = grants.filter(
          ({ role }) => called.includes(role) && ROLE_PERMISSIONS[role].includes('event.read'),
        );
        const person = { kind: 'person', userId: id, username, displayName, address: '' } as const;
        const signedIn = { ...person, mustChangePassword: false, mustEnrolTotp: false };
        return enabled && can({ ...signedIn, grants: wanted }, 'event.read', target);
      })
      .map(({ id, language }) => ({ userId: id, language }));
  }
  const publicUrl = config.server.publicUrl ?? '';
  const push = await createPush({
    ...{ database, secretBox, clock, log, changes, alertNow, nameOf, receiversOf },
    check: guard.check,
    contact: publicUrl.startsWith('https://') ? publicUrl : 'mailto:tamnhin@localhost.invalid',
  });
  shutdown.add('push', () => push.close());

  // A device that was lost must not show alerts once its person was shut out. Other changes end nothing: a session that
  // ran out overnight is no reason to leave a phone without alerts.
  const stopFollowing = access.onActorChanged((change) => {
    if (change.kind !== 'person' || change.shutOut !== true) return;
    push
      .forget(change.userId)
      .catch((error: unknown) =>
        log.error({ reason: messageOf(error) }, 'devices of a person are still told of alerts'),
      );
  });
  let trimming: Promise<void> = Promise.resolve();
  function trim(): void {
    trimming = changeLog.trim(clock.now()).catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'old changes of alerts and incidents could not be deleted');
    });
  }
  const stopTrimming = clock.every(TRIM_EVERY_MS, trim);
  shutdown.add('what goes outside', () => {
    stopFollowing();
    stopTrimming();
    return trimming;
  });

  /** Called once the console's address is known: what leaves the house names it. */
  function begin(): void {
    trim();
    outputs.begin();
    push.begin();
  }
  return { outputs, push, eventSource: source, incidentReader: readerOf(incidents, register), beginOutputs: begin };
}

const TRIM_EVERY_MS = 3_600_000;

/** Each as the actor may see it. */
function readerOf(
  incidents: Pick<Incidents, 'list' | 'details'>,
  register: Pick<CameraRegister, 'target'>,
): IncidentReader {
  const seesOf = (actor: Actor) => (cameraId: string) => can(actor, 'camera.view', register.target(cameraId));
  return {
    find: (actor, incidentId) => incidents.details(incidentId, seesOf(actor)),
    async recent(actor, limit) {
      const sees = seesOf(actor);
      const found = await incidents.list({ limit, sees });
      return Promise.all(found.map(({ id }) => incidents.details(id, sees)));
    },
  };
}
