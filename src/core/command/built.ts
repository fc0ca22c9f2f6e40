/** Commands that the grammar knows and this version does not carry out; a noun stands for all its verbs. */
const NOT_BUILT: readonly string[] = ['backup', 'migration', 'token', 'link', 'release check'];

/** Whether this version carries the command out; where not, the answer is the code `not-yet`. */
export function isBuilt(name: string): boolean {
  return !NOT_BUILT.some((other) => name === other || name.startsWith(`${other} `));
}
