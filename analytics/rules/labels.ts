import { VEHICLES } from '../detectors/suppress.ts';

/** Names that models give to what rules are usually about. */
export const PERSON = 'person';
export const PEOPLE: readonly string[] = [PERSON];
export const ALL_VEHICLES: readonly string[] = [...VEHICLES];
/** What somebody carries, and may leave behind. */
export const THINGS: readonly string[] = ['backpack', 'handbag', 'suitcase', 'bag', 'luggage', 'box', 'parcel'];
