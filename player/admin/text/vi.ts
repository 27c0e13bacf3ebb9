import { addCameraVi } from './add-camera-vi.ts';
import { auditVi } from './audit-vi.ts';
import { camerasVi } from './cameras-vi.ts';
import { catalogueVi } from './catalogue-vi.ts';
import { modelsVi } from './models-vi.ts';
import { outputsVi } from './outputs-vi.ts';
import { peopleVi } from './people-vi.ts';
import { recordingVi, storageVi } from './recording-vi.ts';
import { rulesVi } from './rules-vi.ts';

export const adminVi = {
  ...addCameraVi,
  ...camerasVi,
  ...peopleVi,
  recording: recordingVi,
  storage: storageVi,
  rules: rulesVi,
  outputs: outputsVi,
  models: modelsVi,
  catalogue: catalogueVi,
  audit: auditVi,
  nothingFound: 'Không tìm thấy',
  clearFilter: 'Bỏ lọc',
  stop: 'Dừng',
  undoChanges: 'Bỏ thay đổi',
  system: {
    parts: { database: 'Cơ sở dữ liệu' },
    partStates: { ok: 'tốt' },
    health: 'Tình trạng',
    ready: 'Mọi phần đang chạy',
    notReady: 'Có phần chưa sẵn sàng',
    program: 'Chương trình',
    version: 'Phiên bản',
    mode: 'Chế độ',
    demo: 'Bản demo',
    real: 'Vận hành thật',
    metrics: 'Số đo',
    metricsHint:
      'Prometheus đọc /metrics bằng một khoá API có quyền "Đọc số đo". /healthz và /readyz dành cho bộ cân bằng tải.',
  },
};
