/** Channels of the configuration, each with what it wants to be told. */
import { digestOf } from '../core/digest.ts';
import type { ChannelConfig, Config } from '../core/model/config.ts';
import { webhookChannel } from '../adapters/channel-webhook/webhook.ts';
import type { Channel, Notice } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';

/** Mildest first: a notice below the channel's own is not sent there. */
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

export function channelsOf(
  { notify }: Pick<Config, 'notify'>,
  env: Readonly<Record<string, string | undefined>>,
  { clock, log }: { readonly clock: Clock; readonly log: (line: string) => void },
): readonly Channel[] {
  const names = namesOf(notify);
  return notify.flatMap((one, index) => {
    if (one.channel !== 'webhook') {
      log(`channel ${one.channel} comes with a later version: its notices are not sent`);
      return [];
    }
    const target = one.url ?? one.to;
    const url = valueOf(target, env);
    if (url === undefined || url === '') {
      log(`channel webhook: ${target ?? 'its url'} is empty here: its notices are not sent`);
      return [];
    }
    const secret = valueOf(one.token, env);
    const channel = webhookChannel({
      name: names[index] ?? 'webhook',
      url,
      clock,
      ...(secret === undefined ? {} : { secret }),
    });
    return [
      {
        ...channel,
        send: (notices, signal) =>
          channel.send(
            notices.filter((notice) => wanted(one, notice)),
            signal,
          ),
      },
    ];
  });
}

/** How far a channel has got is kept by its name: by what it sends to, so that another one before it in the list changes nothing. */
function namesOf(notify: Config['notify']): readonly string[] {
  const targets = notify.map(({ channel, url, to }) => `${channel}-${digestOf(url ?? to ?? '').slice(0, 12)}`);
  return targets.map((name, index) => {
    const before = targets.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}

function wanted({ events, severity }: ChannelConfig, notice: Notice): boolean {
  // A digest stands for many notices, some of which are wanted.
  if (notice.event === 'digest') return true;
  const isGrave = SEVERITIES.indexOf(notice.severity) >= SEVERITIES.indexOf(severity);
  const isAsked = events.includes(notice.event) || (notice.event === 'anomaly' && events.includes('alert'));
  return isGrave && (events.length === 0 || isAsked);
}

/** `$NAME` is read from the environment; anything else is itself. */
function valueOf(text: string | undefined, env: Readonly<Record<string, string | undefined>>): string | undefined {
  return text?.startsWith('$') ? env[text.slice(1)] : text;
}
