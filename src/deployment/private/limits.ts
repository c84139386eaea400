/** So many alarms can roll a deployment back. */
export const MAX_ALARMS = 10;
