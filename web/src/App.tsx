import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { Route, Router, Switch, useLocation } from "wouter";
import { ApiError } from "./api/client";
import { plannerPath } from "./base";
import { Frame } from "./composer/Frame";
import { SessionProvider } from "./session/Session";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";
import { SHELL } from "./strings/shell";
import { ZoneProvider } from "./time/zone";
import { Skeleton } from "./ui/Card";

const Calendar = lazy(() => import("./calendar/Calendar"));
const Composer = lazy(() => import("./composer/Composer"));
const Posts = lazy(() => import("./posts/Posts"));
const Post = lazy(() => import("./post/Post"));
const Connections = lazy(() => import("./connections/Connections"));
const Analytics = lazy(() => import("./analytics/Analytics"));
const Queue = lazy(() => import("./operators/Queue"));
const Settings = lazy(() => import("./settings/Settings"));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // While a person writes a post for a long time, nothing behind the composer is forgotten. The views then show again
      // what they showed, and the banner and the numbers do not arrive late.
      gcTime: 3_600_000,
      // A response of the API is final. Only a network error is worth a retry.
      retry: (count, error) => !(error instanceof ApiError) && count < 2,
    },
    // While the browser is offline, a call fails immediately with a message. It is not sent later without notice.
    mutations: { networkMode: "always" },
  },
});

/** The planner: sign-in, frame and views. */
export function App() {
  return (
    <I18nProvider locale="en-GB">
      <QueryClientProvider client={queries}>
        <Router base={plannerPath}>
          <Routed />
        </Router>
      </QueryClientProvider>
    </I18nProvider>
  );
}

function Routed() {
  const [, navigate] = useLocation();
  return (
    <RouterProvider navigate={navigate} useHref={(href) => (href.startsWith("/") ? plannerPath + href : href)}>
      <SessionProvider>
        <ZoneProvider>
          <Switch>
            <Route path="/posts/new">
              <LoadedComposer />
            </Route>
            <Route path="/posts/:id/edit">{({ id }) => <LoadedComposer postId={id} />}</Route>
            <Route>
              <Shell>
                <Suspense fallback={<Skeleton lines={6} label={SHELL.loading} />}>
                  <Switch>
                    <Route path="/" component={Calendar} />
                    <Route path="/posts" component={Posts} />
                    <Route path="/posts/:id">{({ id }) => <Post postId={id} />}</Route>
                    <Route path="/connections" component={Connections} />
                    <Route path="/analytics" component={Analytics} />
                    <Route path="/queue" component={Queue} />
                    <Route path="/settings" component={Settings} />
                    <Route component={NotFound} />
                  </Switch>
                </Suspense>
              </Shell>
            </Route>
          </Switch>
        </ZoneProvider>
      </SessionProvider>
    </RouterProvider>
  );
}

/** The composer, of which the frame is there before its script is. */
function LoadedComposer({ postId }: { postId?: string | undefined }) {
  return (
    <Suspense
      fallback={
        <Frame postId={postId}>
          <Skeleton lines={9} label={SHELL.loading} />
        </Frame>
      }
    >
      <Composer postId={postId} />
    </Suspense>
  );
}
