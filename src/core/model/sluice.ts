/** Sluice itself as an actor: a tick, a judge, a trigger. */
export const SLUICE: {
  readonly kind: 'sluice';
  readonly id: string;
  readonly name: string;
  readonly verified: boolean;
} = {
  kind: 'sluice',
  id: 'tick',
  name: 'sluice',
  verified: true,
};
