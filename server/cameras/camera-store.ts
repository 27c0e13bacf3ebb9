import { isUniqueViolation, type Queries } from '#base/database';
import { Fault } from '#base/errors';
import { type CameraClass, cameraSourceSchema, type DeviceClock, placeSchema } from '#contracts/camera';
import type { Camera, DeviceFacts } from './camera.ts';

/** The register's rows. Everything takes the `Queries` of the caller, so that many cameras share one transaction. */

interface CameraRow {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly group_id: string | null;
  readonly class: CameraClass;
  readonly place: string | null;
  readonly purpose: string;
  readonly notice: string;
  readonly certificate: string;
  readonly enabled: number;
  readonly main_stream: 'always' | 'onDemand';
  readonly source: string;
  readonly secret: Uint8Array | null;
  readonly demo: number;
  readonly make: string;
  readonly model: string;
  readonly firmware: string;
  readonly can_ptz: number;
  readonly clock_offset_ms: number | null;
  readonly clock_measured_ms: number | null;
  readonly created_ms: number;
  readonly version: number;
}

export async function readCameras(queries: Queries): Promise<Camera[]> {
  return (await queries.all<CameraRow>('SELECT * FROM cameras ORDER BY number')).map(cameraOf);
}

/** Throws `Fault` `camera.numberTaken`. */
export async function insertCamera(queries: Queries, camera: Camera): Promise<void> {
  await asNumberTaken(
    queries.run(
      `INSERT INTO cameras (id, number, name, group_id, class, place, purpose, notice, certificate, enabled, main_stream,
         source, secret, demo, make, model, firmware, can_ptz, created_ms, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      camera.id,
      camera.number,
      camera.name,
      camera.groupId,
      camera.class,
      camera.place === null ? null : JSON.stringify(camera.place),
      camera.purpose,
      camera.notice,
      camera.certificate,
      camera.enabled ? 1 : 0,
      camera.mainStream,
      JSON.stringify(camera.source),
      camera.sealedSecret,
      camera.demo ? 1 : 0,
      camera.facts.make,
      camera.facts.model,
      camera.facts.firmware,
      camera.facts.canPtz ? 1 : 0,
      camera.createdMs,
      camera.version,
    ),
    camera.number,
  );
}

/** Writes `camera` over the row of version `camera.version - 1`; throws `Fault` `camera.changedElsewhere`. */
export async function updateCamera(queries: Queries, camera: Camera): Promise<void> {
  const { changes } = await asNumberTaken(
    queries.run(
      `UPDATE cameras SET number = ?, name = ?, group_id = ?, class = ?, place = ?, purpose = ?, notice = ?,
         certificate = ?, enabled = ?, main_stream = ?, source = ?, secret = ?, make = ?, model = ?, firmware = ?, can_ptz = ?,
         clock_offset_ms = ?, clock_measured_ms = ?, version = ? WHERE id = ? AND version = ?`,
      camera.number,
      camera.name,
      camera.groupId,
      camera.class,
      camera.place === null ? null : JSON.stringify(camera.place),
      camera.purpose,
      camera.notice,
      camera.certificate,
      camera.enabled ? 1 : 0,
      camera.mainStream,
      JSON.stringify(camera.source),
      camera.sealedSecret,
      camera.facts.make,
      camera.facts.model,
      camera.facts.firmware,
      camera.facts.canPtz ? 1 : 0,
      camera.clock?.offsetMs ?? null,
      camera.clock?.measuredMs ?? null,
      camera.version,
      camera.id,
      camera.version - 1,
    ),
    camera.number,
  );
  if (changes === 0) throw new Fault('conflict', 'camera.changedElsewhere', 'somebody else changed this camera');
}

/** What a device says of itself is no change of the registration: the version stays. */
export async function updateFacts(queries: Queries, cameraId: string, facts: DeviceFacts): Promise<void> {
  await queries.run(
    'UPDATE cameras SET make = ?, model = ?, firmware = ?, can_ptz = ? WHERE id = ?',
    facts.make,
    facts.model,
    facts.firmware,
    facts.canPtz ? 1 : 0,
    cameraId,
  );
}

/** As above: no change of the registration. */
export async function updateClock(queries: Queries, cameraId: string, clock: DeviceClock): Promise<void> {
  await queries.run(
    'UPDATE cameras SET clock_offset_ms = ?, clock_measured_ms = ? WHERE id = ?',
    clock.offsetMs,
    clock.measuredMs,
    cameraId,
  );
}

/** False when it was gone already. */
export async function deleteCamera(queries: Queries, cameraId: string): Promise<boolean> {
  const { changes } = await queries.run('DELETE FROM cameras WHERE id = ?', cameraId);
  return changes > 0;
}

/** The lowest numbers that no camera has, `count` of them, leaving out those in `reserved`. */
export async function freeNumbers(
  queries: Queries,
  count: number,
  reserved: ReadonlySet<number> = new Set(),
): Promise<number[]> {
  const rows = await queries.all<{ number: number }>('SELECT number FROM cameras');
  const taken = new Set([...reserved, ...rows.map((row) => row.number)]);
  const free: number[] = [];
  for (let number = 1; free.length < count; number += 1) if (!taken.has(number)) free.push(number);
  return free;
}

function cameraOf(row: CameraRow): Camera {
  return {
    id: row.id,
    number: row.number,
    name: row.name,
    groupId: row.group_id,
    class: row.class,
    place: row.place === null ? null : placeSchema.parse(JSON.parse(row.place)),
    purpose: row.purpose,
    notice: row.notice,
    certificate: row.certificate,
    enabled: row.enabled === 1,
    mainStream: row.main_stream,
    source: cameraSourceSchema.parse(JSON.parse(row.source)),
    sealedSecret: row.secret,
    demo: row.demo === 1,
    facts: { make: row.make, model: row.model, firmware: row.firmware, canPtz: row.can_ptz === 1 },
    clock:
      row.clock_offset_ms === null || row.clock_measured_ms === null
        ? null
        : { offsetMs: row.clock_offset_ms, measuredMs: row.clock_measured_ms },
    createdMs: row.created_ms,
    version: row.version,
  };
}

async function asNumberTaken<T>(work: Promise<T>, number: number): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Fault('conflict', 'camera.numberTaken', `another camera has the number ${number}`, {
      fields: [{ path: 'number', code: 'taken', message: `another camera has the number ${number}` }],
      cause: error,
    });
  }
}
