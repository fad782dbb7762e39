import { isIP } from "node:net";
import { CloudError, isUnknown, list, number, record, text, type Values } from "../../cloud/model";
import { oneOf, whole } from "../../cloud/rules";
import { armId, armKinds, isWithin, type ArmSpec } from "../arm";

export const zoneToken = "dns:Zone";
export const recordToken = "dns:RecordSet";

/**
 * What Azure DNS has against tags that everything else takes, of zones and of links of private ones:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 */
export const zoneTagFaults = (tags: Values): readonly string[] => [
  ...(Object.keys(tags).length > 15 ? [`tags are ${Object.keys(tags).length}, and Azure DNS takes 15`] : []),
  ...Object.keys(tags)
    .filter((name) => !/^[A-Za-z_][\w.-]*$/.test(name))
    .map((name) => `tags have "${name}", and Azure DNS takes no spaces and no other characters, and no digit first`),
];

const zone: ArmSpec = {
  named: {
    ...{ max: 253, pattern: /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/i },
    words: "a domain of at least two labels, without a period at the end",
  },
  rules: { location: oneOf("global"), zoneType: oneOf("Public", "Private") },
  check: ({ location, tags }) => [
    ...(location === undefined ? ["location must be global"] : []),
    ...zoneTagFaults(record(tags)),
  ],
  seconds: { create: 5, delete: 5 },
  outputs: (inputs, { before }) => ({
    ...{ maxNumberOfRecordSets: 10_000, maxNumberOfRecordsPerRecordSet: 20, numberOfRecordSets: 2 },
    nameServers:
      before?.nameServers ?? ["com", "net", "org", "info"].map((end, at) => `ns${at + 1}-09.azure-dns.${end}.`),
    ...{ signingKeys: [], zoneType: inputs.zoneType ?? "Public" },
  }),
  release: ({ id }, view) => {
    // Records of others go with a zone without a word; a stack that has lost track of some would take them along.
    const other = view.of(recordToken).find((each) => isWithin(each.id, id));
    if (other !== undefined)
      throw new CloudError("ZoneNotEmpty", `${id} still has ${other.id}, which would go with it.`);
  },
  stateful: true,
};

interface Kind {
  /** Input that holds the records. */
  readonly input: string;
  /** Why a record is none of this type; undefined where it is one. */
  wrong(record: Values): string | undefined;
}

const address = (family: 4 | 6, key: string) => (each: Values) =>
  isUnknown(each[key]) || isIP(text(each[key])) === family
    ? undefined
    : `${text(each[key])} is no IPv${family} address`;
const target = (key: string) => (each: Values) =>
  isUnknown(each[key]) || /^([a-z0-9_-]+\.)+[a-z0-9-]+\.?$/i.test(text(each[key]))
    ? undefined
    : `${text(each[key])} is no host's name`;
const anything = () => undefined;

const kinds: Readonly<Record<string, Kind>> = {
  A: { input: "aRecords", wrong: address(4, "ipv4Address") },
  AAAA: { input: "aaaaRecords", wrong: address(6, "ipv6Address") },
  CNAME: { input: "cnameRecord", wrong: target("cname") },
  TXT: { input: "txtRecords", wrong: anything },
  NS: { input: "nsRecords", wrong: target("nsdname") },
  MX: { input: "mxRecords", wrong: target("exchange") },
  CAA: { input: "caaRecords", wrong: anything },
};

const recordSet: ArmSpec = {
  named: {
    max: 253,
    pattern: /^(@|(\*\.)?[\w-]+(\.[\w-]+)*|\*)$/,
    words: "a name below the zone without the zone, or @ for its own",
  },
  rules: { recordType: oneOf(...Object.keys(kinds)), ttl: whole(1, 2_147_483_647) },
  check: (inputs) => {
    const kind = kinds[text(inputs.recordType)];
    if (kind === undefined) return [];
    const given = [inputs[kind.input] ?? []].flat().map(record);
    const others = Object.values(kinds).filter(({ input }) => input !== kind.input && list(inputs[input]).length > 0);
    const wrong = given.flatMap((each) => kind.wrong(each) ?? []);
    return [
      ...(inputs.ttl === undefined ? ["ttl is needed"] : []),
      ...(given.length === 0 && inputs.targetResource === undefined ? [`${kind.input} is needed`] : []),
      ...(given.length > 20 ? [`${kind.input} has more than 20 records`] : []),
      ...others.map(({ input }) => `${input} does not go with records of type ${text(inputs.recordType)}`),
      ...wrong.map((why) => `${kind.input}: ${why}`),
      ...(text(inputs.recordType) === "CNAME" && inputs.relativeRecordSetName === "@"
        ? ["recordType CNAME cannot be at the zone's own name"]
        : []),
    ];
  },
  admit: (inputs, view, before) => {
    const name = text(inputs.relativeRecordSetName).toLowerCase();
    const zoneName = text(inputs.zoneName).toLowerCase();
    if (name === zoneName || name.endsWith(`.${zoneName}`))
      throw new CloudError(
        "BadRequest",
        `The record set name '${name}' repeats the zone '${zoneName}': names are relative.`,
      );
    const owner = armId(view, zoneToken, inputs);
    const beside = view.of(recordToken).filter(({ id }) => isWithin(id, owner) && id !== before?.id);
    const same = beside.filter(({ outs }) => text(outs.relativeRecordSetName).toLowerCase() === name);
    if (same.some(({ outs }) => outs.recordType === "CNAME" || inputs.recordType === "CNAME"))
      throw new CloudError(
        "Conflict",
        `The record could not be created because a CNAME record with the same name already exists in this zone.`,
      );
  },
  seconds: { create: 3, update: 3, delete: 3 },
  outputs: (inputs) => {
    const name = text(inputs.relativeRecordSetName);
    return {
      fqdn: `${name === "@" ? "" : `${name}.`}${text(inputs.zoneName)}.`,
      ttl: number(inputs.ttl),
      targetResource: inputs.targetResource ?? {},
    };
  },
};

export const dns = armKinds({ [zoneToken]: zone, [recordToken]: recordSet });
