/** A document whose code blocks are run. */
export interface Document {
  /** From the top of the repository. */
  path: string;
  /** The command that it says to keep running in another terminal; it has to stand in the document. */
  serve: string;
  /** What the blocks, run one after the other, have to print somewhere. */
  prints: RegExp[];
  /** Blocks that are not run: how each begins, and why not. */
  notRun: { begins: string; why: string }[];
}

const serveDev = 'make dev ARGS="--data $HOME/cortado-dev"';
const adaMeetsBen = [/You are Ada/, /Ben Hollerath/, /^ {2}- Has /m];

/** Every document with commands for people to type. */
export const documents: Document[] = [
  {
    path: 'README.md',
    serve: 'make run ARGS=--dev',
    prints: [/imported/i, /role model|suggest|strong/i],
    notRun: [{ begins: '                cortadoctl, your own clients', why: 'a picture' }],
  },
  { path: 'docs/developing.md', serve: serveDev, prints: [/Ben/, /3d|72h/], notRun: [] },
  { path: 'examples/curl/README.md', serve: serveDev, prints: [...adaMeetsBen, /"considered_?[cC]ount"/], notRun: [] },
  { path: 'examples/typescript/README.md', serve: serveDev, prints: [...adaMeetsBen, /free: /], notRun: [] },
  { path: 'examples/python/README.md', serve: serveDev, prints: adaMeetsBen, notRun: [] },
];
