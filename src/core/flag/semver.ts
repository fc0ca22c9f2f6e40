/** flagd's `sem_ver`: semver.org precedence, a leading v and missing parts forgiven, build metadata ignored. */

export const SEMVER_OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '^', '~'] as const;

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly pre: readonly (string | number)[];
}

const NUMBER = '(0|[1-9]\\d*)';
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const STRICT = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
const PARTIAL = /^\d+(\.\d+)?$/;
const LONGEST = 256;

/** A version as flagd reads it (numbers become text); undefined when it is none. */
function parseVersion(raw: unknown): Version | undefined {
  const bare = String(raw).replace(/^[vV]/, '').trim();
  if (bare.length > LONGEST) return undefined;
  const partial = PARTIAL.exec(bare);
  const text = partial ? `${bare}${partial[1] === undefined ? '.0.0' : '.0'}` : bare;
  const match = STRICT.exec(text);
  if (!match) return undefined;
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (Math.max(major, minor, patch) > Number.MAX_SAFE_INTEGER) return undefined;
  const pre = match[4]?.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) ?? [];
  return { major, minor, patch, pre };
}

function comparePre(one: Version['pre'], other: Version['pre']): number {
  if (one.length === 0 || other.length === 0) return other.length - one.length;
  for (let i = 0; ; i++) {
    const [a, b] = [one[i], other[i]];
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
    if (a === b) continue;
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
    return a < b ? -1 : 1;
  }
}

function compareVersions(one: Version, other: Version): number {
  return (
    one.major - other.major || one.minor - other.minor || one.patch - other.patch || comparePre(one.pre, other.pre)
  );
}

/** The test `VERSION operator other`; undefined where the operator or `other` is none. A version that is none answers null. */
export function semverTest(operator: unknown, other: unknown): ((raw: unknown) => boolean | null) | undefined {
  const right = parseVersion(other);
  const answers = OPERATIONS[String(operator)];
  if (!right || !answers) return undefined;
  const pack = right.pre.length === 0 ? packOf(right) : -1;
  const compares = answers.compares;
  return (raw) => {
    if (pack >= 0 && compares && typeof raw === 'string') {
      const packed = packText(raw);
      if (packed >= 0) return compares(packed - pack);
    }
    const left = parseVersion(raw);
    return left ? answers.test(left, right) : null;
  };
}

interface Operation {
  readonly compares?: (order: number) => boolean;
  readonly test: (left: Version, right: Version) => boolean;
}
function ordering(compares: (order: number) => boolean): Operation {
  return { compares, test: (left, right) => compares(compareVersions(left, right)) };
}
const OPERATIONS: Readonly<Record<string, Operation | undefined>> = {
  '=': ordering((order) => order === 0),
  '!=': ordering((order) => order !== 0),
  '<': ordering((order) => order < 0),
  '<=': ordering((order) => order <= 0),
  '>': ordering((order) => order > 0),
  '>=': ordering((order) => order >= 0),
  '^': { test: (left, right) => left.major === right.major },
  '~': { test: (left, right) => left.major === right.major && left.minor === right.minor },
};

const PART = 65_536;

function packOf({ major, minor, patch }: Version): number {
  return major < PART && minor < PART && patch < PART ? (major * PART + minor) * PART + patch : -1;
}

/** `12.3.4` as one number in order of precedence, read without allocating; -1: anything else, read the long way. */
function packText(text: string): number {
  let packed = 0;
  let part = -1;
  let parts = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part >= PART) return -1;
    } else if (digit === -2 && part >= 0 && parts < 2) {
      packed = packed * PART + part;
      part = -1;
      parts++;
    } else return -1;
  }
  return parts === 2 && part >= 0 ? packed * PART + part : -1;
}
