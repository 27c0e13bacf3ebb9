import type { Place, SceneName } from '#contracts/camera';
import type { RuleDraft } from '#contracts/rules';

/** The invented town of Sông Mây: nobody lives there, and no camera of it exists. */
export interface TownCamera {
  readonly scene: SceneName;
  readonly name: string;
  readonly group: string;
  readonly place: Place;
  readonly way: 'rtmp' | 'rtsp' | 'onvif' | 'virtual';
  readonly codec: 'h264' | 'h265';
  /** Widths of its streams, the largest first; all are 16:9 and 15 pictures a second. */
  readonly widths: readonly number[];
  readonly class: 'critical' | 'high' | 'normal' | 'low';
  /** What it is watched for; nothing that needs a model, as there may be none. */
  readonly rule?: RuleDraft;
}

export const FPS = 15;
export const PURPOSE = 'Camera trình diễn: hình ảnh do phần mềm vẽ ra, không phải camera thật.';
export const NOTICE = 'Dữ liệu mô phỏng (demo).';

const WARD = 'Phường Sông Mây (demo)';
const OUTSKIRTS = 'Ngoại vi Sông Mây (demo)';

const place = (latitude: number, longitude: number, heading: number | null, fieldOfView: number): Place => ({
  latitude,
  longitude,
  heading,
  fieldOfView,
});

export const TOWN: readonly TownCamera[] = [
  {
    scene: 'junction',
    name: 'Ngã tư Hoa Sữa',
    group: WARD,
    place: place(16.2412, 107.7035, 40, 78),
    way: 'rtmp',
    codec: 'h264',
    widths: [640],
    class: 'high',
  },
  {
    scene: 'market',
    name: 'Chợ Bến Lá',
    group: WARD,
    place: place(16.2398, 107.7061, 165, 84),
    way: 'rtmp',
    codec: 'h264',
    widths: [640],
    class: 'normal',
  },
  {
    scene: 'school-gate',
    name: 'Cổng Trường Tiểu học Mây Trắng',
    group: WARD,
    place: place(16.2431, 107.7018, 270, 70),
    way: 'rtmp',
    codec: 'h264',
    widths: [640],
    class: 'high',
  },
  {
    scene: 'lobby',
    name: 'Sảnh Trung tâm hành chính',
    group: WARD,
    place: place(16.2406, 107.7049, 90, 95),
    way: 'virtual',
    codec: 'h264',
    widths: [640],
    class: 'normal',
  },
  {
    scene: 'park',
    name: 'Công viên Hồ Sen',
    group: WARD,
    place: place(16.2442, 107.7057, null, 60),
    way: 'onvif',
    codec: 'h264',
    widths: [640, 320],
    class: 'low',
  },
  {
    scene: 'river',
    name: 'Bến đò Sông Mây',
    group: OUTSKIRTS,
    place: place(16.2369, 107.7102, 110, 66),
    way: 'rtsp',
    codec: 'h265',
    widths: [640],
    class: 'normal',
  },
  {
    scene: 'bridge',
    name: 'Cầu Vọng Nguyệt',
    group: OUTSKIRTS,
    place: place(16.2355, 107.7079, null, 60),
    way: 'onvif',
    codec: 'h264',
    widths: [640, 320],
    class: 'high',
  },
  {
    scene: 'border-gate',
    name: 'Cửa khẩu Đèo Gió',
    group: OUTSKIRTS,
    place: place(16.2287, 107.6884, 245, 72),
    way: 'rtsp',
    codec: 'h264',
    widths: [1280, 640],
    class: 'critical',
    rule: {
      id: 'demo-lane',
      name: 'Làn xe qua cửa khẩu',
      kind: 'motion',
      enabled: true,
      area: [
        [0.42, 0.62],
        [0.72, 0.62],
        [0.9, 0.95],
        [0.36, 0.95],
      ],
      share: 0.05,
      cooldownSeconds: 120,
      mergeSeconds: 900,
    },
  },
  {
    scene: 'warehouse',
    name: 'Kho vật tư số 3',
    group: OUTSKIRTS,
    place: place(16.2324, 107.7143, 15, 88),
    way: 'rtsp',
    codec: 'h264',
    widths: [1280, 640],
    class: 'normal',
  },
];
