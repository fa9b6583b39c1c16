import { Empty } from "../ui/Empty";

/** A prompt: its versions, and what is done with them. */
export default function PromptPage({ team, slug }: { team: string; slug: string }) {
  return <Empty title={slug}>Team {team}</Empty>;
}
