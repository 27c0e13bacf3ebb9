import { type UnitInput, unitInputSchema } from '#contracts/places';
import type { MapPlan } from '../places/map/map-plan.ts';
import { planMap } from '../places/map/plan-map.ts';
import { type FileArea, readGeoJson } from '../places/map/read-geojson.ts';
import { committeeOf } from '../places/units.ts';
import { TOWN } from './town.ts';

/** The invented province around the town of Sông Mây: nothing of it is on any map. */
const DEMO_PROVINCE = { code: 'SM', name: 'Tỉnh Sông Mây (mô phỏng)' } as const;
const SOURCE = 'Tỉnh tưởng tượng do phần mềm vẽ ra để trình diễn; không phải bản đồ thật.';

type Point = readonly [longitude: number, latitude: number];

/** Borders run along a bent grid; the cells around the town are small, as wards are. */
const COLUMNS = [107.46, 107.58, 107.692, 107.722, 107.82, 107.94];
const ROWS = [16.06, 16.15, 16.2383, 16.3, 16.38];
/** From west to east, from south to north; an empty name is beyond the province. */
const NAMES: readonly (readonly string[])[] = [
  ['', 'Xã Suối Đá', 'Xã Đồng Nắng', 'Xã Cồn Cát', ''],
  ['Xã Núi Mâm', 'Xã Đèo Gió', 'Xã Vọng Nguyệt', 'Phường Cửa Lở', 'Xã Bãi Dương'],
  ['Xã Thác Bạc', 'Phường Hoa Sữa', 'Phường Sông Mây', 'Phường Bến Lá', 'Xã Phá Rộng'],
  ['', 'Xã Đồi Sim', 'Phường Mây Trắng', 'Xã Hồ Sen', 'Xã Rừng Tràm'],
];
const ISLAND = { name: 'Đặc khu Hòn Mây', at: [108.02, 16.22] as Point, degrees: 0.018 };
/** How far a border swings, as a share of its length; near the town less, so that cameras keep their commune. */
const SWING = { town: 0.018, land: 0.07 };
const STEPS = 4;
/** How far corners away from the town stand beside the grid, degrees. */
const SHIFT = 0.02;

/** Always the same: the same map again changes nothing. */
export function demoMap(): MapPlan {
  const features = NAMES.flatMap((row, south) =>
    row.flatMap((name, west) => (name === '' ? [] : [featureOf(codeOf(west, south), name, cell(west, south))])),
  );
  features.push(featureOf(`${DEMO_PROVINCE.code}90`, ISLAND.name, island()));
  const text = JSON.stringify({ type: 'FeatureCollection', features });
  const areas: readonly FileArea[] = readGeoJson(text, {}).areas;
  const province = { code: DEMO_PROVINCE.code, name: DEMO_PROVINCE.name };
  return planMap(areas, { source: SOURCE, province, ended: [], metres: 0, synthetic: true }).plan;
}

/** Departments that answer for the ten sectors, and the people's committee of each commune. */
export function demoUnits(): readonly UnitInput[] {
  const committee = unit('SM', 'UBND tỉnh Sông Mây', 'agency', null, DEMO_PROVINCE.code);
  const departments = [
    ['SM-STC', 'Sở Tài chính'],
    ['SM-HCC', 'Trung tâm Phục vụ hành chính công'],
    ['SM-VP', 'Văn phòng UBND tỉnh'],
    ['SM-SGD', 'Sở Giáo dục và Đào tạo'],
    ['SM-SYT', 'Sở Y tế'],
    ['SM-SVH', 'Sở Văn hoá, Thể thao và Du lịch'],
    ['SM-CA', 'Công an tỉnh'],
    ['SM-IOC', 'Trung tâm Điều hành thông minh'],
    ['SM-SKH', 'Sở Khoa học và Công nghệ'],
    ['SM-SNN', 'Sở Nông nghiệp và Môi trường'],
    ['SM-SXD', 'Sở Xây dựng'],
  ] as const;
  const communes = demoMap().areas.filter(({ level }) => level === 'commune');
  return [
    committee,
    ...departments.map(([code, name]) => unit(code, name, 'department', 'demo-SM', DEMO_PROVINCE.code)),
    ...communes.map((area) => invented({ ...committeeOf(area), parentId: 'demo-SM' })),
  ];
}

