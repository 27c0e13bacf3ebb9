import type { English } from '../../app/words.ts';
import type { adminVi } from './vi.ts';

export const adminEn: English<typeof adminVi> = {
  title: 'Administration',
};
