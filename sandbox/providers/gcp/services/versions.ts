import { text } from "../../cloud/model";

/**
 * Versions that GKE makes and updates clusters to in the channel REGULAR, by their minor, as of November 2026. 1.34 left
 * standard support in October 2026: https://docs.cloud.google.com/kubernetes-engine/docs/release-schedule.
 */
const regular = ["1.35.8-gke.1036000", "1.36.2-gke.1214000"];
const channels: Readonly<Record<string, readonly string[]>> = {
  RAPID: ["1.35.8-gke.1036000", "1.36.4-gke.1059000", "1.37.0-gke.1208000"],
  REGULAR: regular,
  STABLE: ["1.35.6-gke.1197000"],
  EXTENDED: ["1.32.13-gke.1290000", "1.33.12-gke.1163000", "1.34.9-gke.1040000", ...regular],
};

export const channelNames = Object.keys(channels);

/** Versions that a cluster may be made with. `UNSPECIFIED` is a cluster without a channel. */
export const versionsOf = (channel: unknown): readonly string[] => channels[text(channel)] ?? regular;

/** The cluster's version where none is asked for. */
export const defaultVersion = (channel: unknown): string => versionsOf(channel)[0] ?? "";

/** `1.35` -> the newest version of that minor; a whole version is itself. Undefined where GKE has none. */
export const resolveVersion = (wanted: string, channel: unknown): string | undefined =>
  versionsOf(channel)
    .filter((version) => version === wanted || version.startsWith(`${wanted}.`) || version.startsWith(`${wanted}-`))
    .at(-1);

/** `1.35.8-gke.1036000` -> 35. */
export const minorOf = (version: unknown): number => Number(text(version).split(".")[1]);

/** Whether the first is at least the second. `("1.35.8-gke.1", "1.35")` */
export function atLeast(version: string, other: string): boolean {
  const parts = (of: string) => of.split(/[.-]/).map((part) => Number(part.replace("gke", "")) || 0);
  const [one, two] = [parts(version), parts(other)];
  for (let at = 0; at < two.length; at++) if (one[at] !== two[at]) return (one[at] ?? 0) > (two[at] ?? 0);
  return true;
}
