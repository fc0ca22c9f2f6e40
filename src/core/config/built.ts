/** What has an adapter in this version; the other types are read and checked, and said to come later. */
export const BUILT: Readonly<Record<'platforms' | 'sources' | 'channels', readonly string[]>> = {
  platforms: ['command', 'job', 'local'],
  sources: ['router'],
  channels: ['webhook'],
};
