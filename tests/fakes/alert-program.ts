import { writeSync } from 'node:fs';
import { createChangeLog } from '#base/change-log';
import { systemClock } from '#base/clock';
import { createSecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { ALERT_CHANGES, outputInputSchema } from '#contracts/outputs';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { configSchema } from '../../config/schema.ts';
import { createAlerts } from '../../server/alerts/alerts.ts';
import { createEventLog } from '../../server/events/event-log.ts';
import { createOutputs } from '../../server/outputs/outputs.ts';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';
import { detectionEvent } from './detection-event.ts';

/**
 * `alert-program.ts <folder> <webhook> <kill|stay>`: a program to be killed. With `kill` it opens an alert, claims and
 * closes it, writes each change on standard output the moment it is stored, and ends itself with SIGKILL right behind the
 * last one, before any output hears of it. With `stay` it only sends what is left.
 */
const [, , folder = '', url = '', how = ''] = process.argv;
const clock = systemClock;
const log = silentLogger();
const database = await createSqliteDatabase({ path: `${folder}/tamnhin.db`, clock, log });
const events = createEventLog({ database, log });
const alerts = await createAlerts({ database, events, config: configSchema.parse({}).alerts, clock, log });
const by = { id: 'u1', name: 'An' };

alerts.onChanged(({ id, version, state }) => {
  writeSync(1, `${id}.${version} ${state}\n`);
  if (state === 'closed') process.kill(process.pid, 'SIGKILL');
});
const outputs = await createOutputs({
  ...{ database, events, clock, log, site: 'test' },
  changes: { ...createChangeLog(database), onNoted: (listener) => alerts.onChanged(listener) },
  entriesOf: async () => [],
  alertNow: async () => undefined,
  check: createAddressGuard({ allowNetworks: ['127.0.0.0/8'] }).check,
  secretBox: createSecretBox(new Uint8Array(32).fill(3)),
  secrets: createSecretRegister(),
  nameOf: (id) => id,
  groupsOf: () => [],
  consoleUrl: () => 'https://console.example',
  source: () => 'https://console.example',
});
if (how === 'kill') {
  const filter = { alerts: [...ALERT_CHANGES] };
  await outputs.create(outputInputSchema.parse({ kind: 'webhook', name: 'Centre', settings: { url }, filter }));
}
outputs.begin();
alerts.begin();
if (how === 'kill') {
  await events.append(detectionEvent(Date.now()));
  await alerts.settled();
  const [alert] = await alerts.list({ state: 'open', limit: 1 });
  await alerts.acts.claim(alert?.id ?? '', by, false);
  await alerts.acts.close(alert?.id ?? '', by, { verdict: 'true', reason: 'handled', note: '' });
}
