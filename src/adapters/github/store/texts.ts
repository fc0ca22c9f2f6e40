/** Texts of blobs that this process does not know yet, by the fewest questions. */
import { createHash } from 'node:crypto';
import { StoreError } from '../../../ports/store.ts';
import { statusOf } from '../client/problem.ts';
import { untar } from './archive.ts';
import type { Memory } from './memory.ts';
import { type Place, storeError } from './place.ts';

/** Blobs in one query, queries at once, and from where on the archive of the whole state is less. */
const BATCH = 100;
const AT_ONCE = 4;
const ARCHIVE_FROM = 400;

interface Wanted {
  /** Where the blobs stand. */
  readonly revision: string;
  readonly oids: Iterable<string>;
}

/** The texts by id. Rejects with a StoreError where one is not there. */
export async function textsOf(
  place: Place,
  memory: Memory,
  { revision, oids }: Wanted,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const keep = (oid: string, text: string): void => {
    texts.set(oid, text);
    memory.texts.set(oid, text, text.length + 1);
  };
  const all = [...new Set(oids)];
  for (const oid of all) {
    const known = memory.texts.get(oid);
    if (known !== undefined) texts.set(oid, known);
  }
  const missing = () => all.filter((oid) => !texts.has(oid));
  if (missing().length >= ARCHIVE_FROM) await readArchive(place, revision, (oid, text) => keep(oid, text));
  await inBatches(missing(), async (batch) => readBatch(place, batch, keep));
  for (const oid of missing()) {
    const text = await readBlob(place, oid);
    if (text === undefined) throw damaged(place, oid);
    keep(oid, text);
  }
  return texts;
}

/** A text that GitHub gave, if it is whole: its hash is the blob's id. Long ones are cut, and odd signs replaced. */
export function isWhole(oid: string, text: string): boolean {
  return hashOf(Buffer.from(text)) === oid;
}

/** Any blob of the repository; undefined: there is none of that id. */
export async function textOf(place: Place, memory: Memory, oid: string): Promise<string | undefined> {
  const known = memory.texts.get(oid);
  if (known !== undefined) return known;
  const keep = (_: string, text: string): void => memory.texts.set(oid, text, text.length + 1);
  await readBatch(place, [oid], keep);
  return memory.texts.get(oid) ?? readBlob(place, oid);
}

async function inBatches(oids: readonly string[], work: (batch: readonly string[]) => Promise<void>): Promise<void> {
  const batches: (readonly string[])[] = [];
  for (let at = 0; at < oids.length; at += BATCH) batches.push(oids.slice(at, at + BATCH));
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) await work(batch);
  });
  await Promise.all(workers);
}

type Keep = (oid: string, text: string) => void;

interface BlobsAnswer {
  readonly repository: Readonly<Record<string, { readonly text?: string | null } | null>> | null;
}

async function readBatch(place: Place, oids: readonly string[], keep: Keep): Promise<void> {
  const { client, owner, repo } = place;
  // An object's id is hexadecimal and no more, so it may stand in the query.
  const wanted = oids.filter((oid) => /^[0-9a-f]{40,64}$/.test(oid));
  if (wanted.length === 0) return;
  const fields = wanted.map((oid, index) => `b${index}: object(oid: "${oid}") { ... on Blob { text } }`);
  const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${fields.join('\n')} } }`;
  try {
    const { repository } = await client.graphql<BlobsAnswer>(query, { owner, name: repo });
    for (const [index, oid] of wanted.entries()) {
      const text = repository?.[`b${index}`]?.text;
      if (typeof text === 'string' && isWhole(oid, text)) keep(oid, text);
    }
  } catch (error) {
    throw storeError(place, error, 'reading');
  }
}

/** One blob of any size and with any content (docs.github.com/rest/git/blobs#get-a-blob). */
async function readBlob(place: Place, oid: string): Promise<string | undefined> {
  const { client, owner, repo } = place;
  if (!/^[0-9a-f]{40,64}$/.test(oid)) return undefined;
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
      owner,
      repo,
      file_sha: oid,
    });
    return Buffer.from(data.content, 'base64').toString();
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 422) return undefined;
    throw storeError(place, error, 'reading');
  }
}

/** The whole state in one answer. What does not come this way is asked for otherwise. */
async function readArchive({ client, owner, repo }: Place, revision: string, keep: Keep): Promise<void> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/tarball/{ref}', { owner, repo, ref: revision });
    for (const content of untar(Buffer.from(data as ArrayBuffer))) {
      const text = content.toString();
      keep(hashOf(content), text);
    }
  } catch {
    // Batches say what is wrong, if anything is.
  }
}

/** Git's id of a blob. */
function hashOf(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function damaged({ owner, repo }: Place, oid: string): StoreError {
  return new StoreError('store-damaged', `store-damaged: ${owner}/${repo} names the blob ${oid} and does not have it`);
}
