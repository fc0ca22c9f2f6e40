/** For sealed mode, which needs nothing else of GitHub. */
export { idToken } from '../adapters/github/oidc.ts';
