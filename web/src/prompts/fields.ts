/** The fields of a form for variables, from their JSON Schema. */
export interface Field {
  name: string;
  kind: "text" | "number" | "truth" | "choice" | "json";
  isRequired: boolean;
  choices: readonly string[];
  help: string | null;
}

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
}

export function fields(schema: object): Field[] {
  const { properties = {}, required = [] } = schema as Schema;
  return Object.entries(properties).map(([name, one]) => ({
    name,
    kind: kindOf(one),
    isRequired: required.includes(name),
    choices: isChoice(one) ? (one.enum as string[]) : [],
    help: one.description ?? null,
  }));
}

function isChoice(schema: Schema): boolean {
  return !!schema.enum?.length && schema.enum.every((one) => typeof one === "string");
}

function kindOf(schema: Schema): Field["kind"] {
  if (isChoice(schema)) return "choice";
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  if (types.length === 0) return "properties" in schema || "items" in schema ? "json" : "text";
  if (types.includes("string")) return "text";
  if (types.includes("array") || types.includes("object")) return "json"; // what is looped over may be a number too
  if (types.some((type) => type === "number" || type === "integer")) return "number";
  return types.includes("boolean") ? "truth" : "json";
}
