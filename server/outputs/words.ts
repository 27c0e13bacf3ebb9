import type { AlertView } from '#contracts/alerts';
import type { Severity } from '#contracts/events';
import type { Language } from '#contracts/languages';
import type { CloudEvent } from './cloud-event.ts';

/** What leaves the house in sentences: mail and messages on a phone. The console has words of its own. */
interface Words {
  readonly severity: Readonly<Record<Severity, string>>;
  readonly types: Readonly<Record<string, string>>;
  readonly place: string;
  readonly time: string;
  readonly level: string;
  readonly rule: string;
  readonly several: (count: number) => string;
  readonly andMore: (count: number) => string;
  /** Of what came late and does not hold any more. */
  readonly leftOut: (count: number) => string;
  readonly unclaimed: (count: number) => string;
  readonly open: string;
  readonly escalated: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  vi: {
    severity: { unknown: 'Không rõ', minor: 'Thấp', moderate: 'Vừa', severe: 'Cao', extreme: 'Khẩn cấp' },
    types: {
      'alert.opened': 'Cảnh báo mới',
      'alert.repeated': 'Cảnh báo lặp lại',
      'alert.escalated': 'Cảnh báo chưa ai nhận',
      'alert.claimed': 'Cảnh báo đã có người nhận',
      'alert.released': 'Cảnh báo được trả lại',
      'alert.dispatched': 'Đã cử lực lượng đến nơi có cảnh báo',
      'alert.closed': 'Cảnh báo đã đóng',
      'alert.reopened': 'Cảnh báo được mở lại',
      'alert.changed': 'Cảnh báo có cập nhật',
      'incident.opened': 'Vụ việc mới',
      'incident.changed': 'Vụ việc có cập nhật',
      'incident.closed': 'Vụ việc đã đóng',
      'detection.zone': 'Có đối tượng trong vùng',
      'detection.loitering': 'Có người lảng vảng',
      'detection.line': 'Có đối tượng vượt vạch',
      'detection.crowd': 'Tụ tập đông người',
      'detection.stopped': 'Xe dừng đỗ',
      'detection.wrongWay': 'Đi ngược chiều',
      'detection.abandoned': 'Đồ vật bị bỏ lại',
      'detection.presence': 'Phát hiện đối tượng',
      'detection.motion': 'Có chuyển động',
      'detection.cameraSignal': 'Camera báo tín hiệu',
      'camera.down': 'Mất kết nối camera',
      'camera.live': 'Camera hoạt động trở lại',
      'sector.opened': 'Sự kiện mới của lĩnh vực',
      'sector.closed': 'Sự kiện của lĩnh vực đã kết thúc',
      'camera.registered': 'Đã thêm camera',
      'camera.changed': 'Đã sửa camera',
      'camera.removed': 'Đã xoá camera',
      'picture.black': 'Hình ảnh bị đen',
      'picture.frozen': 'Hình ảnh bị đứng',
      'picture.covered': 'Ống kính bị che',
      'picture.blurred': 'Hình ảnh bị mờ',
      'picture.turned': 'Camera bị xoay hướng',
      'picture.cleared': 'Hình ảnh trở lại bình thường',
      'disk.state': 'Ổ đĩa thay đổi trạng thái',
      'alerts.report': 'Báo cáo cảnh báo trong ngày',
      'system.started': 'Hệ thống đã khởi động',
      'retention.needsConfirmation': 'Việc xoá bản ghi cần được xác nhận',
      'retention.cannotFree': 'Ổ đĩa đầy mà không thể xoá bản ghi',
      'retention.earlierThanPolicy': 'Bản ghi bị xoá sớm hơn quy định',
      'output.test': 'Thông báo thử',
    },
    place: 'Camera',
    time: 'Lúc',
    level: 'Mức độ',
    rule: 'Quy tắc',
    several: (count) => `${count} thông báo`,
    andMore: (count) => `… và ${count} thông báo khác`,
    leftOut: (count) => `Bỏ qua ${count} thông báo cũ về các cảnh báo đã được xử lý hoặc có diễn biến mới hơn.`,
    unclaimed: (count) => `${count} cảnh báo chưa ai nhận`,
    open: 'Mở trong Tamnhin',
    escalated: 'Chưa ai nhận',
  },
  en: {
    severity: { unknown: 'Unknown', minor: 'Minor', moderate: 'Moderate', severe: 'Severe', extreme: 'Extreme' },
    types: {
      'alert.opened': 'New alert',
      'alert.repeated': 'Alert repeated',
      'alert.escalated': 'Nobody has claimed an alert',
      'alert.claimed': 'Alert claimed',
      'alert.released': 'Alert given back',
      'alert.dispatched': 'A unit was sent to an alert',
      'alert.closed': 'Alert closed',
      'alert.reopened': 'Alert opened again',
      'alert.changed': 'Alert updated',
      'incident.opened': 'New incident',
      'incident.changed': 'Incident updated',
      'incident.closed': 'Incident closed',
      'detection.zone': 'Something is in a zone',
      'detection.loitering': 'Somebody loiters',
      'detection.line': 'A line was crossed',
      'detection.crowd': 'A crowd gathers',
      'detection.stopped': 'A vehicle has stopped',
      'detection.wrongWay': 'Wrong way',
      'detection.abandoned': 'Something was left behind',
      'detection.presence': 'Something was detected',
      'detection.motion': 'Motion',
      'detection.cameraSignal': 'Signal of a camera',
      'camera.down': 'Camera lost',
      'camera.live': 'Camera is back',
      'sector.opened': 'New event in a sector',
      'sector.closed': 'Event in a sector is over',
      'camera.registered': 'Camera added',
      'camera.changed': 'Camera changed',
      'camera.removed': 'Camera removed',
      'picture.black': 'Picture is black',
      'picture.frozen': 'Picture is frozen',
      'picture.covered': 'Lens is covered',
      'picture.blurred': 'Picture is blurred',
      'picture.turned': 'Camera was turned away',
      'picture.cleared': 'Picture is well again',
      'disk.state': 'State of a disk changed',
      'alerts.report': 'Report of alerts of the day',
      'system.started': 'The system started',
      'retention.needsConfirmation': 'Deleting recordings needs a confirmation',
      'retention.cannotFree': 'A disk is full and nothing on it may go',
      'retention.earlierThanPolicy': 'Recordings go earlier than they should',
      'output.test': 'Test message',
    },
    place: 'Camera',
    time: 'At',
    level: 'Severity',
    rule: 'Rule',
    several: (count) => `${count} messages`,
    andMore: (count) => `… and ${count} more`,
    leftOut: (count) =>
      `Left out: ${count} older messages about alerts that are in hand or of which there is later news.`,
    unclaimed: (count) => `${count} alerts that nobody has claimed`,
    open: 'Open in Tamnhin',
    escalated: 'Nobody has claimed it',
  },
};

