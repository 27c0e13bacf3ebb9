import type { Directives } from './directives/directives.ts';
import type { OwnFacts } from './sectors/connectors/connector.ts';

/** How many directives wait for an answer, and how many of them too long: for `config/sectors/van_ban.json`. */
export function createDirectiveFacts(openCounts: Directives['openCounts']): OwnFacts {
  const ofProvince = (value: () => number) => async () => [{ areaCode: null, value: value() }];
  return {
    'van_ban.chi_dao_dang_mo': ofProvince(() => openCounts().open),
    'van_ban.chi_dao_qua_han': ofProvince(() => openCounts().overdue),
  };
}
