import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, temporaryFolder } from '@cortado/testing';

/** A clone as somebody has it who has just built: the sources, what was built and installed, and an empty home. */
export interface Fresh {
  /** The top of the clone. */
  readonly clone: string;
  /** $HOME. */
  readonly home: string;
  remove(): void;
}

// What is made or linked, not copied.
const notCopied = new Set(['.git', 'build', 'node_modules', 'dist', 'gen']);

function linkAll(from: string, to: string, except: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (name !== except) symlinkSync(join(from, name), join(to, name));
}

// The workspaces are the clone's own, so that what is built in it is what runs in it.
function linkWorkspaces(clone: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(join(clone, 'clients'), { withFileTypes: true })) {
    if (!name.isDirectory() || name.name === 'ctl') continue;
    symlinkSync(join(clone, 'clients', name.name), join(to, name.name));
    // What npm did not put at the top.
    const own = join('clients', name.name, 'node_modules');
    if (existsSync(join(root, own))) symlinkSync(join(root, own), join(clone, own));
  }
}

/** Makes a fresh clone, with links to the programs and packages of this one. What it changes there is in build/examples. */
export function freshClone(): Fresh {
  const folder = temporaryFolder();
  const clone = join(folder.path, 'cortado');
  const home = join(folder.path, 'home');
  mkdirSync(home);
  cpSync(root, clone, { recursive: true, filter: (path) => path === root || !notCopied.has(basename(path)) });
  symlinkSync(join(root, 'build'), join(clone, 'build'));
  linkAll(join(root, 'node_modules'), join(clone, 'node_modules'), '@cortado');
  linkWorkspaces(clone, join(clone, 'node_modules/@cortado'));
  return { clone, home, remove: folder.remove };
}
