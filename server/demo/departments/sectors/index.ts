import type { Department } from '../department.ts';
import { duLich } from './du-lich.ts';
import { giaoDuc } from './giao-duc.ts';
import { kinhTeXaHoi } from './kinh-te-xa-hoi.ts';
import { luuTru } from './luu-tru.ts';
import { mangXaHoi } from './mang-xa-hoi.ts';
import { thuTuc } from './thu-tuc.ts';
import { vanBan } from './van-ban.ts';
import { yTe } from './y-te.ts';

/** Cameras and citizens' reports are the house's own: what they count comes by themselves. */
export const DEPARTMENTS: readonly Department[] = [
  kinhTeXaHoi,
  thuTuc,
  vanBan,
  giaoDuc,
  yTe,
  duLich,
  luuTru,
  mangXaHoi,
];
