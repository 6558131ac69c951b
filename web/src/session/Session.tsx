import { type Query, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { ApiError, api, body, identifyAs } from "../api/client";
import { usePlatforms } from "../api/platforms";
import type { Me } from "../api/types";
import { LOADED } from "../strings/errors";
import { SESSION } from "../strings/session";
import { Problem } from "../ui/Problem";
import { type Config, loadConfig } from "./config";
import type { Identity } from "./identity";
import { LocalSignIn } from "./LocalSignIn";
import { forgetLocalUser, type LocalUser, storedLocalUser } from "./localUser";
import { beginSignIn, finishSignIn, SignInRefused } from "./oidc";
import { Opening, Progress, Stage } from "./Stage";

interface Session {
  me: Me;
  signOut: () => void;
}

const SessionContext = createContext<Session | null>(null);

/** Return the signed-in person. */
export function useMe(): Me {
  return useSession().me;
}

/** Return the signed-in person and how to sign out. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is used outside SessionProvider.");
  return session;
}

const isPending = ({ state }: Query) => state.status === "pending";

/** Return the function that sends the requests without a response again. */
function useRetry(): () => void {
  const queries = useQueryClient();
  return () => void queries.resetQueries({ predicate: isPending });
}

/** Sign a person in before the page is shown: at the issuer or, on the local stack, by choosing a user. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const config = useQuery({ queryKey: ["config"], queryFn: loadConfig, staleTime: Number.POSITIVE_INFINITY });
  const retry = useRetry();
  if (config.isPending) return <Opening onRetry={retry} />;
  if (config.isError)
    return (
      <Stage title={SESSION.notOpened}>
        <Problem what={LOADED.planner} error={config.error} onRetry={() => config.refetch()} />
      </Stage>
    );
  if (config.data.authMode === "oidc") return <OidcSession config={config.data}>{children}</OidcSession>;
  return <LocalSession>{children}</LocalSession>;
}

function OidcSession({ config, children }: { config: Extract<Config, { authMode: "oidc" }>; children: ReactNode }) {
  const [identity, setIdentity] = useState<Identity | null>(null);
  const [error, setError] = useState<unknown>(null);
  const signIn = useCallback(() => void beginSignIn(config).catch(setError), [config]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    finishSignIn(config)
      .then((tokens) => {
        if (!tokens) return beginSignIn(config);
        setIdentity({ token: tokens.accessToken });
        // Shortly before the token expires, the issuer's session signs the person in again, without showing a page.
        timer = setTimeout(signIn, Math.max(0, tokens.expiresAt - Date.now() - 30_000));
      })
      .catch(setError);
    return () => clearTimeout(timer);
  }, [config, signIn]);

  if (error) {
    const text = error instanceof SignInRefused ? SESSION.refused(error.message) : SESSION.issuerUnreachable;
    return (
      <Stage title={SESSION.notSignedIn}>
        <Problem error={new ApiError(text, 0, "", [], null)} onRetry={signIn} />
      </Stage>
    );
  }
  if (!identity)
    return (
      <Stage title={SESSION.signIn}>
        <Progress text={SESSION.signingIn} onRetry={signIn} />
      </Stage>
    );
  return (
    <WithMe identity={identity} onSignedOut={signIn}>
      {children}
    </WithMe>
  );
}

function LocalSession({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [user, setUser] = useState(storedLocalUser);
  const signOut = useCallback(() => {
    forgetLocalUser();
    setUser(null);
  }, []);
  const signIn = (chosen: LocalUser) => {
    // The posts of the person before belong to nobody else.
    queries.removeQueries({ type: "inactive" });
    setUser(chosen);
  };
  if (!user) return <LocalSignIn onChoose={signIn} />;
  return (
    <WithMe key={JSON.stringify(user)} identity={user} onSignedOut={signOut}>
      {children}
    </WithMe>
  );
}

/** Load what every view needs: the person and the platforms. */
function WithMe({
  identity,
  onSignedOut,
  children,
}: {
  identity: Identity;
  onSignedOut: () => void;
  children: ReactNode;
}) {
  identifyAs(identity, onSignedOut);
  const me = useQuery({
    queryKey: ["me", identity],
    queryFn: () => body(api.GET("/api/social/me")),
    staleTime: 300_000,
  });
  const platforms = usePlatforms();
  const retry = useRetry();
  const failed = [me, platforms].find(({ isError }) => isError);
  if (failed)
    return (
      <Stage title={SESSION.notOpened}>
        <Problem what={LOADED.planner} error={failed.error} onRetry={() => failed.refetch()} />
      </Stage>
    );
  if (!me.data || !platforms.data) return <Opening onRetry={retry} />;
  return <SessionContext value={{ me: me.data, signOut: onSignedOut }}>{children}</SessionContext>;
}
