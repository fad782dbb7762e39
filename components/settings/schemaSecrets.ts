import { z } from "zod";
import { fault, field, fine, type Reading } from "./fields";
import { environmentName, isObject, map, readEntries } from "./maps";
import { Encrypted } from "./raw";
import { givableSecretNames, type SecretForm, secretForms, setSecret } from "./secretForms";

/** Never shows the value, whatever is wrong with it. */
function readSecret(value: unknown, form: SecretForm, remedy: string): Reading<string | Encrypted> {
  if (value instanceof Encrypted) return fine(value);
  if (typeof value !== "string") return fault("is not text", remedy);
  return form.fits(value) ? fine(value) : fault("does not have the form of this secret", remedy);
}

const anyText: SecretForm = {
  means: "",
  form: "text that is not empty",
  fits: (value) => value.trim() !== "",
  generated: false,
};

const named = Object.fromEntries(
  givableSecretNames.map((name) => {
    const form = secretForms[name];
    const { means, change } = form;
    const about = { means, change, default: form.generated ? "generated" : "none" };
    const remedy = `set ${form.form} with \`${setSecret(name)}\``;
    return [name, field(about, form.form, (value) => readSecret(value, form, remedy)).optional()];
  }),
) as Record<(typeof givableSecretNames)[number], z.ZodOptional<z.ZodType<string | Encrypted>>>;

const perKey = (path: string) => (key: string, value: unknown) =>
  readSecret(value, anyText, `set it with \`${setSecret(`${path}.${key}`)}\``);

/** All secrets that are given, under one key, so that one look shows that all are encrypted. */
export const secretsSchema = z
  .strictObject({
    ...named,
    objectStore: map<string | Encrypted>(
      { means: "Static keys of the object store by variable, such as `AWS_SECRET_ACCESS_KEY`.", default: "none" },
      "`NAME: value`",
      (key, value) =>
        environmentName.test(key)
          ? perKey("objectStore")(key, value)
          : fault("is not a name of a variable", "use letters, digits and underscores"),
    ).optional(),
    connectors: map<Record<string, string | Encrypted>>(
      { means: "Secrets of the connectors: `<id>.<key>`, such as `github.clientSecret`.", default: "none" },
      "`<id>: { <key>: value }`",
      (id, value) => {
        if (!isObject(value))
          return fault("is not an object", `set one key with \`${setSecret(`connectors.${id}.clientSecret`)}\``);
        return readEntries(value, perKey(`connectors.${id}`));
      },
    ).optional(),
  })
  .meta({
    means: "All given secrets, encrypted: `pulumi config set --path --secret secrets.NAME`.",
    change: "The pods that read the secret restart.",
  });
