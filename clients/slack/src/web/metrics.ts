// What the bot counts, for Prometheus. No label holds a person.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  /** Deliveries by kind and what became of them: done, repeated, failed. */
  deliveries: Counter<'kind' | 'result'>;
  /** From the request's arrival to our answer. */
  ack: Histogram<'kind'>;
  /** Requests that were not from Slack, by why they were refused. */
  refused: Counter<'why'>;
  /** Notifications by what became of them. */
  notifications: Counter<'result'>;
  /** Notifications that wait in this process. */
  waiting: Gauge;
}

export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    deliveries: new Counter({
      name: 'cortado_slack_deliveries_total',
      help: 'What Slack told us, by kind and what became of it.',
      labelNames: ['kind', 'result'],
      registers,
    }),
    ack: new Histogram({
      name: 'cortado_slack_ack_seconds',
      help: 'From the arrival of a delivery to our answer.',
      labelNames: ['kind'],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 3],
      registers,
    }),
    refused: new Counter({
      name: 'cortado_slack_refused_total',
      help: 'Requests that were not good: signature, time, replay, form.',
      labelNames: ['why'],
      registers,
    }),
    notifications: new Counter({
      name: 'cortado_slack_notifications_total',
      help: 'Notifications by what became of them: sent, found, failed, left.',
      labelNames: ['result'],
      registers,
    }),
    waiting: new Gauge({
      name: 'cortado_slack_notifications_waiting',
      help: 'Notifications that this process is about to send.',
      registers,
    }),
  };
}
