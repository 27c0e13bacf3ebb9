import { ROLE_PERMISSIONS } from '#contracts/access';
import { useSession } from '../../app/session.tsx';

/** Whether this person may set policies for more than one camera: that needs a grant over all of them. */
export function useMayConfigureAll(): boolean {
  const { user } = useSession();
  return user.grants.some(
    ({ role, scope }) => scope.kind === 'all' && ROLE_PERMISSIONS[role].includes('camera.configure'),
  );
}