function unit(
  code: string,
  name: string,
  kind: UnitInput['kind'],
  parentId: string | null,
  areaCode: string,
): UnitInput {
  return invented(unitInputSchema.parse({ code, name, kind, parentId, areaCode }));
}

function invented(made: UnitInput): UnitInput {
  return { ...made, name: `${made.name} (mô phỏng)` };
}

function codeOf(west: number, south: number): string {
  return `${DEMO_PROVINCE.code}${String(south * 10 + west + 1).padStart(2, '0')}`;
}

function featureOf(code: string, name: string, ring: readonly Point[]) {
  return { type: 'Feature', properties: { code, name }, geometry: { type: 'Polygon', coordinates: [ring] } };
}

/** Counter-clockwise from the corner in the south-west; neighbours bend their common border alike. */
function cell(west: number, south: number): readonly Point[] {
  const [a, b, c, d] = [
    corner(west, south),
    corner(west + 1, south),
    corner(west + 1, south + 1),
    corner(west, south + 1),
  ];
  return [...border(a, b), ...border(b, c), ...border(c, d), ...border(d, a), a];
}

function corner(column: number, row: number): Point {
  const at: Point = [COLUMNS[column] ?? 0, ROWS[row] ?? 0];
  if (isNearTown(at, at)) return at;
  return [at[0] + SHIFT * chance(at, [row, column]), at[1] + SHIFT * chance([column, row], at)];
}

/** Points from `from` to shortly before `to`, bent by halves; the same points whichever way it is walked. */
function border(from: Point, to: Point): readonly Point[] {
  const forward = from[0] < to[0] || (from[0] === to[0] && from[1] < to[1]);
  const [begin, end] = forward ? [from, to] : [to, from];
  const swing = isNearTown(begin, end) ? SWING.town : SWING.land;
  const points = [begin, ...bent(begin, end, swing, STEPS), end];
  return (forward ? points : points.reverse()).slice(0, -1);
}

function bent(from: Point, to: Point, swing: number, steps: number): readonly Point[] {
  if (steps === 0) return [];
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const by = chance(from, to) * swing;
  const middle: Point = [(from[0] + to[0]) / 2 - dy * by, (from[1] + to[1]) / 2 + dx * by];
  return [...bent(from, middle, swing, steps - 1), middle, ...bent(middle, to, swing, steps - 1)];
}

function isNearTown(from: Point, to: Point): boolean {
  const margin = 0.02;
  return TOWN.some(({ place: { latitude, longitude } }) => {
    if (latitude === null || longitude === null) return false;
    const inside = (value: number, a: number, b: number) =>
      value > Math.min(a, b) - margin && value < Math.max(a, b) + margin;
    return inside(longitude, from[0], to[0]) && inside(latitude, from[1], to[1]);
  });
}

function island(): readonly Point[] {
  const points = Array.from({ length: 24 }, (_, at): Point => {
    const angle = (at / 24) * 2 * Math.PI;
    const reach = ISLAND.degrees * (0.8 + 0.25 * chance([at, 1], [2, 3]));
    return [ISLAND.at[0] + Math.cos(angle) * reach, ISLAND.at[1] + Math.sin(angle) * reach * 0.7];
  });
  return [...points, ...points.slice(0, 1)];
}

/** Between −1 and 1, the same for the same points. */
function chance(a: Point, b: Point): number {
  const mixed = Math.sin(a[0] * 127.1 + a[1] * 311.7 + b[0] * 74.7 + b[1] * 269.5) * 43_758.5453;
  return (mixed - Math.floor(mixed)) * 2 - 1;
}
