import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Scope, scopeId } from '#contracts/access';
import { useCameras } from '../../api/queries.ts';
import { useGroupTree } from '../use-group-tree.ts';

/** What a grant reaches, in words. */
export function useScopeWords(): (scope: Scope) => string {
  const { t } = useTranslation('admin');
  const groups = useGroupTree();
  const cameras = useCameras();
  const paths = useMemo(() => new Map(groups.map(({ group, path }) => [group.id, path])), [groups]);
  const names = useMemo(() => new Map(cameras.data?.map(({ id, name }) => [id, name])), [cameras.data]);
  return useCallback(
    (scope) => {
      if (scope.kind === 'all') return t('scopes.all');
      if (scope.kind === 'group') return paths.get(scope.groupId) ?? t('scopes.gone');
      if (scope.kind === 'camera') return names.get(scope.cameraId) ?? t('scopes.gone');
      return scopeId(scope);
    },
    [t, paths, names],
  );
}
