import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Scope, scopeId } from '#contracts/access';
import { useCameras } from '../../api/queries.ts';
import { useSectors, useUnits } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { useGroupTree } from '../use-group-tree.ts';

/** What a grant reaches, in words. */
export function useScopeWords(): (scope: Scope) => string {
  const { t } = useTranslation('admin');
  const groups = useGroupTree();
  const cameras = useCameras();
  const words = useWords();
  const sectors = useSectors();
  const units = useUnits();
  const sectorNames = useMemo(
    () => new Map(sectors.data?.map(({ key, name }) => [key, words(name)])),
    [sectors.data, words],
  );
  const unitNames = useMemo(() => new Map(units.data?.map(({ id, name }) => [id, name])), [units.data]);
  const paths = useMemo(() => new Map(groups.map(({ group, path }) => [group.id, path])), [groups]);
  const names = useMemo(() => new Map(cameras.data?.map(({ id, name }) => [id, name])), [cameras.data]);
  return useCallback(
    (scope) => {
      if (scope.kind === 'all') return t('scopes.all');
      if (scope.kind === 'group') return paths.get(scope.groupId) ?? t('scopes.gone');
      if (scope.kind === 'camera') return names.get(scope.cameraId) ?? t('scopes.gone');
      if (scope.kind === 'sector') return sectorNames.get(scope.sector) ?? scope.sector;
      if (scope.kind === 'unit') return unitNames.get(scope.unitId) ?? t('scopes.gone');
      return scopeId(scope);
    },
    [t, paths, names, sectorNames, unitNames],
  );
}
