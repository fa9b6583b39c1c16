import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { type CSSVariablesResolver, createTheme, MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { ApiError, base } from "./api/client";
import { App } from "./app/App";
import { ended, type Session } from "./session/session";

const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 8,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } }, // it is no item of a menu
    TableScrollContainer: { defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } }, // by keyboard too
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
  },
});

/** Dimmed words and links that can be read by everybody (WCAG 2.1, 1.4.3). */
const colours: CSSVariablesResolver = (all) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": all.colors.gray[7],
    "--mantine-color-anchor": all.colors.indigo[8],
    "--mantine-color-indigo-light-hover": "#cbd6ff",
  },
  dark: { "--mantine-color-dimmed": all.colors.dark[1], "--mantine-color-anchor": all.colors.indigo[3] },
});

/** A session that ended asks to sign in again, wherever it is noticed; a mistyped password is no such end. */
function notice(error: Error) {
  const isOver = error instanceof ApiError && error.status === 401 && error.code !== "invalid_credentials";
  if (isOver) queries.setQueryData<Session>(["session"], ended);
}

/** What was read once stays on the page when it cannot be read again, since somebody may be writing there. */
function noticeOld(error: Error, query: { state: { data: unknown } }) {
  notice(error);
  if (query.state.data === undefined || (error instanceof ApiError && error.status < 500)) return;
  notifications.show({
    id: "old",
    color: "orange",
    title: "What is shown may be old",
    message: error.message,
  });
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noticeOld }),
  mutationCache: new MutationCache({ onError: notice }),
  defaultOptions: {
    mutations: { networkMode: "always" }, // who is offline is told so, instead of waiting for ever
    queries: {
      networkMode: "always",
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < 2,
      refetchOnWindowFocus: true,
    },
  },
});

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
Object.assign(window, { __webpack_nonce__: nonce }); // by which the library that locks scrolling finds it
const root = document.getElementById("app");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={colours}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queries}>
          <Router base={base}>
            <App />
          </Router>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
