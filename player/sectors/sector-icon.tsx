import {
  IconBeach,
  IconBed,
  IconCamera,
  IconCategory,
  IconChartLine,
  IconFileDescription,
  IconHeartbeat,
  IconMessageReport,
  IconRubberStamp,
  IconSchool,
  IconSpeakerphone,
  type TablerIcon,
} from '@tabler/icons-react';

const ICONS = new Map<string, TablerIcon>([
  ['kinh_te_xa_hoi', IconChartLine],
  ['thu_tuc', IconRubberStamp],
  ['van_ban', IconFileDescription],
  ['giao_duc', IconSchool],
  ['y_te', IconHeartbeat],
  ['du_lich', IconBeach],
  ['luu_tru', IconBed],
  ['camera', IconCamera],
  ['mang_xa_hoi', IconSpeakerphone],
  ['phan_anh', IconMessageReport],
]);

/** A sector that somebody added has one as well. */
export function SectorIcon({ sector, size = 18 }: { sector: string; size?: number }) {
  const Icon = ICONS.get(sector) ?? IconCategory;
  return <Icon size={size} stroke={1.6} aria-hidden style={{ flex: 'none' }} />;
}