export const wordsOf = (language: Language): Words => WORDS[language];

/** `vn.tamnhin.detection.zone` in words; a type of a newer program by its own name. */
export function typeWords(type: string, language: Language): string {
  return WORDS[language].types[type.replace(/^vn\.tamnhin\./, '')] ?? type;
}

/** In the province's time: who reads it is there. */
function timeWords(ms: number, language: Language): string {
  return new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Asia/Ho_Chi_Minh',
  }).format(ms);
}

/** One message in some lines; `nameOf` says how a camera is called. */
export function describe(event: CloudEvent, language: Language, nameOf: (cameraId: string) => string): string[] {
  const words = WORDS[language];
  const rule = ruleOf(event.data);
  const lines = [
    typeWords(event.type, language),
    ...(event.subject === undefined ? [] : [`${words.place}: ${nameOf(event.subject)}`]),
    ...(rule === undefined ? [] : [`${words.rule}: ${rule}`]),
    `${words.level}: ${words.severity[event.severity]}`,
    `${words.time}: ${timeWords(Date.parse(event.time), language)}`,
  ];
  const title = textOf(event.data, 'title');
  if (title !== undefined) lines.splice(1, 0, title);
  return lines;
}

function ruleOf(data: unknown): string | undefined {
  const detection = typeof data === 'object' && data !== null && 'detection' in data ? data.detection : data;
  return textOf(detection, 'ruleName');
}

function textOf(data: unknown, name: string): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const value: unknown = Reflect.get(data, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What an alert says on the screen of a phone. */
export function pushWords(alert: AlertView, escalated: boolean, language: Language, cameraName: string) {
  const words = WORDS[language];
  const what = alert.detection.ruleName || typeWords(alert.eventType, language);
  return {
    title: `${words.severity[alert.severity]}: ${what}`,
    body: [cameraName, timeWords(alert.openedMs, language), ...(escalated ? [words.escalated] : [])].join(' · '),
  };
}

/** Several alerts in one message: the screen of a phone is not to fill up with what an hour without a line has gathered. */
export function pushSummary(alerts: readonly AlertView[], language: Language, nameOf: (cameraId: string) => string) {
  const names = [...new Set(alerts.map(({ cameraId }) => nameOf(cameraId)))];
  const more = names.length - MOST_NAMES;
  return {
    title: WORDS[language].unclaimed(alerts.length),
    body: [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`+${more}`] : [])].join(' · '),
  };
}

const MOST_NAMES = 3;
