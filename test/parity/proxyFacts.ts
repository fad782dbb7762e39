import type { Facts } from "./normalise";

/** What an HAProxy configuration says of each service behind it: port, slots for replicas, time to answer. */
export function proxyFacts(text: string): Facts {
  const facts: Facts = {};
  const sections = text.split(/\n(?=\S)/);
  const usual = answerSeconds(sections.find((part) => part.startsWith("defaults")) ?? "");
  for (const section of sections.filter((part) => part.startsWith("backend "))) {
    const server =
      /^\s+server(?<template>-template)?\s+\S+\s+(?:1-(?<slots>\d+)\s+)?(?<host>[\w-]+)[\w.-]*:(?<port>\d+)/m.exec(
        section,
      );
    const { host, port, slots } = server?.groups ?? {};
    if (host === undefined || port === undefined) continue;
    facts[`upstream.${host}.port`] = Number(port);
    facts[`upstream.${host}.slots`] = Number(slots ?? 1);
    const answer = answerSeconds(section) ?? usual;
    if (answer !== undefined) facts[`upstream.${host}.answerSeconds`] = Number(answer);
  }
  return facts;
}

const answerSeconds = (section: string): string | undefined => /^\s+timeout server (\d+)s\b/m.exec(section)?.[1];
