/** `node scripts/run-ts.js scripts/release.ts check|notes|publish|major TAG`: what .github/workflows/release.yml does, step by step. */
import { checkRelease, moveMajor, publishRelease, ReleaseRefused } from './release-steps.ts';

const [step = '', named = ''] = process.argv.slice(2);
/** The source's own tag has the release's in it. */
const tag = named.replace(/^source\//, '');
const token = process.env['GITHUB_TOKEN'];
const place = { folder: process.cwd(), ...(token === undefined || token === '' ? {} : { token }) };

async function told(): Promise<string> {
  const release = await checkRelease(place, tag);
  switch (step) {
    case 'check':
      return `${release.source} can be released as ${tag}`;
    case 'notes':
      return release.notes;
    case 'publish':
      return `${tag} is ${await publishRelease(place, release)}`;
    case 'major':
      return (await moveMajor(place, release)) ? `${String(release.major)} is ${tag} now` : 'the major tag stays';
    default:
      throw new ReleaseRefused('which step? check, notes, publish or major, and a tag');
  }
}

try {
  console.log(await told());
} catch (error) {
  if (!(error instanceof ReleaseRefused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
