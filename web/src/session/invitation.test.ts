import { expect, test } from "vitest";
import { invitationLink, readInvitation } from "./invitation";

test("what a link says is read again", () => {
  const link = invitationLink("https://example.com/tools", "ada+1@example.com", "AB-12");
  expect(link).toBe("https://example.com/tools/register#email=ada%2B1%40example.com&invitation=AB-12");
  expect(readInvitation(new URL(link).hash)).toEqual({ email: "ada+1@example.com", invitation: "AB-12" });
});

test("a link without a code leaves it out", () => {
  expect(invitationLink("https://example.com", "a@b.ch", null)).toBe(
    "https://example.com/register#email=a%40b.ch",
  );
  expect(readInvitation("")).toEqual({ email: "", invitation: "" });
});
