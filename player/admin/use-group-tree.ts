import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useGroups } from '../api/queries.ts';
import { type GroupNode, treeOf } from './groups-tree.ts';

export function useGroupTree(): readonly GroupNode[] {
  const { i18n } = useTranslation();
  const groups = useGroups();
  return useMemo(() => treeOf(groups.data ?? [], i18n.language), [groups.data, i18n.language]);
}
