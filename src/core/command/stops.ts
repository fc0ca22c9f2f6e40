/**
 * What takes something back from users, or stops it. It is the last that gives way where calls are few, and the only kind that may mean
 * whatever is active when it is carried out.
 */
const STOPS: readonly string[] = ['rollback', 'reduce', 'pause', 'cancel', 'reject', 'flag disable', 'experiment stop'];

export function stops(command: string): boolean {
  return STOPS.includes(command);
}
