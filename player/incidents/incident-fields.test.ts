import { describe, expect, it } from 'vitest';
import { fieldsOf, type IncidentFields, rebased, roughPlace } from './incident-fields.ts';

const OPENED: IncidentFields = {
  ...{ title: 'Cháy chợ', description: '', severity: 'moderate' },
  ...{ place: 'Chợ Mỹ Bình', latitude: '10.386', longitude: '105.435', leadId: null },
};

it('shows an incident as it is, and an empty one for what is not there yet', () => {
  const place = { name: 'Chợ Mỹ Bình', latitude: 10.386, longitude: 105.435 };
  const lead = { id: 'u1', name: 'Hoa' };
  const incident = { title: 'Cháy chợ', description: 'Khói đen', severity: 'severe', place, lead } as const;
  expect(fieldsOf(incident)).toEqual({ ...OPENED, description: 'Khói đen', severity: 'severe', leadId: 'u1' });
  expect(fieldsOf(null)).toMatchObject({ title: '', severity: 'moderate', latitude: '', leadId: null });
});

it('tells a notice only roughly where it is, and never whose place it is', () => {
  const place = { name: 'nhà ông Ba, hẻm 12', latitude: 10.386412, longitude: 105.435187 };
  expect(roughPlace(place)).toEqual({ latitude: 10.39, longitude: 105.44 });
  expect(roughPlace(null)).toEqual({ latitude: null, longitude: null });
});

describe('what was typed while somebody else saved', () => {
  it('stays, and takes theirs for what was not touched', () => {
    const theirs: IncidentFields = { ...OPENED, title: 'Cháy lớn', severity: 'extreme', leadId: 'u2' };
    expect(rebased({ ...OPENED, description: 'Khói đen' }, OPENED, theirs)).toEqual({
      ...theirs,
      description: 'Khói đen',
    });
    expect(rebased({ ...OPENED, severity: 'severe', leadId: 'u3' }, OPENED, theirs)).toMatchObject({
      ...{ title: 'Cháy lớn', severity: 'severe', leadId: 'u3' },
    });
  });

  it('does not mix two places', () => {
    const theirs: IncidentFields = { ...OPENED, place: 'Bến phà', latitude: '10.5', longitude: '105.2' };
    expect(rebased(OPENED, OPENED, theirs)).toEqual(theirs);
    const mine: IncidentFields = { ...OPENED, place: 'Cổng chợ' };
    expect(rebased(mine, OPENED, theirs)).toEqual(mine);
  });
});
