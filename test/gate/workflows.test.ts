import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly 'timeout-minutes'?: number; readonly steps?: readonly Step[] }>>;
}

const FOLDER = '.github/workflows';
const files = existsSync(FOLDER) ? readdirSync(FOLDER).map((name) => `${FOLDER}/${name}`) : [];

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const workflow = parse(text) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps ?? []);

  it('pins every action by its full commit, with the version beside it', () => {
    const used = text.match(/uses: .*/g) ?? [];
    const outside = used.filter((line) => !line.startsWith('uses: ./'));
    for (const line of outside) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(steps.filter(({ uses }) => uses !== undefined)).toHaveLength(used.length);
  });

  it('takes no permission for granted, and ends', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('runs no text from an expression', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
});
