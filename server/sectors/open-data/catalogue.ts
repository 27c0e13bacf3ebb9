import type { Every, Indicator, SectorView } from '#contracts/sectors';

/** Of the EU's list of frequencies, which DCAT-AP asks for. */
const FREQUENCY = 'http://publications.europa.eu/resource/authority/frequency/';
const PERIODICITY: Readonly<Record<Every, string>> = {
  minute: 'UPDATE_CONT',
  fiveMinutes: 'UPDATE_CONT',
  quarterHour: 'UPDATE_CONT',
  hour: 'HOURLY',
  day: 'DAILY',
  week: 'WEEKLY',
  month: 'MONTHLY',
  quarter: 'QUARTERLY',
  year: 'ANNUAL',
};

export interface CatalogueFacts {
  /** Of this server, without a slash at the end. */
  readonly url: string;
  readonly publisher: string;
  readonly sectors: readonly SectorView[];
  /** Public ones only. */
  readonly indicators: readonly Indicator[];
  /** When its newest value came; `null`: nothing yet. */
  readonly newestMs: (indicator: string) => number | null;
  /** West, south, east, north. */
  readonly bounds: readonly [number, number, number, number] | null;
  readonly synthetic: boolean;
}

/** The catalogue of public indicators as DCAT 3 in JSON-LD (https://www.w3.org/TR/vocab-dcat-3/). */
export function openCatalogue({ url, publisher, sectors, indicators, newestMs, bounds, synthetic }: CatalogueFacts) {
  const names = new Map(sectors.map(({ key, name }) => [key, name]));
  const themes = `${url}/open/themes`;
  return {
    '@context': {
      dcat: 'http://www.w3.org/ns/dcat#',
      dct: 'http://purl.org/dc/terms/',
      foaf: 'http://xmlns.com/foaf/0.1/',
      skos: 'http://www.w3.org/2004/02/skos/core#',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
    },
    '@id': `${url}/open/catalogue.jsonld`,
    '@type': 'dcat:Catalog',
    'dct:title': both({ vi: 'Số liệu mở', en: 'Open figures' }),
    ...(synthetic ? { 'dct:description': both({ vi: 'Dữ liệu mô phỏng.', en: 'Synthetic data.' }) } : {}),
    'dct:publisher': { '@type': 'foaf:Organization', 'foaf:name': publisher },
    'dcat:themeTaxonomy': { '@id': themes, '@type': 'skos:ConceptScheme' },
    'dcat:dataset': indicators.map((indicator) => {
      const { code, name, unit, sector, cadence, legalBasis, isoRef } = indicator;
      const page = `${url}/open/indicators/${code}`;
      const newest = newestMs(code);
      return {
        '@id': page,
        '@type': 'dcat:Dataset',
        'dct:identifier': code,
        'dct:title': both(name),
        'dct:description': both({ vi: `${name.vi} (${unit.vi})`, en: `${name.en} (${unit.en})` }),
        'dcat:theme': {
          '@id': `${themes}#${sector}`,
          '@type': 'skos:Concept',
          'skos:prefLabel': both(names.get(sector) ?? { vi: sector, en: sector }),
        },
        'dct:accrualPeriodicity': { '@id': `${FREQUENCY}${PERIODICITY[cadence.every]}` },
        'dct:accessRights': {
          '@id': 'http://publications.europa.eu/resource/authority/access-right/PUBLIC',
        },
        ...(newest === null
          ? {}
          : { 'dct:modified': { '@type': 'xsd:dateTime', '@value': new Date(newest).toISOString() } }),
        ...(legalBasis === ''
          ? {}
          : { 'dct:provenance': { '@type': 'dct:ProvenanceStatement', 'dct:title': legalBasis } }),
        ...(isoRef === '' ? {} : { 'dct:conformsTo': { '@type': 'dct:Standard', 'dct:identifier': isoRef } }),
        ...(bounds === null ? {} : { 'dct:spatial': { '@type': 'dct:Location', 'dcat:bbox': boxText(bounds) } }),
        'dcat:distribution': [
          distribution(`${page}.csv`, 'text/csv'),
          distribution(`${page}.json`, 'application/json'),
        ],
      };
    }),
  };
}

function distribution(address: string, mediaType: string) {
  return {
    '@id': address,
    '@type': 'dcat:Distribution',
    'dcat:accessURL': { '@id': address },
    'dcat:downloadURL': { '@id': address },
    'dcat:mediaType': { '@id': `https://www.iana.org/assignments/media-types/${mediaType}` },
  };
}

function both({ vi, en }: { readonly vi: string; readonly en: string }) {
  return [
    { '@language': 'vi', '@value': vi },
    { '@language': 'en', '@value': en },
  ];
}

/** GeoSPARQL well-known text, longitude first. */
function boxText([west, south, east, north]: readonly [number, number, number, number]): string {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return `POLYGON((${ring.map((point) => point.join(' ')).join(',')}))`;
}
