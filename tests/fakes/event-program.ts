import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createEventLog } from '../../server/events/event-log.ts';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';

/**
 * `event-program.ts <folder>`: a program to be killed. It appends events at ten thousand a minute, in bursts as cameras
 * have them, and writes the number of each on standard output once the log has accepted it.
 */
const [, , folder = ''] = process.argv;
const PER_BURST = 25;
const BURST_MS = 150;

const log = silentLogger();
const database = await createSqliteDatabase({ path: `${folder}/tamnhin.db`, clock: systemClock, log });
const events = createEventLog({ database, log });
let sent = 0;
setInterval(() => {
  for (let at = 0; at < PER_BURST; at += 1) {
    sent += 1;
    const name = String(sent);
    void events
      .append({
        type: 'vn.tamnhin.camera.changed',
        timeMs: Date.now(),
        severity: 'minor',
        cameraId: 'c1',
        data: { name },
      })
      .then(({ sequence }) => process.stdout.write(`${sequence} ${name}\n`));
  }
}, BURST_MS);
