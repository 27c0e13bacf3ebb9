import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { Fault, messageOf } from '#base/errors';
import { fold } from '#base/fold';
import { type CameraInput, cameraInputSchema } from '#contracts/camera';
import type { FieldFault, GroupView, ImportLine, ImportReport } from '#contracts/http';
import { type Groups, MAX_DEPTH, PATH_SEPARATOR } from './groups.ts';
import type { AddressGuard } from './interfaces.ts';
import type { CameraRegister } from './register.ts';
import { checkSource } from './source-check.ts';

/** Cameras from a list: every line is judged before any is written, and then all are written or none. */
export interface CameraImport {
  /** Rejects with `Fault` `invalid` for a file that is no list at all; bad lines stand in the report. */
  run(csv: string, options: { write: boolean }): Promise<ImportReport>;
  /** A file to fill in: UTF-8 with byte order mark and semicolons, as spreadsheets here expect it. */
  template(): string;
}

const MOST_LINES = 5000;
const MAX_GROUP_NAME = 120;

/** Column → what it is called in a header, in either language, folded. */
const COLUMNS = {
  number: ['number', 'so', 'ma so'],
  name: ['name', 'ten', 'ten camera'],
  group: ['group', 'nhom'],
  kind: ['kind', 'loai'],
  url: ['url', 'address', 'dia chi'],
  subUrl: ['sub url', 'suburl', 'dia chi phu', 'luong phu'],
  username: ['username', 'user', 'ten dang nhap'],
  password: ['password', 'mat khau'],
  transport: ['transport', 'giao van'],
  latitude: ['latitude', 'lat', 'vi do'],
  longitude: ['longitude', 'lon', 'kinh do'],
  heading: ['heading', 'huong'],
  class: ['class', 'cap do'],
  purpose: ['purpose', 'muc dich'],
  notice: ['notice', 'thong bao'],
  certificate: ['certificate', 'giay chung nhan', 'chung nhan hop quy', 'qcvn 135'],
} as const;
type Column = keyof typeof COLUMNS;

const HEADER_VI: readonly string[] = [
  'số',
  'tên',
  'nhóm',
  'loại',
  'địa chỉ',
  'địa chỉ phụ',
  'tên đăng nhập',
  'mật khẩu',
  'vĩ độ',
  'kinh độ',
  'hướng',
  'cấp độ',
  'mục đích',
  'thông báo',
];

const rowsSchema = z.array(z.array(z.string()));

export function createCameraImport(deps: {
  register: CameraRegister;
  groups: Groups;
  guard: AddressGuard;
}): CameraImport {
  const { register, groups, guard } = deps;

  async function run(csv: string, { write }: { write: boolean }): Promise<ImportReport> {
    const { columns, rows } = read(csv);
    const planned = new Map<string, GroupView>();
    const taken = new Set(register.list().map((camera) => camera.number));
    const inputs: CameraInput[] = [];
    const lines: ImportLine[] = [];
    for (const [at, row] of rows.entries()) {
      const value = (column: Column): string => row[columns.get(column) ?? -1]?.trim() ?? '';
      const faults: FieldFault[] = [];
      const groupNames = namesIn(value('group'));
      if (groupNames.length > MAX_DEPTH || groupNames.some((name) => name.length > MAX_GROUP_NAME)) {
        faults.push({ path: 'groupId', code: 'group.tooDeep', message: 'too many groups in one another, or too long' });
      }
      const groupId = faults.length > 0 ? null : groupFor(groupNames, planned);
      const draft = cameraInputSchema.safeParse({ ...draftOf(value), groupId });
      if (!draft.success) {
        faults.push(
          ...draft.error.issues.map((issue) => ({
            path: issue.path.join('.'),
            code: issue.code,
            message: issue.message,
          })),
        );
      } else {
        const { number } = draft.data;
        if (number !== null && taken.has(number)) {
          faults.push({ path: 'number', code: 'camera.numberTaken', message: `number ${number} is taken` });
        }
        faults.push(...(await sourceFaults(draft.data)));
        if (faults.length === 0) {
          if (number !== null) taken.add(number);
          inputs.push(draft.data);
        }
      }
      lines.push({ line: at + 1, name: value('name'), ok: faults.length === 0, faults, cameraId: null });
    }
    const bad = lines.filter((line) => !line.ok).length;
    const newGroups = [...planned.values()].map((group) => pathOf(group, planned));
    const report = { written: false, good: lines.length - bad, bad, lines, newGroups };
    if (!write || bad > 0 || inputs.length === 0) return report;

    const made = await register.createMany(
      inputs.map((input) => ({ input })),
      [...planned.values()],
    );
    return {
      ...report,
      written: true,
      lines: lines.map((line, index) => ({ ...line, cameraId: made[index]?.id ?? null })),
    };
  }

  async function sourceFaults(input: CameraInput): Promise<readonly FieldFault[]> {
    try {
      await checkSource(input.source, guard);
      return [];
    } catch (error) {
      if (error instanceof Fault && error.fields !== undefined) return error.fields;
      return [{ path: 'source', code: error instanceof Fault ? error.code : 'invalid', message: messageOf(error) }];
    }
  }

  /** The group that a path such as `Phường 1 / Trường học` names; what does not exist yet is planned. */
  function groupFor(names: readonly string[], planned: Map<string, GroupView>): string | null {
    let parentId: string | null = null;
    for (const name of names) {
      const parent: string | null = parentId;
      const known = [...groups.list(), ...planned.values()].find(
        (group) => group.name === name && group.parentId === parent,
      );
      const group: GroupView = known ?? { id: randomUUID(), name, parentId: parent };
      if (known === undefined) planned.set(group.id, group);
      parentId = group.id;
    }
    return parentId;
  }

  function pathOf(group: GroupView, planned: ReadonlyMap<string, GroupView>): string {
    const parent = group.parentId === null ? undefined : planned.get(group.parentId);
    const above =
      parent === undefined ? (group.parentId === null ? '' : groups.path(group.parentId)) : pathOf(parent, planned);
    return above === '' ? group.name : `${above}${PATH_SEPARATOR}${group.name}`;
  }

  return {
    run,
    template: () =>
      `\uFEFF${HEADER_VI.join(';')}\r\n101;Cổng chợ;Phường 1 / Chợ;rtsp;rtsp://192.0.2.10/stream1;rtsp://192.0.2.10/stream2;admin;;10.3715;105.4324;90;normal;An ninh trật tự;\r\n`,
  };
}

