// Counts events of EventBridge by who tells of them and by their kind.

const NAMESPACE = 'TechCorp/Functions';

/** One event: a line of CloudWatch's embedded metric format, from which CloudWatch makes the metric. */
export const handle = async (event) => {
  const { source, time, 'detail-type': kind } = event;
  const moment = Date.parse(time);
  if (!source || !kind || Number.isNaN(moment)) throw new TypeError('this is no event of EventBridge');
  const metric = {
    Namespace: NAMESPACE,
    Dimensions: [['Environment', 'Source', 'Kind']],
    Metrics: [{ Name: 'Events', Unit: 'Count' }],
  };
  const line = {
    _aws: { Timestamp: moment, CloudWatchMetrics: [metric] },
    Environment: process.env.ENVIRONMENT,
    Source: source,
    Kind: kind,
    Events: 1,
    id: event.id,
  };
  // Not by console.log, which would put the time before it: CloudWatch then sees no metric.
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
