import type { Reporter, TestModule } from 'vitest/node';

interface Skip {
  readonly reason: string;
  readonly file: string;
}

function skipsOf(module: TestModule): readonly Skip[] {
  const skips: Skip[] = [];
  for (const test of module.children.allTests('skipped')) {
    const result = test.result();
    const note = result.state === 'skipped' ? result.note : undefined;
    skips.push({ reason: note ?? test.fullName, file: module.relativeModuleId });
  }
  return skips;
}

/** Lines that say what was skipped and why: the note of `context.skip(note)`, else the test's title. */
export function describeSkips(skips: readonly Skip[]): readonly string[] {
  const groups = new Map<string, number>();
  for (const { reason, file } of skips) groups.set(`${file}: ${reason}`, (groups.get(`${file}: ${reason}`) ?? 0) + 1);
  return [...groups].map(([line, count]) => `  ${line}${count > 1 ? ` (${String(count)} tests)` : ''}`);
}

/** Says at the end of a run which tests did not run, so that a green run hides nothing. */
class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skips = modules.flatMap(skipsOf);
    if (skips.length > 0) process.stdout.write(`\nSkipped, and why:\n${describeSkips(skips).join('\n')}\n`);
  }
}
// Vitest asks for a default export here.
export default SkipReporter;
