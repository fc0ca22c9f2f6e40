/** A workflow's YAML as a plain tree; what does not parse is read as far as it goes. */
import { parseYaml } from '../adapters/config-yaml/parse.ts';
import type { Tree } from '../core/config/tree.ts';

export function parseWorkflow(text: string): Tree {
  return parseYaml(text).tree;
}
