/** The check that says of a commit whether it is live (core/review/deployed.ts answers it). */
export const DEPLOYED = 'sluice / deployed';
