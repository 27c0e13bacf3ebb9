import type { IncidentView } from '#contracts/alerts';
import type { Severity } from '#contracts/events';

/** An incident as the form shows it; what is a number stands there as it is typed. */
export interface IncidentFields {
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly place: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly leadId: string | null;
}

type Shown = Pick<IncidentView, 'title' | 'description' | 'severity' | 'place' | 'lead'>;

/** `null`: of one that is not there yet. */
export function fieldsOf(incident: Shown | null): IncidentFields {
  return {
    title: incident?.title ?? '',
    description: incident?.description ?? '',
    severity: incident?.severity ?? 'moderate',
    place: incident?.place?.name ?? '',
    latitude: incident?.place?.latitude?.toString() ?? '',
    longitude: incident?.place?.longitude?.toString() ?? '',
    leadId: incident?.lead?.id ?? null,
  };
}

/**
 * What was typed over `from`, on top of `to`: what was not touched is taken as somebody else left it. A place is one
 * thing: its name and its position are never mixed of two.
 */
export function rebased(typed: IncidentFields, from: IncidentFields, to: IncidentFields): IncidentFields {
  const moved = (['place', 'latitude', 'longitude'] as const).some((key) => typed[key] !== from[key]);
  const { place, latitude, longitude } = moved ? typed : to;
  return {
    title: typed.title === from.title ? to.title : typed.title,
    description: typed.description === from.description ? to.description : typed.description,
    severity: typed.severity === from.severity ? to.severity : typed.severity,
    leadId: typed.leadId === from.leadId ? to.leadId : typed.leadId,
    ...{ place, latitude, longitude },
  };
}

/** About a kilometre: the public is told around where something is, and not of whose house. */
const ROUGH_DEGREES = 0.01;

/** Where a notice of the incident may begin; the words for it are chosen by whoever publishes. */
export function roughPlace(place: Shown['place']): {
  readonly latitude: number | null;
  readonly longitude: number | null;
} {
  const rough = (degrees: number | null | undefined): number | null =>
    degrees == null ? null : Number((Math.round(degrees / ROUGH_DEGREES) * ROUGH_DEGREES).toFixed(2));
  return { latitude: rough(place?.latitude), longitude: rough(place?.longitude) };
}