function read(csv: string): { columns: ReadonlyMap<Column, number>; rows: readonly (readonly string[])[] } {
  const text = csv.replace(/^\uFEFF/, '');
  const [first = ''] = text.split(/\r?\n/, 1);
  const delimiter = first.split(';').length > first.split(',').length ? ';' : ',';
  let table: string[][];
  try {
    table = rowsSchema.parse(
      parse(text, {
        delimiter,
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: 65_536,
        to: MOST_LINES + 2,
      }),
    );
  } catch (error) {
    throw new Fault('invalid', 'import.notCsv', `this is no CSV file: ${messageOf(error)}`);
  }
  const [header = [], ...rows] = table;
  const columns = new Map<Column, number>();
  for (const [at, title] of header.entries()) {
    const column = (Object.keys(COLUMNS) as Column[]).find((name) =>
      COLUMNS[name].some((word) => word === fold(title)),
    );
    if (column !== undefined && !columns.has(column)) columns.set(column, at);
  }
  if (!columns.has('name') || !columns.has('url')) {
    throw new Fault(
      'invalid',
      'import.noHeader',
      'the first line must name the columns; at least a name and an address are needed',
    );
  }
  if (rows.length > MOST_LINES) throw new Fault('tooLarge', 'import.tooLong', `at most ${MOST_LINES} lines at a time`);
  return { columns, rows };
}

/** `Phường 1 / Trường học`, from the top. */
function namesIn(path: string): readonly string[] {
  return path
    .split('/')
    .map((part) => part.trim())
    .filter(Boolean);
}

function draftOf(value: (column: Column) => string): Record<string, unknown> {
  const url = value('url');
  const kind = value('kind').toLowerCase() || (url.startsWith('rtsp') ? 'rtsp' : url === '' ? 'rtmp' : 'onvif');
  const login = { username: value('username'), ...(value('password') === '' ? {} : { password: value('password') }) };
  const transport = value('transport') === '' ? {} : { transport: value('transport').toLowerCase() };
  const source =
    kind === 'rtsp'
      ? { kind, mainUrl: url, subUrl: value('subUrl') || null, ...login, ...transport }
      : kind === 'onvif'
        ? { kind, deviceUrl: url, ...login, ...transport }
        : kind === 'http'
          ? { kind, url, ...login }
          : { kind };
  const [latitude, longitude] = [numberOf(value('latitude')), numberOf(value('longitude'))];
  return {
    name: value('name'),
    number: numberOf(value('number')),
    class: value('class').toLowerCase() || 'normal',
    purpose: value('purpose'),
    notice: value('notice'),
    certificate: value('certificate'),
    place:
      latitude === null && longitude === null ? null : { latitude, longitude, heading: numberOf(value('heading')) },
    source,
  };
}

/** `null` for nothing; a decimal comma counts as a point; what is no number stays text and is refused by the schema. */
function numberOf(text: string): number | string | null {
  if (text === '') return null;
  const value = Number(text.replace(',', '.'));
  return Number.isNaN(value) ? text : value;
}
