import { expect, it } from 'vitest';
import type { CameraView } from '#contracts/camera';
import { treeOf } from '../groups-tree.ts';
import { ALL_CAMERAS, filterCameras } from './camera-rows.ts';

const groups = treeOf(
  [
    { id: 'ward', name: 'Phường Mỹ Bình', parentId: 'city' },
    { id: 'city', name: 'Long Xuyên', parentId: 'province' },
    { id: 'province', name: 'An Giang', parentId: null },
    { id: 'other', name: 'Châu Đốc', parentId: 'province' },
    { id: 'orphan', name: 'Mồ côi', parentId: 'gone' },
  ],
  'vi',
);
const camera = (number: number, name: string, groupId: string | null, part: Partial<CameraView> = {}): CameraView => ({
  id: `c${number}`,
  number,
  name,
  groupId,
  class: 'normal',
  kind: 'rtsp',
  place: null,
  purpose: '',
  enabled: true,
  demo: false,
  hasSub: false,
  pictureFault: null,
  canPtz: false,
  hasMasks: false,
  streams: [],
  ...part,
});
const cameras = [
  camera(1, 'Chợ', 'ward'),
  camera(2, 'Cầu', 'city', { class: 'critical' }),
  camera(3, 'Cửa khẩu', 'other', { enabled: false }),
  camera(4, 'Lẻ', null),
];
const found = (part: Partial<typeof ALL_CAMERAS>) =>
  filterCameras(cameras, { ...ALL_CAMERAS, ...part }, groups).map(({ number }) => number);

it('shows a tree in the order of the language, and a group without its parent at the top', () => {
  expect(groups.map(({ group, depth }) => `${depth} ${group.name}`)).toEqual([
    '0 An Giang',
    '1 Châu Đốc',
    '1 Long Xuyên',
    '2 Phường Mỹ Bình',
    '0 Mồ côi',
  ]);
});

it('finds cameras by number, name and the path of their group, without accents', () => {
  expect(found({ search: 'cho' })).toEqual([1]);
  expect(found({ search: 'an giang' })).toEqual([1, 2, 3]);
  expect(found({ search: '4' })).toEqual([4]);
});

it('finds the cameras of a group and of those below it', () => {
  expect(found({ groupId: 'city' })).toEqual([1, 2]);
  expect(found({ groupId: 'other' })).toEqual([3]);
});

it('finds by state and importance', () => {
  expect(found({ state: 'disabled' })).toEqual([3]);
  expect(found({ class: 'critical' })).toEqual([2]);
});
