import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, REFUSED_HOST, type TestRegister } from '../../tests/fakes/register.ts';
import { type CameraImport, createCameraImport } from './camera-import.ts';

let database: Database;
let house: TestRegister;
let imports: CameraImport;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  house = await createTestRegister(database);
  imports = createCameraImport(house);
});
afterEach(() => database.close());

const faultsOf = async (csv: string): Promise<string[][]> =>
  (await imports.run(csv, { write: false })).lines.map((line) => line.faults.map((fault) => fault.path));

describe('CSV import', () => {
  it('takes what its own template gives, after a look that writes nothing', async () => {
    const looked = await imports.run(imports.template(), { write: false });
    expect(looked).toMatchObject({ written: false, good: 1, bad: 0, newGroups: ['Phường 1', 'Phường 1 / Chợ'] });
    expect([house.register.list(), house.groups.list()]).toEqual([[], []]);

    const written = await imports.run(imports.template(), { write: true });
    const [camera] = house.register.list();
    expect(written).toMatchObject({ written: true, lines: [{ line: 1, ok: true, cameraId: camera?.id }] });
    expect(camera).toMatchObject({ number: 101, name: 'Cổng chợ', place: { latitude: 10.3715, heading: 90 } });
    expect(house.groups.path(camera?.groupId ?? '')).toBe('Phường 1 / Chợ');
  });

  it.each([
    ['English, commas', 'Name,URL,Lat,Lon,Password\nGate,rtsp://u@10.0.0.5/1,"10,5",105.5,"a,b"'],
    [
      'Vietnamese, semicolons',
      '\uFEFFTÊN;Địa chỉ;Vĩ độ;KINH ĐỘ;mật khẩu\r\nGate;rtsp://u@10.0.0.5/1;10,5;105.5;a,b\r\n\r\n',
    ],
  ])('reads %s', async (_, csv) => {
    expect(await imports.run(csv, { write: true })).toMatchObject({ written: true, good: 1 });
    const [camera] = house.register.list();
    expect(camera).toMatchObject({ name: 'Gate', place: { latitude: 10.5, longitude: 105.5 } });
    expect(house.supervised.get(camera?.id ?? '')?.credentials).toEqual({ username: 'u', password: 'a,b' });
  });

  it('says of every line what is wrong with it, and writes none of them', async () => {
    await house.register.create(cameraInput({ number: 5 }));
    const csv = [
      'number,name,kind,url,latitude,group',
      '1,good,rtsp,rtsp://10.0.0.5/1,,',
      '1,twice,rtsp,rtsp://10.0.0.5/1,,',
      '5,taken,rtsp,rtsp://10.0.0.5/1,,',
      'x,no number,rtsp,rtsp://10.0.0.5/1,,',
      ',,rtsp,rtsp://10.0.0.5/1,,',
      ',scheme,rtsp,file:///etc/passwd,,',
      `,inside,onvif,http://${REFUSED_HOST}/,,`,
      ',kind,telepathy,rtsp://10.0.0.5/1,,',
      ',place,rtsp,rtsp://10.0.0.5/1,95,',
      `,deep,rtsp,rtsp://10.0.0.5/1,,${'a/'.repeat(40)}`,
    ].join('\n');
    expect(await faultsOf(csv)).toEqual([
      [],
      ['number'],
      ['number'],
      ['number'],
      ['name'],
      ['source.mainUrl'],
      ['source.deviceUrl'],
      ['source.kind'],
      ['place.latitude', 'place.longitude'],
      ['groupId'],
    ]);
    expect(await imports.run(csv, { write: true })).toMatchObject({ written: false, good: 1, bad: 9 });
    expect(house.register.list()).toHaveLength(1);
  });

  it.each([
    ['', 'import.noHeader'],
    ['just words', 'import.noHeader'],
    ['name,url\n"open', 'import.notCsv'],
    [`name,url\n${'a,rtsp://10.0.0.5/1\n'.repeat(5001)}`, 'import.tooLong'],
  ])('refuses a file that is no list', async (csv, code) => {
    await expect(imports.run(csv, { write: false })).rejects.toMatchObject({ code });
  });

  it('never repeats a password in its report', async () => {
    const report = await imports.run('name,url,password\n,rtsp://u:hidden1@h/1,hidden2', { write: false });
    expect(JSON.stringify(report)).not.toContain('hidden');
  });
});
