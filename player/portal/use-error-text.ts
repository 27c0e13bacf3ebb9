import { PortalError } from './portal-api.ts';
import { fill, useLanguage } from './words.tsx';

/** A sentence for what went wrong: what it means and what can be done. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useLanguage();
  return (error) => {
    if (!(error instanceof PortalError)) return t.errors.server;
    switch (error.code) {
      case 'offline':
        return t.offline;
      case 'portal.tooMany':
      case 'portal.busy':
      case 'portal.fast':
        return fill(t.errors.busy, { s: Math.max(1, error.retrySeconds) });
      case 'portal.off':
        return t.off;
      case 'photo.tooLarge':
        return t.errors.tooLarge;
      case 'photo.unreadable':
        return t.words.unreadable;
      case 'photo.ticket':
        return t.errors.ticket;
      case 'report.unknown':
        return t.tracking.unknown;
      case 'report.notAnswered':
        return t.errors.notAnswered;
      case 'report.outside':
        return t.where.outside;
      case 'request.invalid':
      case 'report.service':
      case 'report.area':
        return t.errors.invalid;
      default:
        return t.errors.server;
    }
  };
}
