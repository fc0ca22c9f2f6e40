/**
 * A text as Slack sends it, as the person typed it: `<https://a.example|a.example>` is `a.example`, `<@U061F7AUR|al>` is
 * `@U061F7AUR`, `<#C024BE7LR|general>` is `#general`, and `&amp; &lt; &gt;` are single characters
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function unwrapSlack(text: string): string {
  return text
    .replace(/<([^<>]*)>/g, (_, inside: string) => unwrapped(inside))
    .replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '');
}

function unwrapped(inside: string): string {
  const [target = '', label] = inside.split('|', 2);
  if (target.startsWith('@')) return target;
  if (target.startsWith('#')) return label === undefined || label === '' ? target : `#${label}`;
  if (target.startsWith('!')) return `@${label ?? target.slice(1)}`;
  return label ?? target.replace(/^mailto:/, '');
}
