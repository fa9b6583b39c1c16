import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { type CSSVariablesResolver, createTheme, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { ApiError, base } from "./api/client";
import { App } from "./app/App";

const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 8,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } }, // it is no item of a menu
  },
});

/** Dimmed words and links that can be read by everybody (WCAG 2.1, 1.4.3). */
const colours: CSSVariablesResolver = (all) => ({
  variables: {},
  light: { "--mantine-color-dimmed": all.colors.gray[7], "--mantine-color-anchor": all.colors.indigo[8] },
  dark: { "--mantine-color-dimmed": all.colors.dark[1], "--mantine-color-anchor": all.colors.indigo[3] },
});

/** A session that ended shows the sign-in page, wherever it is noticed; a mistyped password is no such end. */
function notice(error: Error) {
  const isOver = error instanceof ApiError && error.status === 401 && error.code !== "invalid_credentials";
  if (isOver) queries.setQueryData(["session"], null);
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: notice }),
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
