/** componentstatuses: never stored, and read only; what they say is probed when asked. */
import type { ComponentStatus } from '../../generated/interfaces.ts';
import { behavior, type Stored } from '../behavior.ts';
import { column, NAME, printer } from '../printing.ts';

const TEXTS: Readonly<Record<string, string>> = { True: 'Healthy', False: 'Unhealthy' };

export const componentStatuses = behavior<ComponentStatus>({
  printer: printer<Stored<ComponentStatus>>(
    [
      NAME,
      column('Status', 'string', 'Whether the component answers.'),
      column('Message', 'string', 'What it answers.'),
      column('Error', 'string', 'Why it does not.'),
    ],
    ({ metadata, conditions = [] }) => {
      const healthy = conditions.find((condition) => condition.type === 'Healthy');
      return [
        metadata.name ?? '',
        TEXTS[healthy?.status ?? ''] ?? 'Unknown',
        healthy?.message ?? '',
        healthy?.error ?? '',
      ];
    },
  ),
});
