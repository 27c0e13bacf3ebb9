/** The names of what is kept in the query cache. */
export const queryKeys = {
  session: ['session'],
  cameras: ['cameras'],
  camera: (cameraId: string) => ['camera', cameraId],
  masks: (cameraId: string) => ['masks', cameraId],
  groups: ['groups'],
  layouts: ['layouts'],
  events: ['events'],
  eventsOf: (cameraId: string) => ['eventsOf', cameraId],
  timeline: (cameraId: string) => ['timeline', cameraId],
  exports: ['exports'],
  evidenceKeys: ['evidenceKeys'],
  users: ['users'],
  tokens: ['tokens'],
  audit: ['audit'],
  ready: ['ready'],
} as const;
