/** Helpers that applications may use as well. */

export { EnhancedEventEmitter, enhancedOnce } from './enhancedEvents';
