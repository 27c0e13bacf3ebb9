import type { Queries } from '#base/database';
import type { AlertView, PersonRef } from '#contracts/alerts';
import type { EventMoment } from '#contracts/events';
import type { ExportInput, ExportView, HoldView } from '#contracts/recordings';

/** What incidents need of their neighbours; `server/alerts-part.ts` hands it over. */

export interface IncidentAlerts {
  /** Rejects with `notFound`. */
  find(alertId: string): Promise<AlertView>;
  ofIncident(incidentId: string): Promise<AlertView[]>;
  /** As part of the caller's transaction; `tell` afterwards. */
  setIncident(
    queries: Queries,
    alertId: string,
    incidentId: string | null,
    by: PersonRef,
  ): Promise<{ before: AlertView; now: AlertView }>;
  tell(alert: AlertView): void;
}

export interface IncidentPictures {
  read(cameraId: string, name: string, moment: EventMoment): Promise<Uint8Array | undefined>;
}

export interface IncidentExports {
  find(id: string): Promise<Pick<ExportView, 'id' | 'state' | 'error'>>;
  start(input: ExportInput, by: { readonly ownerId: string; readonly name: string }): Promise<ExportView>;
  archive(id: string): Promise<{ readonly path: string }>;
  onChanged(listener: (ownerId: string, view: ExportView) => void): () => void;
}

export interface IncidentHolds {
  create(
    cameraId: string,
    input: Pick<HoldView, 'startMs' | 'endMs' | 'caseNumber' | 'reason'>,
    by: string,
  ): Promise<HoldView>;
}
