import { createServer, type Server } from 'node:http';
import type { Metrics } from './metrics.js';

/** `/healthz` and `/metrics`, for this machine's monitoring. `isHealthy`: whether it can serve. */
export function sideDoor(metrics: Metrics, isHealthy: () => boolean): Server {
  return createServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (request.method === 'GET' && path === '/healthz') {
      const healthy = isHealthy();
      response.writeHead(healthy ? 200 : 503, { 'content-type': 'text/plain' });
      response.end(healthy ? 'ok\n' : 'stopping\n');
    } else if (request.method === 'GET' && path === '/metrics') {
      response.writeHead(200, { 'content-type': metrics.registry.contentType });
      response.end(await metrics.registry.metrics());
    } else {
      response.writeHead(404);
      response.end();
    }
  });
}
