/** `sluice watch [TARGET]`: live rows; ticks itself where this process can move the rollout. */
import { exitOf } from '../core/model/code.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { liveRows, plainLine } from '../core/report/live.ts';
import { findRollout } from '../core/rollout/find.ts';
import { hasEnded } from '../core/rollout/input.ts';
import { isOurs } from '../engine/ours.ts';
import { emptyMemory } from '../engine/step.ts';
import { readMoving, tick } from '../engine/tick.ts';
import type { Wiring } from '../engine/wiring.ts';
import { LiveScreen } from '../render/live.ts';
import { type Engine, openEngine } from './engine.ts';
import { withFreshConfig } from './fresh-config.ts';
import type { Running } from './running.ts';
import { readConfig } from './session.ts';
import { showOutcome } from './terminal.ts';

const REPAINT = 500;

export async function watchRollout(running: Running): Promise<number> {
  const engine = await openEngine(running, { serves: false });
  const screen = new LiveScreen(running.terminal.stdout);
  try {
    return await follow(running, engine, screen);
  } finally {
    screen.end();
    await engine.close();
  }
}

async function follow(
  { command, terminal, signal }: Running,
  { wiring: first, root }: Engine,
  screen: LiveScreen,
): Promise<number> {
  let wiring = first;
  const target = typeof command.args['target'] === 'string' ? command.args['target'] : undefined;
  const found = findRollout(await readMoving(wiring), { target, environment: command.environment });
  if (!found.ok) return showOutcome(terminal, found.refusal.outcome);
  const until = String(command.options['until'] ?? 'completed');
  const memory = emptyMemory();
  let shown: Rollout | undefined;
  let nextTick = 0;
  for (
    let rollout: Rollout | undefined = found.rollout;
    !signal.aborted;
    rollout = await newest(wiring, found.rollout.id)
  ) {
    const now = wiring.clock.now();
    const after: Rollout = rollout ?? (await ended(wiring, found.rollout));
    screen.show({ rows: liveRows(after, now, screen.width), line: plainLine(shown, after, now) });
    shown = after;
    if (hasEnded(after) || after.phase === 'failed' || after.phase === until) return exitOf(codeFor(after, until));
    if (now >= nextTick && isOurs(wiring, after)) {
      await tick({ wiring, memory, signal, patience: 2_000 });
      wiring = await withFreshConfig(wiring, () => readConfig(root, terminal));
      nextTick = now + Math.min(15_000, wiring.config.analysis.interval);
    }
    await wiring.clock.sleep(REPAINT, signal);
  }
  return 0;
}

async function newest(wiring: Wiring, id: string): Promise<Rollout | undefined> {
  return (await readMoving(wiring)).rollouts.get(id);
}

/** The document that the commit which ended it moved to history. */
async function ended(wiring: Wiring, last: Rollout): Promise<Rollout> {
  const { lastEnded } = await import('../engine/inspect.ts');
  return (await lastEnded(wiring, last.id)) ?? last;
}

function codeFor({ phase }: Rollout, until: string): 'done' | 'rolled-back' | 'failed' | 'needs-a-person' {
  if (phase === 'completed' || phase === until) return 'done';
  if (phase === 'rolled-back') return 'rolled-back';
  return phase === 'failed' ? 'needs-a-person' : 'failed';
}
