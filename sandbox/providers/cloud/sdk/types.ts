/** The type of an input or output, as the SDK's declarations have it. */
export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "any" }
  | { readonly kind: "list" | "map"; readonly of: Shape }
  /** A nested type: looked up only when a value of it is met. */
  | {
      readonly kind: "object";
      readonly sdk: string;
      readonly side: Side;
      readonly service: string;
      readonly name: string;
    };

type Side = "input" | "output";

export interface Property {
  readonly shape: Shape;
  /** May be left out, or `undefined`. */
  readonly optional: boolean;
}
export type Properties = Readonly<Record<string, Property>>;

const comments = /\/\*[^]*?\*\//g;

/** Members of one interface or class body of `@pulumi/SDK`: `name?: TYPE;`, over as many lines as it takes. */
export function parseMembers(body: string, sdk: string): Properties {
  const reader = new Reader(body.replaceAll(comments, ""), sdk);
  const members: Record<string, Property> = {};
  while (!reader.atEnd()) {
    reader.take("readonly");
    const name = reader.word();
    const mark = reader.take("?");
    reader.expect(":");
    const { shape, optional } = reader.type();
    reader.expect(";");
    members[name] = { shape, optional: mark || optional };
  }
  return members;
}

/** Reads the few forms of types that the SDK's generator writes. */
class Reader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(
    text: string,
    private readonly sdk: string,
  ) {
    this.tokens = text.match(/"[^"]*"|'[^']*'|[A-Za-z_$][\w$]*|[^\s]/g) ?? [];
  }

  atEnd = (): boolean => this.at >= this.tokens.length;

  take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token))
      throw new Error(`expected ${token} in ${this.tokens.slice(Math.max(0, this.at - 6), this.at + 4).join(" ")}`);
  }

  word(): string {
    const word = this.tokens[this.at++];
    if (word === undefined) throw new Error("a declaration ends too early");
    return word.replaceAll(/["']/g, "");
  }

  type(): Property {
    const parts: (Property | "undefined")[] = [];
    do parts.push(this.postfix());
    while (this.take("|"));
    const shapes = parts.flatMap((part) => (part === "undefined" ? [] : [part]));
    const optional = shapes.length < parts.length || shapes.some((part) => part.optional);
    // One of several nested types, by a property of theirs: not told apart here.
    if (shapes.filter(({ shape }) => shape.kind === "object").length > 1) return { shape: { kind: "any" }, optional };
    // `string | Role` takes the resource's id or ARN, `string | Enumeration` any text: what crosses the wire is text.
    const first = shapes.find(({ shape }) => shape.kind !== "any") ?? shapes[0];
    return { shape: first?.shape ?? { kind: "any" }, optional };
  }

  private postfix(): Property | "undefined" {
    let type = this.primary();
    while (this.take("[")) {
      this.expect("]");
      const of: Shape = type === "undefined" ? { kind: "any" } : type.shape;
      type = { shape: { kind: "list", of }, optional: false };
    }
    return type;
  }

  private primary(): Property | "undefined" {
    if (this.take("{")) return this.map();
    if (this.take("(")) {
      const inner = this.type();
      this.expect(")");
      return inner;
    }
    const path = [this.word()];
    while (this.take(".")) path.push(this.word());
    const name = path.at(-1) ?? "";
    if (this.take("<")) {
      const inner = this.type();
      this.expect(">");
      // Input<T> and Output<T> are T on the wire.
      return inner;
    }
    return named(path, name, this.sdk);
  }

  private map(): Property {
    for (const token of ["[", "key", ":", "string", "]", ":"]) this.expect(token);
    const { shape } = this.type();
    this.expect(";");
    this.expect("}");
    return { shape: { kind: "map", of: shape }, optional: false };
  }
}

function named(path: readonly string[], name: string, sdk: string): Property | "undefined" {
  if (name === "undefined") return "undefined";
  if (name === "string" || name === "number" || name === "boolean") return { shape: { kind: name }, optional: false };
  const side = path[0] === "inputs" ? "input" : path[0] === "outputs" ? "output" : undefined;
  if (side !== undefined)
    return {
      shape: { kind: "object", sdk, side, service: path[1] ?? "", name: path.slice(2).join(".") },
      optional: false,
    };
  // Enumerations and ARNs are text; a resource class stands for its id.
  return {
    shape: { kind: path.length > 1 || /^(ARN|PolicyDocument)$/.test(name) ? "string" : "any" },
    optional: false,
  };
}
