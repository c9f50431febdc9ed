/** The files that pages load, and what programs that look around ask for. */
import { textReply } from '../edge/reply.js';
import type { Room } from '../edge/room.js';
import { assets } from './assets.js';

const forAYear = 'public, max-age=31536000, immutable';

/** The room of files. */
export const pageRoom: Room = (path) => {
  const asset = assets.find((one) => one.path === path);
  if (asset !== undefined) {
    const reply = { status: 200, type: asset.type, headers: { 'Cache-Control': forAYear }, body: asset.body };
    return { name: 'asset', GET: () => reply };
  }
  return path === '/robots.txt'
    ? { name: 'robots', GET: () => textReply(200, 'User-agent: *\nDisallow: /') }
    : undefined;
};
