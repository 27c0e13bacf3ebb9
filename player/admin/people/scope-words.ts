import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scope } from '#contracts/access';
import { useCameras } from '../../api/queries.ts';
import { useFeeds, useSectors, useUnits } from '../../api/sector-queries.ts';
import { useSession } from '../../app/session.tsx';
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
  const feeds = useFeeds(useSession().can('sector.read'));
  const feedNames = useMemo(() => new Map(feeds.data?.map(({ id, name }) => [id, name])), [feeds.data]);
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
      return feedNames.get(scope.feedId) ?? t('scopes.gone');
    },
    [t, paths, names, sectorNames, unitNames, feedNames],
  );
}
