import type { English } from '../../app/words.ts';
import type { eventsVi } from './vi.ts';

export const eventsEn: English<typeof eventsVi> = {
  title: 'Events',
};
