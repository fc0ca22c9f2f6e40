import { forgeContract } from '../../../contract/forge.contract.ts';
import { githubBench } from './bench.ts';

forgeContract('the GitHub forge', githubBench);
