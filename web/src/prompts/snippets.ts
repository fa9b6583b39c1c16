/** Code that asks for a prompt, in the languages of those who do. */
export interface Snippet {
  name: string;
  code: string;
}

export function snippets(origin: string, slug: string, label: string): Snippet[] {
  const isLive = label === "live";
  const path = isLive ? `${slug}/render` : `${slug}/versions/${encodeURIComponent(label)}/render`;
  const named = isLive ? "" : `, label=${JSON.stringify(label)}`;
  return [
    {
      name: "Python",
      code: [
        "# pip install promptwire",
        "from promptwire import Promptwire",
        "",
        `pw = Promptwire(url=${JSON.stringify(origin)})  # reads PROMPTWIRE_API_KEY`,
        `print(pw.render(${JSON.stringify(slug)}, {"name": "Ada"}${named}))`,
      ].join("\n"),
    },
    {
      name: "curl",
      code: [
        `curl -s ${origin}/v1/prompts/${path} \\`,
        '  -H "Authorization: Bearer $PROMPTWIRE_API_KEY" \\',
        '  -H "Content-Type: application/json" \\',
        `  -d '{"variables": {"name": "Ada"}}'`,
      ].join("\n"),
    },
    {
      name: "JavaScript",
      code: [
        `const answer = await fetch("${origin}/v1/prompts/${path}", {`,
        '  method: "POST",',
        "  headers: {",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code to be pasted
        "    Authorization: `Bearer ${process.env.PROMPTWIRE_API_KEY}`,",
        '    "Content-Type": "application/json",',
        "  },",
        '  body: JSON.stringify({ variables: { name: "Ada" } }),',
        "});",
        "const { rendered } = await answer.json();",
      ].join("\n"),
    },
  ];
}
