import type { SectorEventView } from '#contracts/sector-events';

/** An open event for tests, with what they change. */
export function sectorEvent(change: Partial<SectorEventView> = {}): SectorEventView {
  return {
    id: 'e1',
    number: 1,
    version: 1,
    sector: 'phan_anh',
    type: 'khan_cap',
    title: { vi: 'Cây đổ', en: 'Fallen tree' },
    detail: '',
    severity: 'moderate',
    urgency: 'unknown',
    certainty: 'unknown',
    occurredMs: 1000,
    openedMs: 1000,
    expiresMs: null,
    dueMs: null,
    place: null,
    areaCode: null,
    unitId: null,
    source: { kind: 'report', id: 'r1' },
    cameraIds: [],
    indicator: null,
    value: null,
    count: 1,
    lastMs: 1000,
    state: 'open',
    acknowledgedMs: null,
    acknowledgedBy: null,
    closedMs: null,
    closedBy: null,
    incidentId: null,
    link: null,
    synthetic: false,
    ...change,
  };
}
