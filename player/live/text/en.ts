import type { English } from '../../app/words.ts';
import type { liveVi } from './vi.ts';

export const liveEn: English<typeof liveVi> = {
  title: 'Live',
};
