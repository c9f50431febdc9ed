/** The two files that pages load, from this server alone, named by what is in them so that browsers may keep them. */
import { createHash } from 'node:crypto';
import { icon, style } from './style.js';

/** A file. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

function asset(name: string, ending: string, type: string, body: string): Asset {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { path: `/assets/${name}-${digest}.${ending}`, type, body };
}

export const styleSheet = asset('style', 'css', 'text/css; charset=utf-8', style);
export const iconFile = asset('icon', 'svg', 'image/svg+xml', icon);

/** All of them. */
export const assets: readonly Asset[] = [styleSheet, iconFile];
