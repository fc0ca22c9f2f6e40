/** Names that say nothing, and places that exist on one machine only. */
import { basename } from 'node:path';
import type { Violation } from './source.ts';

const EMPTY_NAMES = /^(utils?|helpers?|managers?|handlers?|data|info|misc|common|stuff)$/;

/** A path of somebody's machine; hosted runners' homes and documentation's placeholders are everybody's. */
const MACHINE_PATH =
  /(?<![\w.@:/-])(?:\/(?:root|work)\/[\w.-]+|\/(?:home|Users)\/(?!runner\b|user\b|you\b|node\b|x\b)[\w.-]+|[A-Z]:\\Users\\\w+)/;

/** File and folder names that do not say what is inside: `utils.ts`, `rollout-helper.ts`. */
export function emptyNames(paths: readonly string[]): readonly Violation[] {
  return paths.flatMap((path) => {
    const words = path.split('/').flatMap((part) => basename(part).replace(/\..*$/, '').split('-'));
    const empty = words.find((word) => EMPTY_NAMES.test(word));
    return empty === undefined
      ? []
      : [{ file: path, line: 1, what: `"${empty}" says nothing`, instead: 'name it after what it is' }];
  });
}

/** Lines of a text that name a path of one machine. */
export function machinePaths(path: string, text: string): readonly Violation[] {
  return text.split('\n').flatMap((content, index) => {
    const found = MACHINE_PATH.exec(content)?.[0];
    const instead = 'take it from the environment or a temporary folder';
    return found === undefined
      ? []
      : [{ file: path, line: index + 1, what: `a path of one machine: ${found}`, instead }];
  });
}
