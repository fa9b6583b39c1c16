import { Anchor, Stack } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { Link, Redirect, Route, Switch } from "wouter";
import { PromptList } from "../prompts/PromptList";
import { Again } from "../session/Again";
import { Forgotten } from "../session/Forgotten";
import { takePlace } from "../session/place";
import { Register } from "../session/Register";
import { SignIn } from "../session/SignIn";
import { useSession } from "../session/session";
import { useOrgs } from "../teams/orgs";
import { useTeams } from "../teams/teams";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { useWelcome } from "../welcome/welcomeQueries";
import { Shell } from "./Shell";
import { Waiting } from "./Waiting";

const PromptPage = lazy(() => import("../prompts/PromptPage"));
const Account = lazy(() => import("../account/Account"));
const Audit = lazy(() => import("../audit/Audit"));
const Settings = lazy(() => import("../settings/Settings"));
const KeysPage = lazy(() => import("../settings/KeysPage"));
const TeamUse = lazy(() => import("../use/TeamUse"));
const Organization = lazy(() => import("../settings/Organization"));
const Webhook = lazy(() => import("../webhooks/WebhookPage"));
const Inbox = lazy(() => import("../settings/Inbox"));
const Instance = lazy(() => import("../instance/Instance"));
const Welcome = lazy(() => import("../welcome/Welcome"));
const Requests = lazy(() => import("../requests/Requests"));
const Request = lazy(() => import("../requests/Request"));

/** Shows the sign-in page, or the page that the address names. */
export function App() {
  const session = useSession();
  if (session.isPending) return <Waiting />;
  if (session.isLoadingError) {
    return (
      <Failure error={session.error} what="Promptwire cannot be shown" retry={() => session.refetch()} />
    );
  }
  if (!session.data) return <Outside />;
  return (
    <Shell user={session.data.user}>
      {session.data.isOver ? <Again user={session.data.user} /> : null}
      <Suspense fallback={<Waiting />}>
        <Switch>
          <Route path="/teams/:team/prompts/:slug">
            {({ team, slug }) => <PromptPage team={team} slug={slug} />}
          </Route>
          <Route path="/teams/:team/use">{({ team }) => <TeamUse key={team} team={team} />}</Route>
          <Route path="/teams/:team/audit">{({ team }) => <Audit key={team} team={team} />}</Route>
          <Route path="/teams/:team/settings">{({ team }) => <Settings key={team} team={team} />}</Route>
          <Route path="/orgs/:org/webhooks/:webhook">
            {({ org, webhook }) => <Webhook key={webhook} org={org} webhook={webhook} />}
          </Route>
          <Route path="/orgs/:org">{({ org }) => <Organization key={org} org={org} />}</Route>
          <Route path="/inbox">
            <Inbox />
          </Route>
          <Route path="/instance">
            <Instance />
          </Route>
          <Route path="/welcome">
            <Welcome />
          </Route>
          <Route path="/account">
            <Account />
          </Route>
          <Route path="/dashboard/api-keys">
            <KeysPage />
          </Route>
          <Route path="/teams/:team/requests/:id">{({ team, id }) => <Request team={team} id={id} />}</Route>
          <Route path="/teams/:team/requests">{({ team }) => <Requests team={team} />}</Route>
          <Route path="/teams/:team">{({ team }) => <PromptList team={team} />}</Route>
          {["/", "/register", "/forgotten"].map((path) => (
            <Route key={path} path={path}>
              <Home />
            </Route>
          ))}
          <Route>
            <Empty title="There is no such page">Check the address, or choose a team above.</Empty>
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}

/** The pages of who is not signed in; every other address asks to sign in, and is shown then. */
function Outside() {
  return (
    <Switch>
      <Route path="/register">
        <Register />
      </Route>
      <Route path="/forgotten">
        <Forgotten />
      </Route>
      <Route>
        <SignIn />
      </Route>
    </Switch>
  );
}

function Home() {
  const teams = useTeams();
  const [place] = useState(takePlace);
  const welcome = useWelcome();
  if (place) return <Redirect to={place} replace />;
  if (teams.isPending || welcome.isPending) return <Waiting />;
  if (teams.isLoadingError)
    return <Failure error={teams.error} what="Your teams cannot be shown" retry={() => teams.refetch()} />;
  const [first] = teams.data;
  if (welcome.isDue) return <Redirect to="/welcome" replace />;
  if (first) return <Redirect to={`/teams/${first.id}`} replace />;
  return (
    <Empty title="You are in no team yet" action={<OwnOrganizations />}>
      Prompts belong to teams. Ask to join one of your organization's, or ask its administrator to add you.
    </Empty>
  );
}

function OwnOrganizations() {
  const orgs = useOrgs();
  return (
    <Stack gap={4}>
      {orgs.data?.map((org) => (
        <Anchor key={org.id} component={Link} href={`/orgs/${org.id}?tab=teams`}>
          Teams of {org.name}
        </Anchor>
      ))}
    </Stack>
  );
}
