/** autoscaling; stored as v2 */
import type { Behavior, Conversion } from '../../registry/definition.ts';
import { horizontalPodAutoscalerV1 } from './conversion.ts';
import { horizontalPodAutoscalers } from './horizontalpodautoscalers.ts';

export const autoscalingBehaviors: Record<string, Behavior> = {
  'autoscaling/horizontalpodautoscalers': horizontalPodAutoscalers,
};

export const autoscalingConversions: Record<string, Conversion> = {
  'autoscaling/v1/horizontalpodautoscalers': horizontalPodAutoscalerV1,
};
