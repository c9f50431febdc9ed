/** Counts for Prometheus. No label names a person, a link or an address. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What is counted. */
export interface Metrics {
  readonly request: (place: string, method: string, status: number, seconds: number) => void;
  readonly answer: (kind: string, outcome: string) => void;
  readonly badRequest: (status: number) => void;
  /** All of it, as Prometheus reads it. */
  readonly read: () => Promise<string>;
}

/** Counts that begin at nothing. */
export function makeMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers;
  collectDefaultMetrics({ ...(registry && { register: registry }) });
  const requests = new Counter({
    name: 'cortado_web_requests_total',
    help: 'Requests by place, method and status.',
    labelNames: ['place', 'method', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'cortado_web_request_seconds',
    help: 'Time from the request to its answer, by place.',
    labelNames: ['place'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const answers = new Counter({
    name: 'cortado_web_answers_total',
    help: 'Confirmed answers by kind and what came of them.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const malformed = new Counter({
    name: 'cortado_web_malformed_total',
    help: 'Connections that sent no request, by the status they were answered with.',
    labelNames: ['status'],
    registers,
  });
  return {
    request(place, method, status, took) {
      requests.inc({ place, method, status: String(status) });
      seconds.observe({ place }, took);
    },
    answer: (kind, outcome) => answers.inc({ kind, outcome }),
    badRequest: (status) => malformed.inc({ status: String(status) }),
    read: async () => registry?.metrics() ?? '',
  };
}
