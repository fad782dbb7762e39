import { isUnknown, record, text, type Values } from "../../cloud/model";

const hour = 3_600_000;
const days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/**
 * GKE wants 48 hours of maintenance in every 32 days, in pieces of at least four:
 * https://docs.cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
 */
export function windowFaults({ recurringWindow, dailyMaintenanceWindow }: Values): readonly string[] {
  if (recurringWindow === undefined || isUnknown(recurringWindow)) return daily(dailyMaintenanceWindow);
  const { startTime, endTime, recurrence } = record(recurringWindow);
  if ([startTime, endTime, recurrence].some(isUnknown)) return [];
  const [from, to] = [startTime, endTime].map((time) => Date.parse(text(time)));
  const where = "maintenancePolicy.recurringWindow";
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to))
    return [`${where} needs startTime and endTime such as 2026-01-03T02:00:00Z`];
  if (to <= from) return [`${where}.endTime is not after startTime`];
  const perWeek = timesPerWeek(text(recurrence));
  if (perWeek === undefined)
    return [`${where}.recurrence ${text(recurrence)} is not FREQ=DAILY or FREQ=WEEKLY;BYDAY=SA,SU`];
  const hours = (to - from) / hour;
  return [
    ...(hours < 4 ? [`${where} is ${hours} hours long, and GKE wants at least 4`] : []),
    ...(hours > 24 ? [`${where} is longer than a day`] : []),
    ...((hours * perWeek * 32) / 7 < 48
      ? [`${where} leaves less than 48 hours of maintenance in 32 days: ${hours} hours, ${perWeek} times a week`]
      : []),
  ];
}

const daily = (window: unknown): readonly string[] =>
  window === undefined || isUnknown(window) || /^([01]\d|2[0-3]):[0-5]\d$/.test(text(record(window).startTime))
    ? []
    : ["maintenancePolicy.dailyMaintenanceWindow.startTime is not a time such as 03:00"];

function timesPerWeek(recurrence: string): number | undefined {
  if (recurrence === "FREQ=DAILY") return 7;
  const [, chosen = ""] = /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/.exec(recurrence) ?? [];
  const each = chosen.split(",");
  return chosen !== "" && each.every((day) => days.includes(day)) ? new Set(each).size : undefined;
}
