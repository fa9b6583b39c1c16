/** The address of the page that takes an invitation; what is behind its # the browser keeps to itself. */
export interface Invited {
  email: string;
  invitation: string;
}

export function readInvitation(hash: string): Invited {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  return { email: fields.get("email") ?? "", invitation: fields.get("invitation") ?? "" };
}

/** Writes such an address; without a code, whoever is invited takes it from the mail. */
export function invitationLink(address: string, email: string, code: string | null): string {
  const fields = new URLSearchParams({ email, ...(code ? { invitation: code } : {}) });
  return `${address}/register#${fields}`;
}
