/** What a cloud's platform consists of, in the order in which one would explain it. */
export const partNames = [
  "network",
  "way out",
  "cluster",
  "nodes",
  "scratch",
  "PostgreSQL",
  "object store",
  "Redis",
  "pods' identity",
  "DNS zone",
  "load balancer",
  "native edge",
  "encryption keys",
] as const;
export type PartName = (typeof partNames)[number];

/** A part as one cloud has it. */
export interface Part {
  /** What is made, in the cloud's own terms. */
  readonly made: string;
  /** Pulumi types that it is made of, those that tell it apart: `aws:ec2/vpc:Vpc`. Empty where the cloud has no such part. */
  readonly types: readonly string[];
  /** What is otherwise than on the other clouds, and why; absent where only names differ. */
  readonly differs?: string;
}

export type Parts = Readonly<Record<PartName, Part>>;
